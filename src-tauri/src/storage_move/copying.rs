//! Copying the data, comparing it, and giving the copy the rights of the original.

use std::collections::HashSet;
use std::fs::{DirBuilder, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sync_store::media::other_name;

use super::{LEFT_BEHIND, MOVED, MoveError, PLACES, STAGING, failed, sync_folder};
use crate::ipc::MoveProgress;

/// Name of the folder with an account's media.
const MEDIA_FOLDER: &str = "media";
/// Bytes that are copied or compared at a time.
const PIECE_BYTES: usize = 256 * 1024;

/// A file to copy: its path from the storage folder on, and its size.
#[derive(Debug)]
struct Item {
    path: PathBuf,
    metadata: Metadata,
}

/// Copies all data into the staging folder, which is made for it, and compares it.
/// Gives the names of what was copied.
pub(super) fn copy_into(
    from: &Path,
    staging: &Path,
    progress: &mut impl FnMut(MoveProgress),
) -> Result<Vec<PathBuf>, MoveError> {
    let mut items = Vec::new();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(from).map_err(failed(from))? {
        let name = PathBuf::from(entry.map_err(failed(from))?.file_name());
        let text = name.to_string_lossy();
        let is_ours = [STAGING, PLACES].contains(&text.as_ref()) || text.starts_with(MOVED);
        if is_ours || LEFT_BEHIND.contains(&text.as_ref()) {
            continue;
        }
        if list(from, &name, &mut HashSet::new(), &mut items)? {
            names.push(name);
        }
    }
    let total_bytes =
        items.iter().filter(|item| item.metadata.is_file()).map(|i| i.metadata.len()).sum();
    check_space(staging, total_bytes)?;

    // Nobody else looks into it, whatever rights the parts have meanwhile.
    create_private_folder(staging).map_err(failed(staging))?;
    let mut done_bytes = 0;
    let mut sums = Vec::new();
    for Item { path, metadata } in &items {
        let (original, copy) = (from.join(path), staging.join(path));
        if metadata.is_dir() {
            create_private_folder(&copy).map_err(failed(&copy))?;
            continue;
        }
        let (copy, target) = create_copy(staging, path)?;
        let sum = copy_file(&original, &copy, target, metadata, |bytes| {
            done_bytes += bytes;
            progress(MoveProgress { is_checking: false, done_bytes, total_bytes });
        })?;
        sums.push((path, copy, sum));
    }
    let mut done_bytes = 0;
    for (path, copy, sum) in sums {
        let file = File::open(&copy).map_err(failed(&copy))?;
        let read = sum_of(file, |bytes| {
            done_bytes += bytes;
            progress(MoveProgress { is_checking: true, done_bytes, total_bytes });
        });
        if read.map_err(failed(&copy))? != sum {
            return Err(MoveError::CopyDiffers { file: path.clone() });
        }
    }
    // What is inside a folder comes first: afterwards it may be closed.
    for Item { path, metadata } in items.iter().rev() {
        if metadata.is_dir() {
            give_rights(&from.join(path), &staging.join(path))?;
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

/// Makes the file that a path is copied to, and tells where that is. Two media that differ
/// in capitals may be one file in the new folder; the second one goes to where the server
/// has such files.
fn create_copy(staging: &Path, path: &Path) -> Result<(PathBuf, File), MoveError> {
    let copy = staging.join(path);
    match create_private_file(&copy) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let name = media_name(path).ok_or_else(|| failed(&copy)(error))?;
            let copy = copy.with_file_name(other_name(name));
            let target = create_private_file(&copy).map_err(failed(&copy))?;
            Ok((copy, target))
        }
        created => Ok((copy.clone(), created.map_err(failed(&copy))?)),
    }
}

/// The name of a file in the folder with an account's media, also of a removed account.
fn media_name(path: &Path) -> Option<&str> {
    let is_media = path.parent()?.file_name()? == MEDIA_FOLDER;
    path.file_name()?.to_str().filter(|_| is_media)
}

/// Copies one file with its times and rights, flushes it, and gives the SHA-256
/// of what was read.
fn copy_file(
    original: &Path,
    copy: &Path,
    mut target: File,
    metadata: &Metadata,
    mut moved: impl FnMut(u64),
) -> Result<[u8; 32], MoveError> {
    let source = File::open(original).map_err(failed(original))?;
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
        target.set_permissions(metadata.permissions())?;
        target.sync_all()
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

/// Makes a folder that nobody else can look into.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a file that nobody else can read.
fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

/// Gives a folder the rights of another one. On Windows folders inherit theirs.
pub(super) fn give_rights(original: &Path, copy: &Path) -> Result<(), MoveError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(original).map_err(failed(original))?;
        // A folder that its owner cannot write to could not get its place.
        // What sets the group of files is for the old place, and a drive without rights
        // shows all of them.
        let mode = metadata.permissions().mode() & 0o775 | 0o700;
        std::fs::set_permissions(copy, std::fs::Permissions::from_mode(mode))
            .map_err(failed(copy))?;
    }
    #[cfg(not(unix))]
    let _ = (original, copy);
    Ok(())
}
