//! Opening `server.db`.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::StoreError;

/// `BASE/server.db`: accounts, device keys, the history of syncs, settings.
///
/// Another process may read it at the same time. Whoever writes holds the
/// [`super::FolderLock`].
#[derive(Debug)]
pub struct ServerDb {
    pub(super) db: Connection,
    pub(super) base: PathBuf,
}

impl ServerDb {
    /// Opens the database of a storage folder; both are created if missing.
    ///
    /// # Errors
    /// [`StoreError::NewerLayout`] for a file of a newer program,
    /// [`StoreError::Busy`], [`StoreError::Io`], [`StoreError::Sqlite`].
    pub fn open(base: &Path) -> Result<Self, StoreError> {
        unimplemented!()
    }

    /// The storage folder.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }
}
