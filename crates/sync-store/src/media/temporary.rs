//! Temporary files in the media folder. They lie there because only a rename
//! inside one folder is sure to be atomic.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::entry::MediaEntry;
use crate::StoreError;
use crate::random::random_u64;

const PREFIX: &str = ".anki-sync-tray-";
const SUFFIX: &str = ".part";
const RANDOM_DIGITS: usize = 16;

/// A temporary file that is removed when dropped, unless it was moved into
/// place before or is kept.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    path: PathBuf,
    stays: bool,
}

impl TemporaryFile {
    /// Creates an empty one.
    pub(super) fn create(media_folder: &Path) -> Result<(Self, File), StoreError> {
        let path = media_folder.join(new_name()?);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        Ok((Self { path, stays: false }, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name inside the media folder.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Leaves the file to the next opening.
    pub(super) fn keep(&mut self) {
        self.stays = true;
    }

    /// Renames the file over `to`. Not durable before the folder is flushed.
    pub(super) fn move_to(&mut self, to: &Path) -> Result<(), StoreError> {
        std::fs::rename(&self.path, to).map_err(StoreError::io(to))?;
        self.stays = true;
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.stays {
            // What stays behind is removed at the next open.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A new random name for a temporary file.
pub(super) fn new_name() -> Result<String, StoreError> {
    Ok(format!("{PREFIX}{:016x}{SUFFIX}", random_u64()?))
}

/// Whether the name is one that [`new_name`] makes.
pub(super) fn is_temporary(name: &str) -> bool {
    name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)).is_some_and(|random| {
        random.len() == RANDOM_DIGITS
            && random.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Removes what a broken-off upload left behind, if it is still there. A client may own a
/// file of such a name; it has a row then, and stays.
pub(super) fn remove_left_overs(
    db: &Connection,
    media_folder: &Path,
    names: &[String],
) -> Result<(), StoreError> {
    for name in names {
        if MediaEntry::find(db, name)?.is_some_and(|entry| entry.is_live()) {
            continue;
        }
        let path = media_folder.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(StoreError::Io { path, source: error });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_names_made_here_count_as_temporary() {
        assert!(is_temporary(&new_name().unwrap()));
        for name in [
            "a.part",
            ".anki-sync-tray-.part",
            ".anki-sync-tray-0123456789ABCDEF.part",
            ".anki-sync-tray-0123456789abcde.part",
            ".anki-sync-tray-0123456789abcdef.part.jpg",
        ] {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
