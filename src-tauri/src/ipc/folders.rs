//! Storage folders: what is found there, what speaks against one, moving.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A folder to look at before it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderToCheck {
    /// The folder, which need not exist.
    pub folder: String,
}

/// What there is to know about a folder before it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderCheck {
    /// The folder, spelled out.
    pub folder: String,
    /// Why it cannot be the storage folder.
    pub problem: Option<FolderProblem>,
    /// What speaks against it.
    pub warnings: Vec<FolderWarning>,
    /// Accounts with data in it.
    pub accounts: Vec<FoundAccount>,
    /// Whether it is the storage folder already.
    pub is_current: bool,
    /// Free space, in bytes, where the system tells.
    pub free_bytes: Option<u64>,
}

/// An account that a folder has data of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundAccount {
    /// Its name.
    pub name: String,
    /// Size of its collection, in bytes.
    pub collection_bytes: u64,
    /// Whether it already has a password. Others need one before they can sync.
    pub has_password: bool,
}

/// Why a folder cannot be the storage folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FolderProblem {
    /// The top of a file system.
    Root,
    /// Anki's own data folder.
    AnkiData,
    /// It cannot be written.
    NotWritable,
    /// It is a file.
    NotAFolder,
    /// Another server uses it.
    InUse,
    /// It lies inside the present storage folder, or the other way round.
    InsideCurrent,
    /// Its path is not complete.
    NotAbsolute,
}

/// What speaks against a storage folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FolderWarning {
    /// Another program copies its files between computers.
    FileSync {
        /// The program.
        program: String,
    },
    /// It lies on a network drive.
    NetworkDrive,
    /// The disk is almost full.
    LittleSpace {
        /// Free space, in bytes.
        free_bytes: u64,
    },
}

/// What becomes of the present data when the storage folder changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StoragePlan {
    /// It moves along: copied, checked, and only then taken away.
    Move,
    /// It stays; the server uses what is in the new folder.
    Switch,
}

/// Another storage folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoveStorage {
    /// The new folder.
    pub folder: String,
    /// What becomes of the present data.
    pub plan: StoragePlan,
}

/// What a finished change of the storage folder left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Moved {
    /// Where the previous data is, should somebody want it.
    pub previous: Option<String>,
}

/// How far moving the data is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoveProgress {
    /// Whether the copy is being compared with the original.
    pub is_checking: bool,
    /// Bytes dealt with in this step.
    pub done_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// A folder to show in the system's file manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
pub enum FolderToOpen {
    /// The storage folder.
    Storage,
    /// The storage folder before the last one was chosen.
    PreviousStorage,
    /// The folder of the log files.
    Log,
    /// One of the folders inside the storage folder, such as that of a removed account.
    Inside {
        /// Its path.
        folder: String,
    },
}
