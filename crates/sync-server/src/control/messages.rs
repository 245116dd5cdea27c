//! What a command asks of the server, and what it gets. Both ends are the same
//! program, so the form is free to change with it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sync_protocol::TimestampMillis;

use crate::account::PasswordHash;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum ControlRequest {
    /// Add an account.
    Add {
        /// Its name.
        name: String,
        /// The hash of its password: no password travels.
        password: PasswordHash,
    },
    /// Change an account's password.
    SetPassword {
        /// The account.
        name: String,
        /// The hash of the new password.
        password: PasswordHash,
        /// Whether its devices stay signed in.
        keep_devices: bool,
    },
    /// Rename an account.
    Rename {
        /// The account.
        name: String,
        /// Its new name.
        new_name: String,
    },
    /// Disable or enable an account.
    SetEnabled {
        /// The account.
        name: String,
        /// Whether it may log in and sync.
        enabled: bool,
    },
    /// Remove an account; its data goes to a dated folder.
    Remove {
        /// The account.
        name: String,
    },
    /// List all accounts.
    List,
    /// List an account's devices.
    Devices {
        /// The account.
        name: String,
    },
    /// Sign a device out.
    SignOut {
        /// The account.
        name: String,
        /// The device; all of them if there is none.
        device: Option<i64>,
    },
    /// Check the files of one account or of all.
    Check {
        /// The account.
        name: Option<String>,
    },
    /// Tell about the server.
    Status,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum ControlAnswer {
    /// It is done.
    Done,
    /// The account was added or renamed.
    Named {
        /// Its name as it is kept.
        name: String,
    },
    /// The account was removed.
    Removed {
        /// Where its data is now; none if it never synced.
        folder: Option<PathBuf>,
    },
    /// All accounts.
    Users {
        /// In the order of their names.
        users: Vec<UserListing>,
    },
    /// An account's devices.
    Devices {
        /// The last used first.
        devices: Vec<DeviceListing>,
    },
    /// Devices were signed out.
    SignedOut {
        /// How many.
        count: usize,
    },
    /// Files were checked.
    Checked {
        /// In the order of their names.
        accounts: Vec<CheckedAccount>,
    },
    /// About the server.
    Status {
        /// What it tells of itself.
        status: ServerStatus,
    },
    /// It was refused or failed.
    Refused {
        /// Why, and what to do, as a sentence.
        message: String,
    },
}

/// What a server tells of itself to whoever finds its storage folder in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerStatus {
    /// What the program that runs it calls itself.
    pub program: String,
    /// The id of its process.
    pub process: u32,
    /// Where it answers on this computer, for a browser.
    pub url: String,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserState {
    /// It may log in and sync.
    Enabled,
    /// A person disabled it.
    Disabled,
    /// Its environment variable is gone.
    NotInEnvironment,
}

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserListing {
    /// Its name.
    pub name: String,
    /// Whether it may be used.
    pub state: UserState,
    /// Whether its name and password come from an environment variable.
    pub from_environment: bool,
    /// How many devices are signed in.
    pub devices: usize,
    /// Cards; none while the account is busy or has never synced.
    pub cards: Option<u64>,
    /// Notes, likewise.
    pub notes: Option<u64>,
    /// Size of the collection file, in bytes.
    pub collection_bytes: u64,
    /// Media files.
    pub media_files: Option<u64>,
    /// Size of the media files, in bytes.
    pub media_bytes: Option<u64>,
    /// When it was added, in milliseconds since the epoch.
    pub created: TimestampMillis,
    /// When its last sync began, in milliseconds since the epoch.
    pub last_sync: Option<TimestampMillis>,
    /// Its folder.
    pub folder: PathBuf,
}

/// A device in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceListing {
    /// Its number, for signing it out.
    pub id: i64,
    /// A name that a person gave it.
    pub label: Option<String>,
    /// The client version it last stated.
    pub client_version: String,
    /// The address it last came from.
    pub address: String,
    /// When it signed in, in milliseconds since the epoch.
    pub created: TimestampMillis,
    /// When it was last used, in milliseconds since the epoch.
    pub last_used: TimestampMillis,
    /// Whether it holds the key that the official server made of name and
    /// password, which may be true of several devices at once.
    pub official_key: bool,
}

/// What a check of one account found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedAccount {
    /// The account.
    pub name: String,
    /// Whether there are files to check; not before the first sync.
    pub has_data: bool,
    /// What is wrong, in words; nothing if all is well.
    pub problems: Vec<String>,
}
