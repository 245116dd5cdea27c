//! The folders of accounts: finding, renaming, putting aside.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sync_protocol::TimestampMillis;
use tracing::warn;

use super::ServerDb;
use super::name::{check_safe_name, name_key, normal_name};
use crate::durable::{create_folder, sync_folder};
use crate::{StoreError, with_causes};

/// Where removed accounts go, inside the storage folder.
const REMOVED: &str = ".removed";

/// A sub-folder of the storage folder that holds an account's data, as this
/// server or the official one lays it out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFolder {
    /// Its name, which is that of the account.
    pub name: String,
    /// Whether it holds a collection.
    pub has_collection: bool,
    /// Whether it holds a media database.
    pub has_media: bool,
}

/// Sub-folders that hold a collection or a media database, by name. A folder
/// whose name is not Unicode text, or begins with a dot, is passed over. A
/// storage folder that is not there has none.
///
/// # Errors
/// [`StoreError::Io`].
pub fn found_folders(base: &Path) -> Result<Vec<FoundFolder>, StoreError> {
    let names = match item_names(base) {
        Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Vec::new(),
        names => names?,
    };
    let mut found: Vec<_> = names
        .into_iter()
        .filter(|name| !name.starts_with('.') && base.join(name).is_dir())
        .map(|name| {
            let folder = base.join(&name);
            FoundFolder {
                has_collection: folder.join("collection.anki2").is_file(),
                has_media: folder.join("media.db").is_file(),
                name,
            }
        })
        .filter(|folder| folder.has_collection || folder.has_media)
        .collect();
    found.sort();
    Ok(found)
}

/// Creates the storage folder, durably, with the folders around it.
///
/// # Errors
/// [`StoreError::Io`].
pub(super) fn create_storage_folder(base: &Path) -> Result<(), StoreError> {
    // A relative path of one name has a folder around it as well.
    let base = std::path::absolute(base).map_err(StoreError::io(base))?;
    let mut missing: Vec<&Path> = base.ancestors().take_while(|folder| !folder.is_dir()).collect();
    missing.reverse();
    missing.into_iter().try_for_each(create_folder)
}

/// Moves an account's folder to `BASE/.removed/FOLDER YYYY-MM-DD HH-MM-SS`
/// (UTC), with a number behind when that exists. Returns where it is now, or
/// `None` when there is no such folder: the account never synced. The caller has
/// closed the account's files.
///
/// # Errors
/// [`StoreError::Io`], also when the storage folder is away;
/// [`StoreError::AccountName`] when the name would leave the storage folder.
pub fn move_account_to_removed(
    base: &Path,
    folder: &str,
    now: TimestampMillis,
) -> Result<Option<PathBuf>, StoreError> {
    check_safe_name(folder).map_err(StoreError::AccountName)?;
    let from = base.join(folder);
    // Asked first, so that nothing is created for an account without data.
    match std::fs::symlink_metadata(&from) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return ServerDb::check_is_there(base).map(|()| None);
        }
        found => found.map_err(StoreError::io(&from))?,
    };
    let removed = base.join(REMOVED);
    create_folder(&removed)?;
    let date = Timestamp::from_millisecond(now.0)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%d %H-%M-%S");
    let mut to = removed.join(format!("{folder} {date}"));
    let mut n: u32 = 1;
    while to.symlink_metadata().is_ok() {
        n += 1;
        to = removed.join(format!("{folder} {date} {n}"));
    }
    std::fs::rename(&from, &to).map_err(StoreError::io(&from))?;
    // The folder is where it should be. A power cut may bring it back to where it
    // was, as a folder without an account, which loses nothing.
    if let Err(error) = sync_folder(&removed).and_then(|()| sync_folder(base)) {
        let error = with_causes(&error);
        warn!(folder = %to.display(), error, "the move of a folder may not outlast a power cut");
    }
    Ok(Some(to))
}

/// Fails when something else goes by the new name of an account's folder, or by one that
/// differs by case only.
///
/// # Errors
/// [`StoreError::FolderExists`], [`StoreError::Io`].
pub(super) fn check_nothing_is_in_the_way(
    base: &Path,
    from: &str,
    to: &str,
) -> Result<(), StoreError> {
    let to_key = name_key(to);
    match storage_items(base)?.iter().find(|&name| name != from && name_key(name) == to_key) {
        Some(other) => Err(StoreError::FolderExists { path: base.join(other) }),
        None => Ok(()),
    }
}

/// Renames an account's folder, durably; it does nothing when there is none.
///
/// # Errors
/// [`StoreError::Io`]. The folder may have its new name already then.
pub(super) fn rename_account_folder(base: &Path, from: &str, to: &str) -> Result<(), StoreError> {
    if from == to || !storage_items(base)?.iter().any(|name| name == from) {
        return Ok(());
    }
    let (from, to) = (base.join(from), base.join(to));
    std::fs::rename(&from, &to).map_err(StoreError::io(&from))?;
    sync_folder(base)
}

/// Whether an account's folder has been renamed, as it is spelled on the disk.
pub(super) fn is_renamed(base: &Path, from: &str, to: &str) -> Result<bool, StoreError> {
    let names = storage_items(base)?;
    let is_there = names.iter().any(|name| normal_name(name) == to);
    Ok(from != to && is_there && !names.iter().any(|name| name == from))
}

/// The folder that goes by this name: exactly, or else without regard to case
/// and Unicode form.
pub(super) fn folder_of_key(base: &Path, name: &str) -> Result<Option<String>, StoreError> {
    let mut names = storage_items(base)?;
    // A link to a folder counts: a person may keep the data elsewhere.
    names.retain(|name| base.join(name).is_dir());
    let key = name_key(name);
    let exact = names.iter().find(|&found| normal_name(found) == name);
    Ok(exact.or_else(|| names.iter().find(|found| name_key(found) == key)).cloned())
}

/// As [`item_names`], of the storage folder of an open `server.db`. Fails while it is
/// away, when no folder of an account would be seen either.
fn storage_items(base: &Path) -> Result<Vec<String>, StoreError> {
    ServerDb::check_is_there(base)?;
    item_names(base)
}

/// Names of whatever is in a folder, as they are spelled on the disk, a link to a disk
/// that is away included.
fn item_names(base: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for item in std::fs::read_dir(base).map_err(StoreError::io(base))? {
        let item = item.map_err(StoreError::io(base))?;
        names.extend(item.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;

    const NOON: TimestampMillis = TimestampMillis(1_790_856_000_000);

    #[test]
    fn folders_with_a_collection_or_media_are_found() {
        let base = tempfile::tempdir().unwrap();
        for folder in ["Ann", "bob", "empty", ".removed/x"] {
            fs::create_dir_all(base.path().join(folder)).unwrap();
        }
        for file in ["Ann/collection.anki2", "Ann/media.db", "bob/media.db", ".removed/media.db"] {
            fs::write(base.path().join(file), "").unwrap();
        }
        let found = found_folders(base.path()).unwrap();
        assert_eq!(
            found,
            [
                FoundFolder { name: "Ann".to_owned(), has_collection: true, has_media: true },
                FoundFolder { name: "bob".to_owned(), has_collection: false, has_media: true },
            ]
        );
        assert_eq!(found_folders(&base.path().join("missing")).unwrap(), []);
    }

    #[test]
    fn removed_account_keeps_its_data_in_a_dated_folder() {
        let base = tempfile::tempdir().unwrap();
        let mut places = Vec::new();
        for content in ["1", "2"] {
            fs::create_dir(base.path().join("Ann")).unwrap();
            fs::write(base.path().join("Ann/x"), content).unwrap();
            let place = move_account_to_removed(base.path(), "Ann", NOON).unwrap().unwrap();
            assert_eq!(fs::read_to_string(place.join("x")).unwrap(), content);
            assert!(!base.path().join("Ann").exists());
            places.push(place.file_name().unwrap().to_str().unwrap().to_owned());
        }
        assert_eq!(places, ["Ann 2026-10-01 12-00-00", "Ann 2026-10-01 12-00-00 2"]);
    }

    #[test]
    fn account_without_data_or_outside_the_folder_is_not_moved() {
        let base = tempfile::tempdir().unwrap();
        let _db = ServerDb::open(base.path()).unwrap();
        assert_eq!(move_account_to_removed(base.path(), "ann", NOON).unwrap(), None);
        assert!(!base.path().join(REMOVED).exists());
        for name in ["..", ".", "a/b", ".removed"] {
            let error = move_account_to_removed(base.path(), name, NOON).unwrap_err();
            assert!(matches!(error, StoreError::AccountName(_)), "{name}");
        }
    }

    #[test]
    fn account_of_a_storage_folder_that_is_away_is_not_taken_for_one_without_data() {
        let base = tempfile::tempdir().unwrap();
        // The mount point of a drive that is not plugged in, or not even that.
        for away in [base.path().to_owned(), base.path().join("missing")] {
            let moved = move_account_to_removed(&away, "ann", NOON);
            assert!(matches!(moved, Err(StoreError::Io { .. })), "{}", away.display());
        }
    }

    #[test]
    fn storage_folder_is_created_with_those_around_it() {
        let outer = tempfile::tempdir().unwrap();
        let base = outer.path().join("a/b/c");
        create_storage_folder(&base).unwrap();
        create_storage_folder(&base).unwrap();
        assert!(base.is_dir());
        fs::write(base.join("file"), "").unwrap();
        assert!(create_storage_folder(&base.join("file/d")).is_err());
    }
}
