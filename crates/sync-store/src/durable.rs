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
        .write(true)
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
