//! Moving the data of the storage folder to another one. Blocking.
//!
//! The order survives a power cut at any line: the copy is made inside a folder
//! of its own in the new place, flushed and compared; then its parts get their
//! names, of which a list is kept until the settings name the new folder. Only
//! after the server has run on it does the old data leave its place, and not the
//! disk.

mod copying;

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use sync_store::accounts::FolderLock;
use thiserror::Error;
use tracing::warn;

use crate::ipc::MoveProgress;
use copying::{copy_into, create_private_folder, give_rights};

/// Holds the copy until it is complete.
const STAGING: &str = ".anki-sync-tray-copy";

/// Lists the names that the parts of the copy get, an empty file for each: without
/// it a move that was cut off could not be told from somebody's data.
const PLACES: &str = ".anki-sync-tray-places";

/// Held by every server that uses a folder. It stays when the server has ended.
const LOCK: &str = "server.lock";

/// How the folders of data that moved away begin, inside the old folder.
const MOVED: &str = ".moved ";

/// What belongs to the running server or to a request that has ended, and not to
/// anybody's data.
const LEFT_BEHIND: [&str; 3] = [LOCK, "server.control", ".incoming"];

/// What a server that ran on the copy may have left beside it.
const LEFT_BY_SERVER: [&str; 5] =
    [LOCK, "server.control", ".incoming", "server.db-wal", "server.db-shm"];

/// The data was not moved. It is where it was, and the copy is gone.
#[derive(Debug, Error)]
pub enum MoveError {
    /// There is too little room.
    #[error("too little room")]
    TooLittleSpace {
        /// What the data takes, in bytes.
        needed_bytes: u64,
        /// What is free, in bytes.
        free_bytes: u64,
    },
    /// A file of the copy does not hold what the original holds.
    #[error("the copy of {} differs", file.display())]
    CopyDiffers {
        /// The file, from the storage folder on.
        file: PathBuf,
    },
    /// A file or folder cannot be read or written.
    #[error("cannot access {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> MoveError {
    move |source| MoveError::Io { path: path.to_owned(), source }
}

/// A copy that stands in the new folder. Dropping it leaves it there.
#[derive(Debug)]
pub struct Copied {
    folder: PathBuf,
    /// The entries of the storage folder that were copied.
    names: Vec<PathBuf>,
    /// What is to be removed besides when the copy is given up, because it was
    /// not there before: the files of a server that ran on it.
    of_server: Vec<&'static str>,
    had_folder: bool,
}

/// Copies all data of the storage folder `from`, whose lock the caller holds, to
/// the folder `to`, and compares each file with its original. What a move that was
/// cut off left in `to` is put aside there first.
///
/// # Errors
/// See [`MoveError`]; what was copied is gone then.
pub fn copy(
    from: &Path,
    to: &Path,
    now: DateTime,
    mut progress: impl FnMut(MoveProgress),
) -> Result<Copied, MoveError> {
    let had_folder = to.is_dir();
    if !had_folder {
        let around = to.parent().unwrap_or(to);
        std::fs::create_dir_all(around).map_err(failed(around))?;
        create_private_folder(to).map_err(failed(to))?;
    }
    put_left_overs_aside(to, now)?;
    forget_lock(to)?;
    let staging = to.join(STAGING);
    let is_new = |name: &&str| to.join(name).symlink_metadata().is_err();
    let of_server = LEFT_BY_SERVER.into_iter().filter(is_new).collect();
    let mut copied = Copied { folder: to.to_owned(), names: Vec::new(), of_server, had_folder };
    let outcome = copy_into(from, &staging, &mut progress).and_then(|names| {
        if !had_folder {
            give_rights(from, to)?;
        }
        take_places(&staging, to, names, &mut copied.names)
    });
    match outcome {
        Ok(()) => Ok(copied),
        Err(error) => {
            copied.remove();
            Err(error)
        }
    }
}

/// Whether a move that was cut off left its copy, or a part of it, in the folder,
/// and nobody has used that since.
#[must_use]
pub fn has_left_overs(folder: &Path) -> bool {
    folder.join(PLACES).is_dir() && !folder.join(LOCK).exists()
}

/// Puts what a move that was cut off left in the folder into a dated folder inside it.
/// Nothing is removed: the original may be lost since, or a person may have put their
/// data there under the same names.
///
/// # Errors
/// [`MoveError::Io`]; what was already put aside stays there.
pub fn put_left_overs_aside(folder: &Path, now: DateTime) -> Result<(), MoveError> {
    let (staging, places) = (folder.join(STAGING), folder.join(PLACES));
    let mut left = Vec::new();
    // Without the list the copy was never complete, and is of no use.
    if places.is_dir() {
        left.extend(names_in(&staging)?.map(|name| staging.join(name)));
    }
    if has_left_overs(folder) {
        let waiting = |name: &OsString| staging.join(name).symlink_metadata().is_ok();
        // What waits in the staging folder never got its place.
        let placed = names_in(&places)?.filter(|name| !waiting(name));
        left.extend(placed.map(|name| folder.join(name)));
    }
    left.retain(|path| path.symlink_metadata().is_ok());
    if !left.is_empty() {
        let aside = new_aside(folder, now)?;
        for path in left {
            let name = path.file_name().unwrap_or_default();
            std::fs::rename(&path, aside.join(name)).map_err(failed(&path))?;
        }
        sync_folder(&aside)?;
        sync_folder(folder)?;
    }
    // In this order, for the list means nothing without the staging folder.
    for path in [places, staging] {
        remove(&path).map_err(failed(&path))?;
    }
    Ok(())
}

/// Gives what is left of a move that was cut off the rest of its names: its original is
/// gone, and the copy, which was compared before, is the data.
///
/// # Errors
/// [`MoveError::Io`].
pub fn take_left_overs(folder: &Path) -> Result<(), MoveError> {
    let (staging, places) = (folder.join(STAGING), folder.join(PLACES));
    for name in names_in(&places)? {
        let (from, to) = (staging.join(&name), folder.join(&name));
        if is_free(&to)? && !is_free(&from)? {
            std::fs::rename(&from, &to).map_err(failed(&from))?;
        }
    }
    if places.is_dir() {
        sync_folder(folder)?;
        remove(&places).map_err(failed(&places))?;
    }
    Ok(())
}

/// Names of what is in a folder, which need not exist.
fn names_in(folder: &Path) -> Result<impl Iterator<Item = OsString> + use<>, MoveError> {
    let names = match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.file_name())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    Ok(names.map_err(failed(folder))?.into_iter())
}

/// Removes the lock file of a server that used the folder once and runs no more, or a
/// move that is cut off could not be told from data that was used since.
fn forget_lock(folder: &Path) -> Result<(), MoveError> {
    let lock = folder.join(LOCK);
    if !lock.exists() {
        return Ok(());
    }
    let in_use = |_| failed(&lock)(io::ErrorKind::ResourceBusy.into());
    let held = FolderLock::acquire(folder).map_err(in_use)?;
    let removed = remove(&lock).map_err(failed(&lock));
    drop(held);
    removed
}

impl Copied {
    /// The settings name the new folder: from now on the copy is the data, and no
    /// later move may take it for a left-over.
    pub fn confirm(&self) {
        // The lock file of the server that ran on it says the same.
        remove(&self.folder.join(PLACES))
            .unwrap_or_else(|error| warn!(%error, "the list of a move that is done is left"));
    }

    /// Removes the copy: it is not to take the original's place.
    pub fn remove(self) {
        // The server's own files first: without its lock file the rest can be
        // told as a left-over, if this is cut off.
        let names = self.of_server.iter().map(Path::new);
        let names = names.chain(self.names.iter().map(PathBuf::as_path));
        for name in names.chain([PLACES, STAGING].map(Path::new)) {
            let path = self.folder.join(name);
            remove(&path).unwrap_or_else(|error| warn!(%error, path = %path.display(), "left"));
        }
        if !self.had_folder {
            // Not if anything else came into it meanwhile.
            let _ = std::fs::remove_dir(&self.folder);
        }
    }
}

/// Puts the data of the storage folder, whose lock the caller holds, aside, into a
/// dated folder inside it. Gives that folder.
///
/// # Errors
/// [`MoveError::Io`]; what was already put aside stays there.
pub fn put_aside(folder: &Path, copied: &Copied, now: DateTime) -> Result<PathBuf, MoveError> {
    let aside = new_aside(folder, now)?;
    for name in &copied.names {
        let path = folder.join(name);
        std::fs::rename(&path, aside.join(name)).map_err(failed(&path))?;
    }
    // Not the lock: it is held, and a new file by its name would be another one.
    for name in LEFT_BEHIND.into_iter().filter(|name| *name != LOCK) {
        // Of no use to anybody; a failure costs nothing.
        let _ = remove(&folder.join(name));
    }
    sync_folder(&aside)?;
    sync_folder(folder)?;
    Ok(aside)
}

/// A new dated folder inside this one, for data that is not to be there any more.
fn new_aside(folder: &Path, now: DateTime) -> Result<PathBuf, MoveError> {
    let date = now.strftime("%Y-%m-%d %H-%M-%S");
    let mut aside = folder.join(format!("{MOVED}{date}"));
    for number in 2.. {
        if !aside.exists() {
            break;
        }
        aside = folder.join(format!("{MOVED}{date} {number}"));
    }
    std::fs::create_dir(&aside).map_err(failed(&aside))?;
    Ok(aside)
}

/// Gives the parts of the complete copy their names. Nothing that is in the new
/// folder already is replaced.
fn take_places(
    staging: &Path,
    to: &Path,
    names: Vec<PathBuf>,
    placed: &mut Vec<PathBuf>,
) -> Result<(), MoveError> {
    let places = to.join(PLACES);
    // Before the list, which is to hold nothing that was there already.
    for name in &names {
        check_free(&to.join(name))?;
    }
    create_private_folder(&places).map_err(failed(&places))?;
    for name in &names {
        let place = places.join(name);
        File::create_new(&place).map_err(failed(&place))?;
    }
    sync_folder(&places)?;
    sync_folder(to)?;
    for name in names {
        let path = to.join(&name);
        check_free(&path)?;
        std::fs::rename(staging.join(&name), &path).map_err(failed(&path))?;
        placed.push(name);
    }
    std::fs::remove_dir(staging).map_err(failed(staging))?;
    sync_folder(to)
}

fn check_free(path: &Path) -> Result<(), MoveError> {
    if is_free(path)? {
        return Ok(());
    }
    Err(failed(path)(io::ErrorKind::AlreadyExists.into()))
}

/// Whether there is nothing by that name, not even a broken link.
fn is_free(path: &Path) -> Result<bool, MoveError> {
    match path.symlink_metadata() {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(failed(path)(error)),
    }
}

/// Removes a file or a folder with all that is in it, if it exists.
fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Flushes a folder's entries, where the system has a call for it.
fn sync_folder(folder: &Path) -> Result<(), MoveError> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests;
