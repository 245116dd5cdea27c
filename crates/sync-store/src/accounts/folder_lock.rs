//! The lock that keeps a second server off a storage folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::folders::create_storage_folder;
use crate::StoreError;

/// Name of the lock file. The file stays; only the lock on it counts.
const LOCK_FILE: &str = "server.lock";

/// Holds a storage folder for this process until dropped. The system lets go
/// of the lock when the process ends in whatever way.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of the storage folder, which is created if it is missing.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another process, or another part of this one,
    /// holds it; [`StoreError::Io`] when the folder cannot be written.
    pub fn acquire(base: &Path) -> Result<Self, StoreError> {
        create_storage_folder(base)?;
        let path = base.join(LOCK_FILE);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: base.to_owned() }),
            Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn second_lock_on_a_folder_is_busy_until_the_first_is_dropped() {
        let base = tempfile::tempdir().unwrap();
        let first = FolderLock::acquire(base.path()).unwrap();
        assert!(matches!(FolderLock::acquire(base.path()), Err(StoreError::Busy { .. })));
        drop(first);
        FolderLock::acquire(base.path()).unwrap();
    }

    #[test]
    fn missing_storage_folder_is_created() {
        let base = tempfile::tempdir().unwrap();
        let inner = base.path().join("a").join("b");
        let _lock = FolderLock::acquire(&inner).unwrap();
        assert!(inner.is_dir());
    }
}
