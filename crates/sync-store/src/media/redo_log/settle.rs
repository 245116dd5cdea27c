//! Bringing the files in line with their rows, after an end that came abruptly.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Write};
use std::path::Path;

use rusqlite::Connection;

use super::NAMES;
use super::flush::flush_files;
use super::record::{LoggedChange, Records};
use crate::StoreError;
use crate::media::entry::MediaEntry;
use crate::media::places::MediaFolder;
use crate::media::stored_file::{BUFFER_BYTES, hash_regular, regular_size, remove_if_there};
use crate::media::temporary::{TemporaryFile, is_temporary};

/// Writes again what was committed and may never have reached the disk, and removes what
/// was deleted. Then removes the logs.
///
/// How a file looks says nothing: a system that fails to write one tells of it once, and
/// goes on showing what is not on the disk. So whatever a log has of a file is written,
/// if the file's row asks for just that. May happen any number of times, and after
/// changes by another program.
pub(in crate::media) fn settle(
    db: &Connection,
    account_folder: &Path,
    media_folder: &MediaFolder,
) -> Result<(), StoreError> {
    let mut names = Vec::new();
    for path in NAMES.map(|name| account_folder.join(name)) {
        let Some(file) = open(&path)? else { continue };
        let mut records = Records::new(BufReader::with_capacity(BUFFER_BYTES, file));
        while let Some(changes) = records.next().map_err(StoreError::io(&path))? {
            for (change, content) in changes {
                settle_change(db, media_folder, &change, content)?;
                names.push(change.file_name);
            }
        }
    }
    if !names.is_empty() {
        flush_files(media_folder, &names)?;
    }
    NAMES.iter().try_for_each(|name| remove(&account_folder.join(name)))
}

fn settle_change(
    db: &Connection,
    media_folder: &MediaFolder,
    change: &LoggedChange,
    content: Option<Vec<u8>>,
) -> Result<(), StoreError> {
    let name = &change.file_name;
    // Without a row it was never committed.
    let Some(entry) = MediaEntry::find(db, name)? else { return Ok(()) };
    if !entry.is_live() {
        if change.sha1.is_none()
            && let Some(path) = media_folder.place_of_logged_deletion(name)
            && is_left_over(&path, &entry)
        {
            // What cannot be removed now either is left.
            remove_if_there(&path);
        }
        return Ok(());
    }
    if change.sha1 != Some(entry.sha1.to_hex()) {
        return Ok(());
    }
    let Some(path) = media_folder.place_of_logged(&entry)? else { return Ok(()) };
    if let Some(content) = content {
        let (mut temporary, mut file) = TemporaryFile::create(media_folder.path())?;
        file.write_all(&content).map_err(StoreError::io(temporary.path()))?;
        return temporary.move_to(&path);
    }
    // It was flushed before; if it is no longer there, it has its place.
    let temporary = change.temporary.as_ref().filter(|name| is_temporary(name));
    if let Some(temporary) = temporary.map(|name| media_folder.path().join(name))
        && hash_regular(&temporary)?.as_ref() == Some(&entry.sha1)
    {
        std::fs::rename(&temporary, &path).map_err(StoreError::io(&path))?;
    }
    Ok(())
}

/// Whether this is the deleted file, or what a power cut made of it, and none that a
/// person put there since.
fn is_left_over(path: &Path, deleted: &MediaEntry) -> bool {
    matches!(regular_size(path), Ok(Some(0)))
        || matches!(hash_regular(path), Ok(Some(sha1)) if sha1 == deleted.sha1)
}

/// Opens a log; `None` if there is none. A link in its place leads to what is not ours.
fn open(path: &Path) -> Result<Option<File>, StoreError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => File::open(path).map(Some),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
    .map_err(StoreError::io(path))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            std::fs::remove_file(path).map_err(StoreError::io(path))
        }
        _ => Ok(()),
    }
}
