//! How far the last device that tried to connect got.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The rungs in their order. A higher rung includes those below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Something came from the device at all.
    Reached,
    /// It asked for a path that the server has.
    RightPath,
    /// The user name is one of ours.
    KnownUser,
    /// The password was right, or the device's key is still good.
    PasswordAccepted,
    /// A sync ended well.
    Synced,
}

/// How far the device that was heard from last got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Ladder {
    /// Its address.
    pub address: String,
    /// When it was last heard from, in milliseconds since the epoch.
    pub at: i64,
    /// The highest rung that it stands on.
    pub rung: Rung,
    /// The account, once it is known.
    pub user: Option<String>,
    /// Why the next rung did not come.
    pub problem: Option<LadderProblem>,
}

/// Why the next rung did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LadderProblem {
    /// The client was told an `https://` address.
    HttpsSpoken,
    /// The path is not one of ours.
    WrongPath {
        /// The path.
        path: String,
    },
    /// There is no account of that name.
    UnknownName {
        /// The name as typed.
        name: String,
        /// The account that was probably meant.
        nearest: Option<String>,
    },
    /// The password is wrong.
    WrongPassword {
        /// The account.
        user: String,
    },
    /// The account is disabled.
    Disabled {
        /// The account.
        user: String,
    },
    /// The device holds the key of another server, or one that has ended.
    UnknownKey,
    /// Too many wrong guesses; the device has to wait.
    SlowedDown,
    /// This computer could not read or store data, before it knew whose.
    ServerFault,
    /// A sync began and did not end well.
    SyncFailed {
        /// Why.
        failure: super::SyncFailureKind,
    },
}

impl LadderProblem {
    /// Which it is, without what somebody typed: that may be a password in the wrong field.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::HttpsSpoken => "https_spoken",
            Self::WrongPath { .. } => "wrong_path",
            Self::UnknownName { .. } => "unknown_name",
            Self::WrongPassword { .. } => "wrong_password",
            Self::Disabled { .. } => "disabled",
            Self::UnknownKey => "unknown_key",
            Self::SlowedDown => "slowed_down",
            Self::ServerFault => "server_fault",
            Self::SyncFailed { .. } => "sync_failed",
        }
    }
}
