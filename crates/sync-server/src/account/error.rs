//! What can go wrong with accounts, as the cases that callers treat differently.

use std::path::PathBuf;

use sync_store::accounts::AccountNameProblem;
use sync_store::{StoreError, with_causes};
use thiserror::Error;

use super::password::PasswordError;

/// A change of accounts was refused or failed; nothing has changed. Each text is
/// a sentence for the person who asked.
#[derive(Debug, Error)]
pub enum AccountError {
    /// No account goes by that name.
    #[error(
        "There is no account named {name}.{}",
        nearest.as_ref().map(|near| format!(" Did you mean {near}?")).unwrap_or_default()
    )]
    UnknownName {
        /// The name that was asked for.
        name: String,
        /// The known name nearest to it.
        nearest: Option<String>,
    },
    /// Another account has that name, or one that differs by case only.
    #[error("There is already an account named {name}. Choose another name.")]
    NameTaken {
        /// The name as the existing account spells it.
        name: String,
    },
    /// An account cannot have that name.
    #[error("The name {name:?} cannot be used: {problem}. Choose another name.")]
    NameRefused {
        /// The name that was asked for.
        name: String,
        /// The rule it breaks.
        problem: AccountNameProblem,
    },
    /// A folder stands where the renamed account's folder should go.
    #[error("The folder {} already exists. Move it away or choose another name.", path.display())]
    FolderExists {
        /// The folder.
        path: PathBuf,
    },
    /// The account's name and password come from an environment variable.
    #[error("The account {name} comes from {variable}. Change it there and restart the server.")]
    FromEnvironment {
        /// The account's name.
        name: String,
        /// The variable.
        variable: String,
    },
    /// The account has no such device.
    #[error(
        "{account} has no signed-in device with the number {device}. \
         The list of devices has the numbers."
    )]
    UnknownDevice {
        /// The account's name.
        account: String,
        /// The number that was asked for.
        device: i64,
    },
    /// The password cannot be used.
    #[error("The password cannot be used: {0}.")]
    Password(#[from] PasswordError),
    /// The system has no randomness for a key.
    #[error("The system gives no random numbers, which a new key needs.")]
    Randomness(#[source] getrandom::Error),
    /// The storage folder or `server.db` failed.
    #[error("The list of accounts cannot be read or written: {}.", with_causes(.0))]
    Storage(StoreError),
    /// The account's data is in the storage folder, but was not moved away.
    #[error(
        "The account {name} is removed, but its folder {} could not be moved away: {}.",
        folder.display(), with_causes(.reason)
    )]
    FolderLeft {
        /// The account's name.
        name: String,
        /// The folder that stays.
        folder: PathBuf,
        /// The reason.
        reason: StoreError,
    },
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::AccountNameTaken { name } => Self::NameTaken { name },
            StoreError::FolderExists { path } => Self::FolderExists { path },
            other => Self::Storage(other),
        }
    }
}

/// A login was turned down. The first four are one and the same to the client.
#[derive(Debug, Error)]
pub enum LoginError {
    /// No account goes by that name.
    #[error("no account has that name")]
    UnknownName,
    /// The password is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// The account is disabled, or its environment variable is gone.
    #[error("the account is disabled")]
    Disabled,
    /// More logins wait for this address than would be answered in time. The
    /// password was not looked at.
    #[error("too many logins from this address at the same time")]
    TooManyAttempts,
    /// The server's own fault.
    #[error(transparent)]
    Failed(#[from] AccountError),
}

/// A host key was turned down.
#[derive(Debug, Error)]
pub enum AuthenticateError {
    /// Nobody holds that key, or not any more.
    #[error("the host key is not known")]
    UnknownKey,
    /// The server's own fault.
    #[error("the host key could not be checked")]
    Failed(#[from] AccountError),
}
