//! Why a command was refused or failed, as the cases that the window has a text for.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// A command was refused or failed; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CommandError {
    /// The server has to run for this.
    #[error("the server does not run")]
    NotRunning,
    /// No account goes by that name.
    #[error("there is no account named {name}")]
    UnknownUser {
        /// The name.
        name: String,
    },
    /// Another account has that name.
    #[error("there is already an account named {name}")]
    NameTaken {
        /// The name as that account spells it.
        name: String,
    },
    /// An account cannot have that name.
    #[error("the name cannot be used")]
    NameRefused {
        /// The rule it breaks.
        problem: NameProblem,
    },
    /// The password is empty or too long.
    #[error("the password cannot be used")]
    PasswordRefused,
    /// The device is no longer signed in.
    #[error("there is no such device")]
    UnknownDevice,
    /// A folder stands where the account's folder should go.
    #[error("the folder {folder} is in the way")]
    FolderInTheWay {
        /// The folder.
        folder: String,
    },
    /// The account is one of the environment's, and is changed there.
    #[error("the account comes from {variable}")]
    FromEnvironment {
        /// The variable.
        variable: String,
    },
    /// The folder must not be the storage folder.
    #[error("the folder cannot be used")]
    FolderRefused {
        /// Why.
        problem: super::FolderProblem,
    },
    /// The new folder already has accounts, so the data cannot move there.
    #[error("the folder already has accounts")]
    FolderHasAccounts,
    /// There is too little room in the new folder.
    #[error("too little room: {needed_bytes} bytes needed, {free_bytes} free")]
    TooLittleSpace {
        /// What the data takes, in bytes.
        needed_bytes: u64,
        /// What is free, in bytes.
        free_bytes: u64,
    },
    /// The copy does not equal the original; the original is untouched.
    #[error("the copy of {file} does not equal the original")]
    CopyDiffers {
        /// The file.
        file: String,
    },
    /// The settings file is of a newer version and left alone, so another storage
    /// folder would be forgotten at the next start.
    #[error("the settings file is from a newer version")]
    SettingsFromNewerVersion,
    /// Another change is being made.
    #[error("another change is under way")]
    Busy,
    /// The settings are not acceptable.
    #[error("the setting {field} cannot be used")]
    SettingRefused {
        /// The name of the field.
        field: String,
    },
    /// The system refused something: a folder, the clipboard, autostart.
    #[error("the system refused: {detail}")]
    System {
        /// The system's reason.
        detail: String,
    },
    /// A fault of this program.
    #[error("internal error: {detail}")]
    Internal {
        /// What went wrong.
        detail: String,
    },
}

/// Why a name cannot be an account's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NameProblem {
    /// Nothing but blanks.
    Empty,
    /// Too long.
    TooLong,
    /// It holds a character that names of folders cannot have everywhere.
    Character {
        /// The character.
        character: String,
    },
    /// It holds an invisible character.
    Invisible,
    /// It means something else to Windows or to the server.
    Reserved,
    /// It ends with a dot or a blank.
    Ending,
}
