//! Accounts and their devices, as the window shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ClientApp;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Whether it may sync.
    pub state: UserState,
    /// Where it comes from.
    pub origin: UserOrigin,
    /// Its folder.
    pub folder: String,
    /// When it was added, in milliseconds since the epoch.
    pub created: i64,
    /// When its last sync began, in milliseconds since the epoch.
    pub last_sync: Option<i64>,
    /// Its devices, the last used first.
    pub devices: Vec<Device>,
}

/// Whether an account may sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// It may.
    Enabled,
    /// A person disabled it.
    Disabled,
    /// It came from an environment variable that is no longer set.
    Inactive,
}

/// Where an account comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum UserOrigin {
    /// Added by a person.
    Person,
    /// An environment variable names it.
    Environment,
}

/// A device that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Device {
    /// Its number within the server.
    pub id: i64,
    /// The program on it.
    pub app: ClientApp,
    /// The address it was last seen at.
    pub address: String,
    /// When it signed in, in milliseconds since the epoch.
    pub created: i64,
    /// When it last asked for something, in milliseconds since the epoch.
    pub last_used: i64,
}

/// How much an account holds. Counts are missing while the account is busy and
/// when its files cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UserSizes {
    /// Cards in the collection.
    pub cards: Option<u64>,
    /// Notes in the collection.
    pub notes: Option<u64>,
    /// Size of the collection file, in bytes.
    pub collection_bytes: u64,
    /// Media files.
    pub media_files: Option<u64>,
    /// Size of the media files, in bytes.
    pub media_bytes: Option<u64>,
}

/// The account that a command is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UserName {
    /// Its name.
    pub name: String,
}

/// An account to add.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct NewUser {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// A new name for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewName {
    /// Its present name.
    pub name: String,
    /// The new one.
    pub new_name: String,
}

/// A new password for an account.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct NewPassword {
    /// The account.
    pub name: String,
    /// The new password.
    pub password: String,
    /// Whether its devices stay signed in.
    pub keep_devices: bool,
}

/// A password that is easy to read and type, and hard to guess.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SuggestedPassword {
    /// The password.
    pub password: String,
}

/// Whether an account may sync from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UserSwitch {
    /// The account.
    pub name: String,
    /// Whether it may.
    pub enabled: bool,
}

/// A device to sign out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceToSignOut {
    /// The account.
    pub name: String,
    /// The device; all of the account's when missing.
    pub device: Option<i64>,
}

/// Where the data of a removed account is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemovedUser {
    /// The dated folder; none when the account never synced.
    pub folder: Option<String>,
}
