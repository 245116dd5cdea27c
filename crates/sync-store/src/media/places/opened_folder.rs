//! Whether a folder is still the one that was opened.
//!
//! A disk can be taken away while its account is open. Then the folder is gone, or another
//! is in its place: the empty one on which the disk was mounted. What is not found there
//! has not vanished, and what is written there is lost when the disk comes back.

#[cfg(unix)]
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::StoreError;
#[cfg(unix)]
use crate::media::stored_file::is_same_file;

/// A folder, known by more than its path where the system allows it.
#[derive(Debug)]
pub(super) struct OpenedFolder {
    path: PathBuf,
    /// Stays open, so that no other folder gets the number by which the system knows it,
    /// and exFAT gives it no new one.
    #[cfg(unix)]
    folder: File,
}

impl OpenedFolder {
    /// Opens a folder that is there.
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        #[cfg(unix)]
        let folder = File::open(&path).map_err(StoreError::io(&path))?;
        let opened = Self {
            path,
            #[cfg(unix)]
            folder,
        };
        opened.check_is_there()?;
        Ok(opened)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// # Errors
    /// [`StoreError::Io`] when it is gone, or another folder is in its place.
    pub(super) fn check_is_there(&self) -> Result<(), StoreError> {
        match self.is_there() {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.error("the folder is not the one that was opened")),
            Err(source) => Err(StoreError::Io { path: self.path.clone(), source }),
        }
    }

    #[cfg(unix)]
    fn is_there(&self) -> io::Result<bool> {
        let (now, opened) = (std::fs::metadata(&self.path)?, self.folder.metadata()?);
        Ok(now.is_dir() && is_same_file(&now, &opened))
    }

    /// The standard library has no number of a folder on Windows.
    #[cfg(not(unix))]
    fn is_there(&self) -> io::Result<bool> {
        Ok(std::fs::metadata(&self.path)?.is_dir())
    }

    /// The error for a folder that cannot be the right one, for this reason.
    pub(super) fn error(&self, reason: impl Into<String>) -> StoreError {
        let source = io::Error::new(ErrorKind::NotFound, reason.into());
        StoreError::Io { path: self.path.clone(), source }
    }
}
