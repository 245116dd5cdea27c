//! Rows of table `device`: the keys that devices hold after login.

use rusqlite::{OptionalExtension, Params, Row, named_params, params};
use sync_protocol::TimestampMillis;

use super::{AccountId, ServerDb};
use crate::StoreError;

const SELECT: &str = "SELECT id, account_id, key_hash, client_version, address, created, \
                      last_used, label FROM device";

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

impl DeviceRecord {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: DeviceId(row.get("id")?),
            account: AccountId(row.get("account_id")?),
            key_hash: KeyHash(row.get("key_hash")?),
            client_version: row.get("client_version")?,
            address: row.get("address")?,
            created: TimestampMillis(row.get("created")?),
            last_used: TimestampMillis(row.get("last_used")?),
            label: row.get("label")?,
        })
    }
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
        let transaction = self.db.transaction()?;
        let most_before = MAX_DEVICES_PER_ACCOUNT as i64 - 1;
        let dropped = transaction
            .prepare_cached(&format!(
                "{SELECT} WHERE account_id = ? ORDER BY last_used DESC, id DESC LIMIT -1 OFFSET ?"
            ))?
            .query_map(params![new.account.0, most_before], DeviceRecord::read)?
            .collect::<Result<Vec<_>, _>>()?;
        for device in &dropped {
            transaction.execute("DELETE FROM device WHERE id = ?", [device.id.0])?;
        }
        transaction
            .execute(
                include_str!("../schema/insert_device.sql"),
                named_params! {
                    ":account_id": new.account.0,
                    ":key_hash": new.key_hash.0,
                    ":client_version": new.client_version,
                    ":address": new.address,
                    ":created": new.created.0,
                },
            )
            .map_err(unknown_account)?;
        let id = DeviceId(transaction.last_insert_rowid());
        transaction.commit()?;
        let device = DeviceRecord {
            id,
            account: new.account,
            key_hash: new.key_hash,
            client_version: new.client_version.clone(),
            address: new.address.clone(),
            created: new.created,
            last_used: new.created,
            label: None,
        };
        Ok((device, dropped))
    }

    /// An account's devices, the last used first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn devices(&self, account: AccountId) -> Result<Vec<DeviceRecord>, StoreError> {
        self.devices_where("account_id = ? ORDER BY last_used DESC, id DESC", [account.0])
    }

    /// The devices of all accounts.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn all_devices(&self) -> Result<Vec<DeviceRecord>, StoreError> {
        self.devices_where("true ORDER BY account_id, last_used DESC, id DESC", [])
    }

    /// The device that holds the key with this hash.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn find_device(&self, key_hash: &KeyHash) -> Result<Option<DeviceRecord>, StoreError> {
        self.db
            .prepare_cached(&format!("{SELECT} WHERE key_hash = ?"))?
            .query_row([key_hash.0], DeviceRecord::read)
            .optional()
            .map_err(StoreError::from)
    }

    /// Notes that a device was used. A device that is gone is passed over, an
    /// empty client version or address keeps the known one, and an earlier time
    /// the later one. A power cut may lose it, so it costs no flush.
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
        self.without_flush(|db| {
            db.prepare_cached(include_str!("../schema/touch_device.sql"))?.execute(
                named_params! {
                    ":id": id.0,
                    ":client_version": client_version,
                    ":address": address,
                    ":now": now.0,
                },
            )?;
            Ok(())
        })
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
        let changed =
            self.db.execute("UPDATE device SET label = ? WHERE id = ?", params![label, id.0])?;
        Ok(changed > 0)
    }

    /// Signs a device out. Returns whether it was signed in.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn delete_device(&mut self, id: DeviceId) -> Result<bool, StoreError> {
        Ok(self.db.execute("DELETE FROM device WHERE id = ?", [id.0])? > 0)
    }

    /// Signs all of an account's devices out. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn delete_devices(&mut self, account: AccountId) -> Result<usize, StoreError> {
        Ok(self.db.execute("DELETE FROM device WHERE account_id = ?", [account.0])?)
    }

    fn devices_where(
        &self,
        condition: &str,
        params: impl Params,
    ) -> Result<Vec<DeviceRecord>, StoreError> {
        self.db
            .prepare_cached(&format!("{SELECT} WHERE {condition}"))?
            .query_map(params, DeviceRecord::read)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreError::from)
    }
}

/// A row whose account does not exist fails by its foreign key.
pub(super) fn unknown_account(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error() {
        Some(failure) if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreError::UnknownAccount
        }
        _ => StoreError::Sqlite(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::accounts::account::tests::add;

    fn sign_in(db: &mut ServerDb, account: AccountId, key: u8, at: i64) -> DeviceRecord {
        let new = NewDevice {
            account,
            key_hash: KeyHash([key; 32]),
            client_version: "26.09".to_owned(),
            address: "192.0.2.1".to_owned(),
            created: TimestampMillis(at),
        };
        db.insert_device(&new).unwrap().0
    }

    #[test]
    fn device_is_found_by_the_hash_of_its_key_until_it_is_signed_out() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let ann = add(&mut db, "ann").id;
        let device = sign_in(&mut db, ann, 1, 10);
        assert_eq!(db.find_device(&KeyHash([1; 32])).unwrap(), Some(device.clone()));
        assert_eq!(db.find_device(&KeyHash([2; 32])).unwrap(), None);
        assert!(db.delete_device(device.id).unwrap());
        assert!(!db.delete_device(device.id).unwrap());
        assert_eq!(db.find_device(&KeyHash([1; 32])).unwrap(), None);
    }

    #[test]
    fn longest_unused_device_goes_when_there_are_too_many() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let (ann, bob) = (add(&mut db, "ann").id, add(&mut db, "bob").id);
        let of_bob = sign_in(&mut db, bob, 200, 0);
        let first = sign_in(&mut db, ann, 0, 1);
        let second = sign_in(&mut db, ann, 1, 2);
        for n in 2..50 {
            sign_in(&mut db, ann, n, 10 + i64::from(n));
        }
        db.touch_device(first.id, "", "", TimestampMillis(1000)).unwrap();
        let new = NewDevice {
            account: ann,
            key_hash: KeyHash([99; 32]),
            client_version: String::new(),
            address: String::new(),
            created: TimestampMillis(2000),
        };
        let (_, dropped) = db.insert_device(&new).unwrap();
        assert_eq!(dropped.iter().map(|d| d.id).collect::<Vec<_>>(), [second.id]);
        let left = db.devices(ann).unwrap();
        assert_eq!(left.len(), MAX_DEVICES_PER_ACCOUNT);
        assert!(left.iter().any(|d| d.id == first.id));
        assert_eq!(db.devices(bob).unwrap(), [of_bob], "others keep theirs");
    }

    #[test]
    fn use_is_noted_with_what_is_known_of_it() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let ann = add(&mut db, "ann").id;
        let device = sign_in(&mut db, ann, 1, 10);
        db.touch_device(device.id, "27.01", "", TimestampMillis(50)).unwrap();
        db.touch_device(device.id, "", "192.0.2.9", TimestampMillis(40)).unwrap();
        db.set_device_label(device.id, Some("phone")).unwrap();
        let now = &db.devices(ann).unwrap()[0];
        assert_eq!(now.last_used, TimestampMillis(50));
        assert_eq!(now.client_version, "27.01");
        assert_eq!(now.address, "192.0.2.9");
        assert_eq!(now.label.as_deref(), Some("phone"));
        assert_eq!(now.created, TimestampMillis(10));
    }

    #[test]
    fn device_of_an_unknown_account_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let new = NewDevice {
            account: AccountId(7),
            key_hash: KeyHash([0; 32]),
            client_version: String::new(),
            address: String::new(),
            created: TimestampMillis(0),
        };
        assert!(matches!(db.insert_device(&new), Err(StoreError::UnknownAccount)));
    }

    #[test]
    fn all_devices_of_an_account_are_signed_out_at_once() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let (ann, bob) = (add(&mut db, "ann").id, add(&mut db, "bob").id);
        sign_in(&mut db, ann, 1, 1);
        sign_in(&mut db, ann, 2, 2);
        sign_in(&mut db, bob, 3, 3);
        assert_eq!(db.delete_devices(ann).unwrap(), 2);
        assert_eq!(db.all_devices().unwrap().len(), 1);
    }

    #[test]
    fn key_hash_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", KeyHash([7; 32])), "KeyHash([redacted])");
    }
}
