//! The folders of accounts: finding, renaming, putting aside.

use std::path::{Path, PathBuf};

use sync_protocol::TimestampMillis;

use crate::StoreError;
use crate::durable::sync_folder;

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
/// whose name is not Unicode text, or begins with a dot, is passed over.
///
/// # Errors
/// [`StoreError::Io`].
pub fn found_folders(base: &Path) -> Result<Vec<FoundFolder>, StoreError> {
    unimplemented!()
}

/// Moves an account's folder to `BASE/.removed/FOLDER YYYY-MM-DD HH-MM-SS`
/// (UTC), with a number behind when that exists. Returns where it is now. The
/// caller has closed the account's files.
///
/// # Errors
/// [`StoreError::Io`], also when the folder does not exist (the kind is
/// `NotFound` then: the account never synced).
pub fn move_account_to_removed(
    base: &Path,
    folder: &str,
    now: TimestampMillis,
) -> Result<PathBuf, StoreError> {
    unimplemented!()
}

/// Renames an account's folder; it does nothing when there is none.
pub(super) fn rename_account_folder(base: &Path, from: &str, to: &str) -> Result<(), StoreError> {
    unimplemented!()
}
