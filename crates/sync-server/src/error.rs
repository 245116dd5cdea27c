//! What can go wrong for the program that runs the server. Errors of single
//! requests are [`crate::account::OperationError`].

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sync_store::StoreError;
use thiserror::Error;

use crate::FolderProblem;
use crate::account::AccountError;

/// The server cannot start, stop cleanly, or change an account.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Another server uses the storage folder.
    #[error("another sync server is using the folder {}", folder.display())]
    FolderInUse {
        /// The storage folder.
        folder: PathBuf,
    },
    /// The folder must not be a storage folder. The text is a sentence for the
    /// person who chose it.
    #[error("{} cannot be the storage folder: {problem}", folder.display())]
    FolderRefused {
        /// The folder.
        folder: PathBuf,
        /// The rule it breaks.
        problem: FolderProblem,
    },
    /// The address cannot be listened on: the port is in use, or the address
    /// is not one of this computer.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A file or folder of the server's own could not be read or written.
    #[error("cannot access {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The stored data could not be read or written.
    #[error("the stored data cannot be used")]
    Store(#[from] StoreError),
    /// The accounts cannot be loaded, or those of the environment not be added.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl ServerError {
    /// For `map_err` on file operations: keeps the path with the reason.
    pub fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { path: path.as_ref().to_owned(), source }
    }
}
