//! Reading files of the media folder with care: only regular files count, and
//! symbolic links are not followed, since they may lead out of the folder.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use sha1::{Digest, Sha1};
use tracing::warn;

use super::entry::Sha1Sum;
use crate::StoreError;

/// How much of a file is in memory at a time, in bytes.
pub(super) const BUFFER_BYTES: usize = 64 * 1024;

/// The size of a regular file, in bytes; `None` when there is none.
pub(super) fn regular_size(path: &Path) -> Result<Option<u64>, StoreError> {
    Ok(regular_metadata(path)?.map(|metadata| metadata.len()))
}

/// Opens a regular file; gives its size in bytes too. `None` when there is none.
pub(super) fn open_regular(path: &Path) -> Result<Option<(File, u64)>, StoreError> {
    let Some(before) = regular_metadata(path)? else { return Ok(None) };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::Io { path: path.to_owned(), source }),
    };
    let opened = file.metadata().map_err(StoreError::io(path))?;
    Ok(is_same_file(&before, &opened).then_some((file, opened.len())))
}

/// Hash of a regular file; `None` when there is none.
pub(super) fn hash_regular(path: &Path) -> Result<Option<Sha1Sum>, StoreError> {
    let Some((mut file, _)) = open_regular(path)? else { return Ok(None) };
    let mut hasher = Sha1::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = file.read(&mut buffer).map_err(StoreError::io(path))?;
        if read == 0 {
            return Ok(Some(Sha1Sum::new(hasher.finalize().into())));
        }
        hasher.update(&buffer[..read]);
    }
}

/// Why [`copy_hashed`] or [`write_hashed`] stopped.
pub(super) enum CopyProblem {
    Read(std::io::Error),
    Write(std::io::Error),
    TooLong,
}

/// Copies at most `limit_bytes`, hashing on the way. Returns hash and size.
pub(super) fn copy_hashed(
    from: &mut impl Read,
    to: &mut impl Write,
    limit_bytes: u64,
) -> Result<(Sha1Sum, u64), CopyProblem> {
    let mut hasher = Sha1::new();
    let mut size: u64 = 0;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok((Sha1Sum::new(hasher.finalize().into()), size)),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyProblem::Read(error)),
        };
        size += read as u64;
        if size > limit_bytes {
            return Err(CopyProblem::TooLong);
        }
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read]).map_err(CopyProblem::Write)?;
    }
}

/// As [`copy_hashed`], for a content that is in memory already.
pub(super) fn write_hashed(
    content: &[u8],
    to: &mut impl Write,
    limit_bytes: u64,
) -> Result<(Sha1Sum, u64), CopyProblem> {
    let size = content.len() as u64;
    if size > limit_bytes {
        return Err(CopyProblem::TooLong);
    }
    to.write_all(content).map_err(CopyProblem::Write)?;
    Ok((Sha1Sum::new(Sha1::digest(content).into()), size))
}

/// Removes a deleted file; tells whether it is gone. One that stays, because somebody
/// holds it, does no harm: no device gets it, and a new one of its name takes its place.
pub(super) fn remove_if_there(path: &Path) -> bool {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            warn!(path = %path.display(), %error, "cannot remove a media file");
            false
        }
        _ => true,
    }
}

fn regular_metadata(path: &Path) -> Result<Option<Metadata>, StoreError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) => Ok(metadata.is_file().then_some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

/// Whether a link was put in the file's place between looking and opening.
#[cfg(unix)]
pub(super) fn is_same_file(before: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    before.dev() == opened.dev() && before.ino() == opened.ino()
}

#[cfg(not(unix))]
fn is_same_file(_before: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}
