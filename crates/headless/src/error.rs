//! What ends a command, and the sentence that the person gets.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sync_server::account::{EnvironmentError, PasswordError};
use sync_server::control::{ControlError, ServerStatus};
use sync_server::{ServerError, UnknownAddressSource, with_causes};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no home folder")]
    NoHome,
    #[error("the storage folder {} of Anki Sync Tray is gone", folder.display())]
    TrayFolderGone { folder: PathBuf },
    #[error("the host {host} is not known")]
    UnknownHost {
        host: String,
        #[source]
        source: std::io::Error,
    },
    #[error(transparent)]
    AddressSource(#[from] UnknownAddressSource),
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    #[error("the runtime cannot start")]
    Runtime(#[source] std::io::Error),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error("the answer does not fit the command")]
    UnexpectedAnswer,
    #[error("the password cannot be read")]
    PasswordInput(#[source] std::io::Error),
    #[error("the two passwords differ")]
    PasswordsDiffer,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error("no answer from {url}")]
    NotHealthy {
        url: String,
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// What happened and what to do, for the person at the terminal.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoHome => "There is no home folder. Choose the storage folder with --base or \
                             SYNC_BASE."
                .to_owned(),
            Self::TrayFolderGone { folder } => format!(
                "The folder {} that Anki Sync Tray uses is not there. Connect the drive it is on, \
                 or choose another folder with --base or SYNC_BASE.",
                folder.display()
            ),
            Self::UnknownHost { host, .. } => format!(
                "The address {host} is not known. Choose another one with --host or SYNC_HOST."
            ),
            Self::AddressSource(error) => format!(
                "{error}. Choose one of those that `anki-sync-server serve --help` lists under \
                 --ip-header."
            ),
            Self::Environment(error) => format!("{error}. Change the variable and start again."),
            Self::Runtime(source) => {
                format!("The server cannot start: {source}. Free some memory or threads.")
            }
            Self::Server(error) => server_sentence(error),
            Self::Control(error) => error.to_string(),
            Self::UnexpectedAnswer => "The running server is of another version than this \
                                       command. Restart the server, then try again."
                .to_owned(),
            Self::PasswordInput(source) => format!(
                "The password cannot be read: {source}. Type it at a terminal or pass it on \
                 standard input."
            ),
            Self::PasswordsDiffer => "The two passwords differ. Try again.".to_owned(),
            Self::Password(error) => format!("The password cannot be used: {error}."),
            Self::NotHealthy { url, source } => {
                format!("The server does not answer at {url}: {source}. Is it running?")
            }
        }
    }
}

fn server_sentence(error: &ServerError) -> String {
    match error {
        ServerError::FolderInUse { folder } => folder_in_use(folder),
        ServerError::FolderRefused { .. } => error.to_string(),
        ServerError::Bind { address, source } => match source.kind() {
            ErrorKind::AddrInUse => format!(
                "Port {} is in use by another program. Choose another port with --port or \
                 SYNC_PORT.",
                address.port()
            ),
            ErrorKind::PermissionDenied => format!(
                "Port {} needs administrator rights. Choose one from 1024 on with --port or \
                 SYNC_PORT.",
                address.port()
            ),
            ErrorKind::AddrNotAvailable => format!(
                "{} is not an address of this computer. Choose another one with --host or \
                 SYNC_HOST.",
                address.ip()
            ),
            _ => format!("The server cannot listen on {address}: {source}."),
        },
        ServerError::Io { path, source } => no_access(path, source),
        ServerError::Store(error) => format!(
            "The storage folder cannot be used: {}. Check its rights and the free space.",
            with_causes(error)
        ),
        ServerError::Account(error) => error.to_string(),
    }
}

/// Says which server it is, if it tells.
fn folder_in_use(folder: &Path) -> String {
    let other = match sync_server::control::status(folder) {
        Some(ServerStatus { program, process, url }) => {
            format!("{program} (process {process}, at {url}) is already using")
        }
        None => "Another sync server is using".to_owned(),
    };
    format!(
        "{other} the folder {}. Stop it first, or choose another folder with --base or SYNC_BASE.",
        folder.display()
    )
}

fn no_access(path: &Path, source: &std::io::Error) -> String {
    format!(
        "The server cannot access {}: {source}. Check the rights of the folder, or choose another \
         one with --base or SYNC_BASE.",
        path.display()
    )
}
