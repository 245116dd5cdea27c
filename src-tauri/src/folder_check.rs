//! What there is to know about a folder before it becomes the storage folder.
//! Blocking: network drives answer slowly.

use std::fs::{File, TryLockError};
use std::path::{Component, Path, PathBuf};

use sync_server::{check_storage_folder, folder_warnings, is_storage_folder};
use sync_store::accounts::{ServerDb, found_folders};

use crate::ipc::{FolderCheck, FolderProblem, FolderWarning, FoundAccount};
use crate::storage_move::has_left_overs;

/// Looks at a folder, which need not exist. `current` is the storage folder in
/// use, if there is one.
#[must_use]
pub fn check_folder(folder: &Path, current: Option<&Path>) -> FolderCheck {
    let folder = plain(folder);
    let is_current = current.is_some_and(|current| spelled_out(current) == spelled_out(&folder));
    let problem = problem(&folder, current.filter(|_| !is_current), is_current);
    let is_looked_into = problem.is_none() || problem == Some(FolderProblem::InUse);
    // The data that a move began to copy there is in the current folder.
    let is_cut_off =
        current.is_some_and(is_storage_folder) && !is_current && has_left_overs(&folder);
    // What does not exist yet will lie on the same disk as the folder around it.
    let on_disk = existing(&folder);
    FolderCheck {
        folder: folder.to_string_lossy().into_owned(),
        problem,
        warnings: if is_looked_into { warnings(&folder, &on_disk) } else { Vec::new() },
        accounts: if is_looked_into && !is_cut_off { accounts(&folder) } else { Vec::new() },
        is_current,
        free_bytes: fs4::available_space(&on_disk).ok(),
    }
}

fn problem(folder: &Path, other: Option<&Path>, is_current: bool) -> Option<FolderProblem> {
    if !folder.is_absolute() {
        return Some(FolderProblem::NotAbsolute);
    }
    if let Err(problem) = check_storage_folder(folder) {
        return Some(match problem {
            sync_server::FolderProblem::Root => FolderProblem::Root,
            sync_server::FolderProblem::AnkiData => FolderProblem::AnkiData,
        });
    }
    if !existing(folder).is_dir() {
        return Some(FolderProblem::NotAFolder);
    }
    if other.is_some_and(|other| is_inside_the_other(folder, other)) {
        return Some(FolderProblem::InsideCurrent);
    }
    if !is_writable(&existing(folder)) {
        return Some(FolderProblem::NotWritable);
    }
    // The lock of the current folder is our own.
    (!is_current && is_in_use(folder)).then_some(FolderProblem::InUse)
}

fn is_inside_the_other(folder: &Path, other: &Path) -> bool {
    let (folder, other) = (spelled_out(folder), spelled_out(other));
    folder != other && (folder.starts_with(&other) || other.starts_with(&folder))
}

/// A permission bit would not tell of full disks, read-only drives, Windows' own
/// rules and the like.
fn is_writable(folder: &Path) -> bool {
    tempfile::Builder::new().prefix(".anki-sync-tray-").tempfile_in(folder).is_ok()
}

/// Whether another server holds the lock. Unlike taking the lock, this leaves
/// nothing behind in a folder that nobody has chosen yet.
fn is_in_use(folder: &Path) -> bool {
    File::open(folder.join("server.lock"))
        .is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

fn warnings(folder: &Path, on_disk: &Path) -> Vec<FolderWarning> {
    // Names count of what does not exist yet, too.
    let mut found = folder_warnings(folder);
    for warning in folder_warnings(on_disk) {
        if !found.contains(&warning) {
            found.push(warning);
        }
    }
    found
        .into_iter()
        .map(|warning| match warning {
            sync_server::FolderWarning::FileSync { program } => {
                FolderWarning::FileSync { program: program.to_owned() }
            }
            sync_server::FolderWarning::NetworkDrive => FolderWarning::NetworkDrive,
            sync_server::FolderWarning::LittleSpace { free_bytes } => {
                FolderWarning::LittleSpace { free_bytes }
            }
        })
        .collect()
}

fn accounts(folder: &Path) -> Vec<FoundAccount> {
    // A list that cannot be read counts as empty: then each account gets a new
    // password.
    let known = ServerDb::open_to_read(folder)
        .and_then(|db| db.map(|db| db.accounts()).transpose())
        .ok()
        .flatten()
        .unwrap_or_default();
    let found = found_folders(folder).unwrap_or_default();
    found
        .into_iter()
        .map(|found| FoundAccount {
            collection_bytes: std::fs::metadata(folder.join(&found.name).join("collection.anki2"))
                .map(|file| file.len())
                .unwrap_or_default(),
            has_password: known
                .iter()
                .any(|account| account.folder == found.name && account.password.is_some()),
            name: found.name,
        })
        .collect()
}

/// The folder itself, or the nearest one around it that exists.
fn existing(folder: &Path) -> PathBuf {
    folder.ancestors().find(|path| path.exists()).unwrap_or(folder).to_owned()
}

/// A path without `.` and trailing separators; with `~` as people write it.
fn plain(folder: &Path) -> PathBuf {
    let home = std::env::home_dir();
    let folder = match (folder.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => folder.to_owned(),
    };
    folder.components().filter(|part| *part != Component::CurDir).collect()
}

/// The path with all links followed, as far as it exists.
fn spelled_out(folder: &Path) -> PathBuf {
    let exists = existing(folder);
    let rest = folder.strip_prefix(&exists).map(Path::to_owned).unwrap_or_default();
    exists.canonicalize().unwrap_or(exists).join(rest).components().collect()
}

#[cfg(test)]
mod tests;
