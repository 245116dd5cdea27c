//! `upload`: the device's whole collection takes the place of the server's.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sync_protocol::TimestampMillis;
use sync_store::StoreError;
use sync_store::accounts::SyncCounts;
use sync_store::collection::{check_upload, replace_collection};
use tracing::warn;

use super::temporary::TemporaryCollection;
use crate::account::{COLLECTION_FILE, CollectionSlot, OperationError};
use crate::events::SyncFailure;

/// Folder in the account's folder with the collections that uploads replaced.
const KEPT_FOLDER: &str = "replaced";
/// How many of them are kept.
const KEPT_COPIES: usize = 3;

/// An uploaded file that may take the collection's place.
#[derive(Debug)]
pub struct Checked {
    upload: TemporaryCollection,
    /// What is in it.
    pub counts: SyncCounts,
}

impl Checked {
    /// Size of the file as it is now, in bytes. An upgrade can make it larger.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.upload.bytes()
    }
}

/// Checks an uploaded file, and makes it ready: upgraded, complete, on the disk.
/// Needs no lock, because it touches nothing else.
///
/// # Errors
/// [`OperationError::Refused`] when it is damaged or of an unknown schema,
/// [`OperationError::Unavailable`] when the disk is full, for instance.
pub fn check(upload: TemporaryCollection, now: TimestampMillis) -> Result<Checked, OperationError> {
    let counted = check_upload(upload.path(), now).map_err(OperationError::in_sync)?;
    let counts = SyncCounts { notes: counted.notes, cards: counted.cards, ..SyncCounts::default() };
    Ok(Checked { upload, counts })
}

/// Puts a checked upload in the collection's place. The collection is not
/// opened, so that an account with a broken one can be repaired this way.
///
/// # Errors
/// [`OperationError::Unavailable`]; the old collection stays then.
pub fn replace(
    slot: &mut CollectionSlot,
    checked: Checked,
    now: TimestampMillis,
) -> Result<(), OperationError> {
    slot.end_sync(SyncFailure::Superseded);
    slot.close_store();
    let collection = slot.collection_path();
    let kept_folder = slot.folder().join(KEPT_FOLDER);
    let is_there = collection.try_exists().map_err(StoreError::io(&collection));
    let kept_copy = if is_there.map_err(OperationError::Unavailable)? {
        sync_store::create_folder(&kept_folder).map_err(OperationError::Unavailable)?;
        Some(kept_path(&kept_folder, now))
    } else {
        None
    };
    replace_collection(&collection, checked.upload.path(), kept_copy.as_deref())
        .map_err(OperationError::Unavailable)?;
    if let Err(error) = forget_oldest(&kept_folder) {
        warn!(%error, "old copies of a replaced collection could not be removed");
    }
    Ok(())
}

/// `replaced/2026-11-23 19-48-42.anki2`, with a number behind if that exists.
fn kept_path(folder: &Path, now: TimestampMillis) -> PathBuf {
    let time = Timestamp::from_millisecond(now.0).unwrap_or_default();
    let name = time.strftime("%Y-%m-%d %H-%M-%S").to_string();
    // One more than the highest, not the first that is free: the oldest of this
    // second may be gone already, and its number would make a new copy the next
    // to go.
    let highest = copies(folder)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|((time, number), _)| (time == name).then_some(number))
        .max();
    match highest {
        None => folder.join(format!("{name}.anki2")),
        Some(number) => folder.join(format!("{name} {}.anki2", number.saturating_add(1))),
    }
}

/// Undoes replacements that an abrupt end broke off, in an account's folder.
///
/// # Errors
/// When the folder of kept copies cannot be read.
pub fn undo_unfinished(folder: &Path) -> io::Result<()> {
    let kept_folder = folder.join(KEPT_FOLDER);
    for (_, name) in copies(&kept_folder)? {
        #[cfg(unix)]
        sync_store::collection::undo_unfinished_replacement(
            &folder.join(COLLECTION_FILE),
            &kept_folder.join(name),
        );
        // Elsewhere such a copy stays, and goes when three newer ones are there.
        #[cfg(not(unix))]
        drop(name);
    }
    Ok(())
}

/// Removes all but the newest copies. Only files that carry a time are copies;
/// a person may keep others in the folder.
fn forget_oldest(folder: &Path) -> io::Result<()> {
    let mut copies = copies(folder)?;
    copies.sort_unstable();
    for (_, name) in copies.iter().rev().skip(KEPT_COPIES) {
        std::fs::remove_file(folder.join(name))?;
        // The log of a collection that was too damaged to merge it lies beside
        // its copy.
        let mut log = name.clone();
        log.push("-wal");
        match std::fs::remove_file(folder.join(log)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The copies in a folder, each with what it sorts by.
fn copies(folder: &Path) -> io::Result<Vec<((String, u32), OsString)>> {
    let mut copies = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(copies),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name();
        if let Some(order) = name.to_str().and_then(copy_order) {
            copies.push((order, name));
        }
    }
    Ok(copies)
}

/// Time and number of a copy's name, which sort by age.
fn copy_order(name: &str) -> Option<(String, u32)> {
    const TIME_LENGTH: usize = "2026-11-23 19-48-42".len();
    let stem = name.strip_suffix(".anki2")?;
    let (time, number) = stem.split_at_checked(TIME_LENGTH)?;
    let looks_like_time = time.bytes().zip(b"0000-00-00 00-00-00").all(|(byte, pattern)| {
        if *pattern == b'0' { byte.is_ascii_digit() } else { byte == *pattern }
    });
    let number = if number.is_empty() { 1 } else { number.strip_prefix(' ')?.parse().ok()? };
    looks_like_time.then(|| (time.to_owned(), number))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn copies_made_in_the_same_second_get_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let now = TimestampMillis(1_795_397_991_576);
        let first = kept_path(folder.path(), now);
        assert_eq!(first.file_name().unwrap(), "2026-11-23 01-39-51.anki2");
        std::fs::write(&first, "").unwrap();
        let second = kept_path(folder.path(), now);
        assert_eq!(second.file_name().unwrap(), "2026-11-23 01-39-51 2.anki2");
        std::fs::rename(&first, &second).unwrap();
        let third = kept_path(folder.path(), now);
        assert_eq!(third.file_name().unwrap(), "2026-11-23 01-39-51 3.anki2");
    }

    #[test]
    fn a_copy_that_goes_takes_its_log_along() {
        let folder = tempfile::tempdir().unwrap();
        for second in 1..=4 {
            for suffix in ["", "-wal"] {
                let name = format!("2026-11-23 01-39-0{second}.anki2{suffix}");
                std::fs::write(folder.path().join(name), "").unwrap();
            }
        }
        forget_oldest(folder.path()).unwrap();
        let oldest = folder.path().join("2026-11-23 01-39-01.anki2-wal");
        let next = folder.path().join("2026-11-23 01-39-02.anki2-wal");
        assert!(!oldest.exists() && next.exists());
    }

    #[test]
    fn the_newest_three_copies_stay_and_other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "2026-11-23 01-39-51.anki2",
            "2026-11-23 01-39-51 2.anki2",
            "2026-11-23 01-39-51 10.anki2",
            "2026-11-22 23-00-00.anki2",
            "2026-11-24 01-00-00.anki2",
            "my own.anki2",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        forget_oldest(folder.path()).unwrap();
        let mut left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(
            left,
            [
                "2026-11-23 01-39-51 10.anki2",
                "2026-11-23 01-39-51 2.anki2",
                "2026-11-24 01-00-00.anki2",
                "my own.anki2"
            ]
        );
    }
}
