//! Collection files on their way in or out, in the account's folder: that is
//! the file system where they have to end, and the person's own space.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sync_store::StoreError;
use tempfile::TempPath;

use crate::account::{FolderUse, OperationError};

const PREFIX: &str = ".transfer-";
const SUFFIX: &str = ".anki2";
/// What SQLite may leave beside a file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A collection file that is removed when dropped, unless it was renamed.
#[derive(Debug)]
pub struct TemporaryCollection {
    path: TempPath,
    _folder_use: FolderUse,
}

impl TemporaryCollection {
    /// An empty file in an account's folder, which is created if missing.
    ///
    /// # Errors
    /// [`OperationError::Unavailable`].
    pub fn create(folder: &Path, folder_use: FolderUse) -> Result<Self, OperationError> {
        sync_store::create_folder(folder).map_err(OperationError::Unavailable)?;
        tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .tempfile_in(folder)
            .map(|file| Self { path: file.into_temp_path(), _folder_use: folder_use })
            .map_err(StoreError::io(folder))
            .map_err(OperationError::Unavailable)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size, in bytes; 0 when the system does not tell.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Opens it to be filled.
    ///
    /// # Errors
    /// [`OperationError::Unavailable`].
    pub fn open_for_writing(&self) -> Result<File, OperationError> {
        File::options()
            .write(true)
            .open(&self.path)
            .map_err(StoreError::io(&self.path))
            .map_err(OperationError::Unavailable)
    }
}

impl Drop for TemporaryCollection {
    fn drop(&mut self) {
        for companion in COMPANIONS {
            // Usually there is none.
            let _ = std::fs::remove_file(with_suffix(&self.path, companion));
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = path.as_os_str().to_owned();
    text.push(suffix);
    text.into()
}

/// Removes what a server that ended abruptly left in an account's folder.
///
/// # Errors
/// When the folder cannot be read or a file cannot be removed.
pub fn remove_left_overs(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_dropped_file_takes_its_companions_along() {
        let folder = tempfile::tempdir().unwrap();
        let temporary = TemporaryCollection::create(folder.path(), FolderUse::of_nobody()).unwrap();
        std::fs::write(with_suffix(temporary.path(), "-wal"), "x").unwrap();
        drop(temporary);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn left_overs_are_removed_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".transfer-abc.anki2", ".transfer-abc.anki2-wal", "collection.anki2"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        remove_left_overs(folder.path()).unwrap();
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["collection.anki2"]);
    }
}
