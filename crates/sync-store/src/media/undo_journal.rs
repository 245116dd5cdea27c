//! A note of which files an upload is about to change, so that a crash between
//! moving files and committing rows can be put right at the next open.
//!
//! The journal is a file in the account's folder. It is overwritten in place: a
//! half-written one cannot be read, and means that nothing had been moved yet.
//! An empty one means that nothing is open. Settling may happen any number of
//! times, and after changes by another program, because it looks at what is
//! there: a file is touched only if it does not fit its row.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::entry::MediaEntry;
use super::names::path_in_folder;
use super::stored_file::hash_regular;
use super::temporary::is_temporary;
use crate::StoreError;
use crate::durable::sync_folder;

const FILE: &str = "media.undo";

/// What is needed to undo an upload.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct UndoJournal {
    pub(super) changes: Vec<UndoChange>,
}

/// What is needed to undo the change of one file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct UndoChange {
    pub(super) file_name: String,
    /// Hash of the content that is moved into place, in hexadecimal; none when
    /// the file is deleted.
    pub(super) new_sha1: Option<String>,
    /// Temporary file with the content from before, if there was any.
    pub(super) old_copy: Option<String>,
}

impl UndoJournal {
    /// Writes the journal. It lasts once [`WrittenJournal::flush`] was called.
    pub(super) fn write(&self, account_folder: &Path) -> Result<WrittenJournal, StoreError> {
        let path = journal_path(account_folder);
        let is_new = !is_there(&path)?;
        let json = serde_json::to_vec(self)
            .map_err(|error| StoreError::Io { path: path.clone(), source: error.into() })?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        file.write_all(&json).map_err(StoreError::io(&path))?;
        Ok(WrittenJournal { file, path, is_new })
    }
}

/// A journal on its way to the disk.
#[derive(Debug)]
pub(super) struct WrittenJournal {
    file: File,
    path: PathBuf,
    is_new: bool,
}

impl WrittenJournal {
    /// Makes it last.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.file.sync_all().map_err(StoreError::io(&self.path))?;
        match self.path.parent() {
            Some(account_folder) if self.is_new => sync_folder(account_folder),
            _ => Ok(()),
        }
    }
}

/// Brings the files that an open journal names in line with their rows: what
/// was committed stays, what was not is put back. Then empties the journal.
pub(super) fn settle(
    db: &Connection,
    account_folder: &Path,
    media_folder: &Path,
) -> Result<(), StoreError> {
    let path = journal_path(account_folder);
    if !is_there(&path)? {
        return Ok(());
    }
    let json = std::fs::read(&path).map_err(StoreError::io(&path))?;
    if json.is_empty() {
        return Ok(());
    }
    let journal: UndoJournal = serde_json::from_slice(&json).unwrap_or_default();
    for change in &journal.changes {
        settle_change(db, media_folder, change)?;
    }
    // The old copies go last: until here the whole can be done once more.
    sync_folder(media_folder)?;
    for change in &journal.changes {
        if let Some(copy) = old_copy_path(media_folder, change) {
            remove_if_there(&copy);
        }
    }
    clear(account_folder)
}

/// Marks the journal as done. Need not be durable, since settling again does
/// nothing.
pub(super) fn clear(account_folder: &Path) -> Result<(), StoreError> {
    let path = journal_path(account_folder);
    if !is_there(&path)? {
        return Ok(());
    }
    OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(&path)
        .map(drop)
        .map_err(StoreError::io(&path))
}

/// Removes an empty journal, so that a closed account's folder holds nothing
/// but what the official server puts there.
pub(super) fn remove_if_settled(account_folder: &Path) -> Result<(), StoreError> {
    let path = journal_path(account_folder);
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.len() == 0 => {
            std::fs::remove_file(&path).map_err(StoreError::io(&path))
        }
        _ => Ok(()),
    }
}

/// Removes a file whose absence is not worth an error; one that stays is
/// mentioned in the log. Returns whether it is gone.
pub(super) fn remove_if_there(path: &Path) -> bool {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "cannot remove a media file");
            false
        }
        _ => true,
    }
}

/// Whether there is a journal. A link in its place is removed: what it leads to is
/// not ours to write to.
fn is_there(path: &Path) -> Result<bool, StoreError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            std::fs::remove_file(path).map_err(StoreError::io(path))?;
            Ok(false)
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

fn journal_path(account_folder: &Path) -> PathBuf {
    account_folder.join(FILE)
}

fn old_copy_path(media_folder: &Path, change: &UndoChange) -> Option<PathBuf> {
    let name = change.old_copy.as_deref().filter(|name| is_temporary(name))?;
    Some(media_folder.join(name))
}

fn settle_change(
    db: &Connection,
    media_folder: &Path,
    change: &UndoChange,
) -> Result<(), StoreError> {
    let Some(path) = path_in_folder(media_folder, &change.file_name) else { return Ok(()) };
    let entry = MediaEntry::find(db, &change.file_name)?;
    let on_disk = hash_regular(&path)?.map(|sha1| sha1.to_hex());
    let stored = entry.as_ref().map(|entry| entry.sha1.to_hex());
    let is_live = entry.is_some_and(|entry| entry.is_live());
    if is_live && on_disk == stored {
        return Ok(());
    }
    let copy = old_copy_path(media_folder, change).filter(|copy| copy.symlink_metadata().is_ok());
    if on_disk.is_some() && on_disk == change.new_sha1 {
        // The new content is in place, but its row was not committed.
        match copy {
            Some(copy) => std::fs::rename(&copy, &path),
            None => std::fs::remove_file(&path),
        }
        .map_err(StoreError::io(&path))?;
    } else if is_live {
        // Some file systems lose the old name on the way to the new one.
        if let Some(copy) = copy
            && on_disk.is_none()
            && hash_regular(&copy)?.map(|sha1| sha1.to_hex()) == stored
        {
            std::fs::rename(&copy, &path).map_err(StoreError::io(&path))?;
        }
    } else if change.new_sha1.is_none() && on_disk.is_some() && on_disk == stored {
        // The deletion was committed, and the file has not followed yet.
        std::fs::remove_file(&path).map_err(StoreError::io(&path))?;
    }
    Ok(())
}
