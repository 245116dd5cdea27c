//! File operations whose effect survives a power cut.
//!
//! A file is replaced by writing a temporary one in the same folder, checking
//! it, flushing it, renaming it over the old one and flushing the folder.

#[cfg(unix)]
use std::fs::File;
use std::fs::OpenOptions;
use std::path::Path;

use crate::StoreError;

/// Flushes a file's content to the disk. Windows only flushes what is open for
/// writing.
pub(crate) fn sync_file(path: &Path) -> Result<(), StoreError> {
    OpenOptions::new()
        .read(cfg!(unix))
        .write(cfg!(not(unix)))
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::io(path))
}

/// Flushes a folder's entries to the disk, so that a rename in it lasts.
/// Windows has no such call; there a rename is written through by the journal.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(path).and_then(|folder| folder.sync_all()).map_err(StoreError::io(path))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Creates a folder, durably, unless it is there. The folder around it has to be:
/// when a disk was taken away, what is written to the place where it was would
/// be seen as an empty account.
///
/// # Errors
/// [`StoreError::Io`].
pub fn create_folder(path: &Path) -> Result<(), StoreError> {
    match std::fs::create_dir(path) {
        Ok(()) => path.parent().map_or(Ok(()), sync_folder),
        Err(_) if path.is_dir() => Ok(()),
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_folder_is_created_once_and_only_inside_another() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("a");
        assert!(create_folder(&folder.join("b")).is_err());
        create_folder(&folder).unwrap();
        create_folder(&folder).unwrap();
        create_folder(&folder.join("b")).unwrap();
        std::fs::write(folder.join("file"), "").unwrap();
        assert!(create_folder(&folder.join("file")).is_err());
    }
}
