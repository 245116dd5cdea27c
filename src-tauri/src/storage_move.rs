//! Moving the data of the storage folder to another one. Blocking.
//!
//! The order survives a power cut at any line: the copy is made inside a folder
//! of its own in the new place, flushed and compared; then its parts get their
//! names. Only after the server has run on it does the old data leave its place,
//! and not the disk.

use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tracing::warn;

use crate::ipc::MoveProgress;

/// Holds the copy until it is complete.
const STAGING: &str = ".anki-sync-tray-copy";

/// How the folders of data that moved away begin, inside the old folder.
const MOVED: &str = ".moved ";

/// What belongs to the running server or to a request that has ended, and not to
/// anybody's data.
const LEFT_BEHIND: [&str; 3] = ["server.lock", "server.control", ".incoming"];

/// What a server that ran on the copy may have left beside it.
const LEFT_BY_SERVER: [&str; 5] =
    ["server.lock", "server.control", ".incoming", "server.db-wal", "server.db-shm"];

/// Bytes that are copied or compared at a time.
const PIECE_BYTES: usize = 256 * 1024;

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

/// Copies all data of the storage folder `from`, which nobody uses, to the
/// folder `to`, and compares each file with its original.
///
/// # Errors
/// See [`MoveError`]; what was copied is gone then.
pub fn copy(
    from: &Path,
    to: &Path,
    mut progress: impl FnMut(MoveProgress),
) -> Result<Copied, MoveError> {
    let had_folder = to.is_dir();
    std::fs::create_dir_all(to).map_err(failed(to))?;
    let staging = to.join(STAGING);
    // Of an attempt that a power cut ended.
    remove(&staging).map_err(failed(&staging))?;
    let is_new = |name: &&str| to.join(name).symlink_metadata().is_err();
    let of_server = LEFT_BY_SERVER.into_iter().filter(is_new).collect();
    let mut copied = Copied { folder: to.to_owned(), names: Vec::new(), of_server, had_folder };
    let outcome = copy_into(from, &staging, &mut progress)
        .and_then(|names| take_places(&staging, to, names, &mut copied.names));
    match outcome {
        Ok(()) => Ok(copied),
        Err(error) => {
            copied.remove();
            Err(error)
        }
    }
}

impl Copied {
    /// Removes the copy: it is not to take the original's place.
    pub fn remove(self) {
        let staging = self.folder.join(STAGING);
        let names = self.names.iter().map(PathBuf::as_path);
        for name in names.chain(self.of_server.iter().map(Path::new)) {
            let path = self.folder.join(name);
            remove(&path).unwrap_or_else(|error| warn!(%error, path = %path.display(), "left"));
        }
        remove(&staging).unwrap_or_else(|error| warn!(%error, "a part of the copy is left"));
        if !self.had_folder {
            // Not if anything else came into it meanwhile.
            let _ = std::fs::remove_dir(&self.folder);
        }
    }
}

/// Puts the data of the storage folder aside, into a dated folder inside it.
/// Gives that folder.
///
/// # Errors
/// [`MoveError::Io`]; what was already put aside stays there.
pub fn put_aside(folder: &Path, copied: &Copied, now: DateTime) -> Result<PathBuf, MoveError> {
    let date = now.strftime("%Y-%m-%d %H-%M-%S");
    let mut aside = folder.join(format!("{MOVED}{date}"));
    for number in 2.. {
        if !aside.exists() {
            break;
        }
        aside = folder.join(format!("{MOVED}{date} {number}"));
    }
    std::fs::create_dir(&aside).map_err(failed(&aside))?;
    for name in &copied.names {
        let path = folder.join(name);
        std::fs::rename(&path, aside.join(name)).map_err(failed(&path))?;
    }
    for name in LEFT_BEHIND {
        // Of no use to anybody; a failure costs nothing.
        let _ = remove(&folder.join(name));
    }
    sync_folder(&aside)?;
    sync_folder(folder)?;
    Ok(aside)
}

/// A file to copy: its path from the storage folder on, and its size.
#[derive(Debug)]
struct Item {
    path: PathBuf,
    metadata: Metadata,
}

fn copy_into(
    from: &Path,
    staging: &Path,
    progress: &mut impl FnMut(MoveProgress),
) -> Result<Vec<PathBuf>, MoveError> {
    let mut items = Vec::new();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(from).map_err(failed(from))? {
        let name = PathBuf::from(entry.map_err(failed(from))?.file_name());
        let text = name.to_string_lossy();
        if LEFT_BEHIND.contains(&text.as_ref()) || text.starts_with(MOVED) || text == STAGING {
            continue;
        }
        if list(from, &name, &mut HashSet::new(), &mut items)? {
            names.push(name);
        }
    }
    let total_bytes =
        items.iter().filter(|item| item.metadata.is_file()).map(|i| i.metadata.len()).sum();
    check_space(staging, total_bytes)?;

    std::fs::create_dir(staging).map_err(failed(staging))?;
    let mut done_bytes = 0;
    let mut sums = Vec::new();
    for Item { path, metadata } in &items {
        let (original, copy) = (from.join(path), staging.join(path));
        if metadata.is_dir() {
            std::fs::create_dir(&copy).map_err(failed(&copy))?;
            continue;
        }
        let sum = copy_file(&original, &copy, metadata, |bytes| {
            done_bytes += bytes;
            progress(MoveProgress { is_checking: false, done_bytes, total_bytes });
        })?;
        sums.push((path, sum));
    }
    let mut done_bytes = 0;
    for (path, sum) in sums {
        let copy = staging.join(path);
        let file = File::open(&copy).map_err(failed(&copy))?;
        let read = sum_of(file, |bytes| {
            done_bytes += bytes;
            progress(MoveProgress { is_checking: true, done_bytes, total_bytes });
        });
        if read.map_err(failed(&copy))? != sum {
            return Err(MoveError::CopyDiffers { file: path.clone() });
        }
    }
    for Item { path, metadata } in &items {
        if metadata.is_dir() {
            sync_folder(&staging.join(path))?;
        }
    }
    sync_folder(staging)?;
    Ok(names)
}

/// Lists a file or folder with all that is in it, links followed. Whatever is
/// neither is passed over; tells whether anything was listed.
fn list(
    base: &Path,
    path: &Path,
    around: &mut HashSet<PathBuf>,
    items: &mut Vec<Item>,
) -> Result<bool, MoveError> {
    let full = base.join(path);
    let metadata = std::fs::metadata(&full).map_err(failed(&full))?;
    if !metadata.is_dir() {
        let is_file = metadata.is_file();
        if is_file {
            items.push(Item { path: path.to_owned(), metadata });
        }
        return Ok(is_file);
    }
    let place = full.canonicalize().map_err(failed(&full))?;
    if !around.insert(place.clone()) {
        // A link that leads back to where it is.
        return Err(failed(&full)(io::ErrorKind::InvalidInput.into()));
    }
    items.push(Item { path: path.to_owned(), metadata });
    for entry in std::fs::read_dir(&full).map_err(failed(&full))? {
        let name = entry.map_err(failed(&full))?.file_name();
        list(base, &path.join(name), around, items)?;
    }
    around.remove(&place);
    Ok(true)
}

fn check_space(staging: &Path, needed_bytes: u64) -> Result<(), MoveError> {
    let folder = staging.parent().unwrap_or(staging);
    // A system that does not tell gives no reason to refuse.
    match fs4::available_space(folder) {
        Ok(free_bytes) if free_bytes < needed_bytes => {
            Err(MoveError::TooLittleSpace { needed_bytes, free_bytes })
        }
        _ => Ok(()),
    }
}

/// Copies one file with its times and rights, flushes it, and gives the SHA-256
/// of what was read.
fn copy_file(
    original: &Path,
    copy: &Path,
    metadata: &Metadata,
    mut moved: impl FnMut(u64),
) -> Result<[u8; 32], MoveError> {
    let source = File::open(original).map_err(failed(original))?;
    let mut target = File::create_new(copy).map_err(failed(copy))?;
    let mut broken = None;
    let sum = {
        let mut reader = Tee { source, target: &mut target, broken: &mut broken };
        sum_of(&mut reader, &mut moved)
    };
    if let Some(error) = broken {
        return Err(failed(copy)(error));
    }
    let sum = sum.map_err(failed(original))?;
    let finish = || -> io::Result<()> {
        if let Ok(modified) = metadata.modified() {
            target.set_modified(modified)?;
        }
        target.sync_all()?;
        std::fs::set_permissions(copy, metadata.permissions())
    };
    finish().map_err(failed(copy))?;
    Ok(sum)
}

/// Hands out what it reads, and writes it into a file as well.
struct Tee<'a> {
    source: File,
    target: &'a mut File,
    /// Tells an error of writing from one of reading.
    broken: &'a mut Option<io::Error>,
}

impl Read for Tee<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        if let Err(error) = self.target.write_all(&buffer[..length]) {
            *self.broken = Some(error);
            return Err(io::ErrorKind::Other.into());
        }
        Ok(length)
    }
}

fn sum_of(mut file: impl Read, mut read: impl FnMut(u64)) -> io::Result<[u8; 32]> {
    let mut sum = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(sum.finalize().into());
        }
        sum.update(&piece[..length]);
        read(length as u64);
    }
}

/// Gives the parts of the complete copy their names. Nothing that is in the new
/// folder already is replaced.
fn take_places(
    staging: &Path,
    to: &Path,
    names: Vec<PathBuf>,
    placed: &mut Vec<PathBuf>,
) -> Result<(), MoveError> {
    for name in names {
        let path = to.join(&name);
        if path.symlink_metadata().is_ok() {
            return Err(failed(&path)(io::ErrorKind::AlreadyExists.into()));
        }
        std::fs::rename(staging.join(&name), &path).map_err(failed(&path))?;
        placed.push(name);
    }
    std::fs::remove_dir(staging).map_err(failed(staging))?;
    sync_folder(to)
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
