//! Rows of table `device`: the keys that devices hold after login.

use rusqlite::{OptionalExtension, Row, params};
use sync_protocol::TimestampMillis;

use super::{AccountId, ServerDb};
use crate::StoreError;

/// Most signed-in devices of one account. A further one takes the place of the
/// longest unused.
pub const MAX_DEVICES_PER_ACCOUNT: usize = 50;

/// Id of a signed-in device in `server.db`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub i64);

/// SHA-256 of a host key. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

impl std::fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyHash([redacted])")
    }
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub account: AccountId,
    /// Hash of its key.
    pub key_hash: KeyHash,
    /// The client version it last stated; empty if it never did.
    pub client_version: String,
    /// The address it last came from; empty if not known.
    pub address: String,
    /// When it signed in.
    pub created: TimestampMillis,
    /// When it was last used.
    pub last_used: TimestampMillis,
    /// A name that a person gave it.
    pub label: Option<String>,
}

/// A device that signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    /// Whose it is.
    pub account: AccountId,
    /// Hash of its key.
    pub key_hash: KeyHash,
    /// The client version it states.
    pub client_version: String,
    /// The address it comes from.
    pub address: String,
    /// The time of signing in, also its first use.
    pub created: TimestampMillis,
}

impl ServerDb {
    /// Adds a device. When the account has [`MAX_DEVICES_PER_ACCOUNT`] already,
    /// the longest unused ones go in the same transaction; they are returned,
    /// so that their keys can be forgotten elsewhere too.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn insert_device(
        &mut self,
        new: &NewDevice,
    ) -> Result<(DeviceRecord, Vec<DeviceRecord>), StoreError> {
        unimplemented!()
    }

    /// An account's devices, the last used first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn devices(&self, account: AccountId) -> Result<Vec<DeviceRecord>, StoreError> {
        unimplemented!()
    }

    /// The devices of all accounts.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn all_devices(&self) -> Result<Vec<DeviceRecord>, StoreError> {
        unimplemented!()
    }

    /// The device that holds the key with this hash.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn find_device(&self, key_hash: &KeyHash) -> Result<Option<DeviceRecord>, StoreError> {
        unimplemented!()
    }

    /// Notes that a device was used. A device that is gone is passed over, and
    /// an empty client version or address keeps the known one.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn touch_device(
        &mut self,
        id: DeviceId,
        client_version: &str,
        address: &str,
        now: TimestampMillis,
    ) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// Names a device, or takes its name away. Returns whether it exists.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn set_device_label(
        &mut self,
        id: DeviceId,
        label: Option<&str>,
    ) -> Result<bool, StoreError> {
        unimplemented!()
    }

    /// Signs a device out. Returns whether it was signed in.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn delete_device(&mut self, id: DeviceId) -> Result<bool, StoreError> {
        unimplemented!()
    }

    /// Signs all of an account's devices out. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn delete_devices(&mut self, account: AccountId) -> Result<usize, StoreError> {
        unimplemented!()
    }
}
