//! Devices and the keys they hold.

use std::net::IpAddr;

use sha2::{Digest, Sha256};
use sync_protocol::{HostKey, TimestampMillis};
use sync_store::accounts::{AccountId, DeviceId, DeviceRecord, KeyHash};

/// Bytes of randomness in a device's key; twice as many hexadecimal digits.
const KEY_BYTES: usize = 32;

/// What a request tells about the device that sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// The client version as stated; empty when the request has none.
    pub client_version: String,
    /// Where the request came from.
    pub address: IpAddr,
}

/// How much of a stated client version is kept, in characters. Real ones have some forty.
const MAX_VERSION_CHARS: usize = 100;

impl DeviceInfo {
    /// What a request says of its device. A version may be anything: it is kept in lists and
    /// shown, so without control characters, and not all of a long one.
    #[must_use]
    pub fn new(client_version: &str, address: IpAddr) -> Self {
        let shown = client_version.chars().filter(|character| !character.is_control());
        Self { client_version: shown.take(MAX_VERSION_CHARS).collect(), address }
    }
}

/// The signed-in device that a request belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRef {
    /// Its id.
    pub id: DeviceId,
    /// The client version it last stated; empty if it never did.
    pub client_version: String,
    /// Where the request came from.
    pub address: IpAddr,
}

/// A signed-in device, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// A name that a person gave it.
    pub label: Option<String>,
    /// The client version it last stated; empty if it never did.
    pub client_version: String,
    /// The address it last came from; empty if not known.
    pub address: String,
    /// When it signed in.
    pub created: TimestampMillis,
    /// When it was last used.
    pub last_used: TimestampMillis,
    /// Whether these are the devices that came along from the official server:
    /// they all hold the one key that is made of name and password.
    pub official_key: bool,
}

impl Device {
    pub(crate) fn from_record(record: &DeviceRecord) -> Self {
        Self {
            id: record.id,
            label: record.label.clone(),
            client_version: record.client_version.clone(),
            address: record.address.clone(),
            created: record.created,
            last_used: record.last_used,
            official_key: record.key_hash == official_key_mark(record.account),
        }
    }
}

/// Makes the key of a device that signs in.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn random_key() -> Result<HostKey, getrandom::Error> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(HostKey::new(hex::encode(bytes)))
}

/// What is kept of a key. One plain SHA-256 is enough for 32 random bytes, which
/// nobody can guess.
pub(crate) fn key_hash(key: &HostKey) -> KeyHash {
    KeyHash(Sha256::digest(key.expose().as_bytes()).into())
}

/// Stands in the place of the key's hash in the row of the devices that hold
/// the official key. That key is a quick hash of name and password, so that
/// even its hash would let a reader of the file try out passwords. No key has
/// this hash: nobody can find one with 24 leading zero bytes.
pub(crate) fn official_key_mark(account: AccountId) -> KeyHash {
    let mut mark = [0_u8; 32];
    mark[24..].copy_from_slice(&account.0.to_be_bytes());
    KeyHash(mark)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn keys_are_long_and_never_repeat() {
        let key = random_key().unwrap();
        assert_eq!(key.expose().len(), 64);
        assert_ne!(key, random_key().unwrap());
    }

    #[test]
    fn a_key_is_kept_as_its_sha_256() {
        let hash = key_hash(&HostKey::new("abc"));
        assert_eq!(
            hex::encode(hash.0),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn marks_of_two_accounts_differ() {
        assert_ne!(official_key_mark(AccountId(1)), official_key_mark(AccountId(2)));
    }

    #[test]
    fn a_stated_version_is_shown_in_one_line_of_bounded_length() {
        let address = IpAddr::from([127, 0, 0, 1]);
        let real = "anki,26.09.3 (29bb700b),linux:26.04 ü";
        assert_eq!(DeviceInfo::new(real, address).client_version, real);
        let long = format!("a\n\u{1b}[31m{}", "x".repeat(5000));
        let kept = DeviceInfo::new(&long, address).client_version;
        assert!(kept.starts_with("a[31mxx") && kept.chars().count() == 100, "{kept}");
    }
}
