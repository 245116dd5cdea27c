//! Whether the server runs, and if not, why.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The one truth about the server: tray and window both show this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ServerStatus {
    /// A person stopped it, or the first run is not finished.
    Stopped,
    /// It starts; nobody has asked it anything yet.
    Starting,
    /// It runs, and a request to the shown address has come back.
    Running,
    /// It ends what is under way.
    Stopping,
    /// It does not run, though it should.
    Failed {
        /// Why.
        problem: StartProblem,
    },
}

/// Why the server does not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum StartProblem {
    /// Another program listens on the port.
    PortInUse {
        /// The port.
        port: u16,
        /// The program, where the system tells.
        program: Option<String>,
        /// A port that is free.
        free_port: Option<u16>,
    },
    /// The system reserves the port (below 1024 on Linux).
    PortNotAllowed {
        /// The port.
        port: u16,
        /// A port that is free.
        free_port: Option<u16>,
    },
    /// The chosen address is none of this computer's at the moment.
    AddressNotHere {
        /// The address.
        address: String,
    },
    /// Another server uses the storage folder.
    FolderInUse {
        /// The folder.
        folder: String,
        /// What the other server tells of itself.
        other: Option<OtherServer>,
    },
    /// The folder must not be the storage folder.
    FolderRefused {
        /// The folder.
        folder: String,
        /// Why.
        problem: super::FolderProblem,
    },
    /// The folder is gone: a drive that is not there, or it was deleted.
    FolderGone {
        /// The folder.
        folder: String,
    },
    /// The data in the folder cannot be used.
    StorageDamaged {
        /// The folder.
        folder: String,
        /// The technical reason.
        detail: String,
    },
    /// The server runs, but a request to the shown address did not come back.
    NoAnswer {
        /// The address that was asked.
        url: String,
    },
    /// Anything else.
    Other {
        /// The technical reason.
        detail: String,
    },
}

/// A server that already uses the storage folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OtherServer {
    /// Where it answers on this computer, for a browser.
    pub url: String,
    /// Its process.
    pub process: u32,
}

/// Whether somebody wants the app to quit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Quitting {
    /// Nobody wants to quit.
    #[default]
    No,
    /// A person has to say whether to quit during a sync.
    Asking,
    /// The app quits once no sync is under way.
    WhenIdle,
}

/// What a person answers when asked whether to quit during a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuitChoice {
    /// End the syncs and quit.
    Now,
    /// Quit once no sync is under way.
    WhenIdle,
    /// Do not quit.
    Cancel,
}

/// An answer to the question whether the app may quit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quit {
    /// The answer.
    pub choice: QuitChoice,
}

/// A port to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PortToUse {
    /// The port.
    pub port: u16,
}
