//! Reading an upload's zip.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use std::path::Path;

use sync_protocol::media::{
    MAX_ARCHIVE_META_BYTES, MAX_FILES_PER_ARCHIVE, META_ENTRY, UploadEntry, parse_upload_meta,
};
use zip::ZipArchive;
use zip::result::ZipError;

use super::end_record::{check_end_record, unreadable};
use super::refused;
use crate::StoreError;
use crate::media::entry::Sha1Sum;
use crate::media::names::check_media_name;
use crate::media::redo_log::SMALL_BYTES;
use crate::media::stored_file::{CopyProblem, copy_hashed, write_hashed};
use crate::media::temporary::TemporaryFile;

/// Largest media file, in bytes.
pub const MAX_MEDIA_FILE_BYTES: u64 = 100 * 1024 * 1024;

/// Largest content of an upload, in bytes. Clients stop adding files at 2.5 MiB,
/// so theirs hold one large file at most; more is an archive made to fill the disk.
const MAX_CONTENT_BYTES: u64 = 2 * MAX_MEDIA_FILE_BYTES;

/// An upload whose list of files keeps the rules.
pub(super) struct UploadArchive<R> {
    zip: ZipArchive<R>,
    /// How much may still be unpacked, in bytes.
    left_bytes: u64,
    pub(super) entries: Vec<UploadEntry>,
}

/// A file of the upload, in the media folder under a temporary name. Not yet
/// flushed to the disk.
#[derive(Debug)]
pub(in crate::media) struct NewContent {
    pub(in crate::media) temporary: TemporaryFile,
    pub(in crate::media) lasting: Lasting,
    pub(in crate::media) sha1: Sha1Sum,
    pub(super) size: u64,
}

/// How a content outlives a power cut.
#[derive(Debug)]
pub(in crate::media) enum Lasting {
    /// The log gets a small content, as it is here.
    ByLog(Vec<u8>),
    /// The file is flushed, open as it is here.
    ByFlush(File),
}

impl<R: Read + Seek> UploadArchive<R> {
    /// Reads the archive's list and checks all names.
    pub(super) fn open(mut archive: R) -> Result<Self, StoreError> {
        check_end_record(&mut archive, MAX_FILES_PER_ARCHIVE + 1)?;
        // Without a buffer: the library goes to another place before each of its few reads.
        let mut zip = ZipArchive::new(archive).map_err(bad_zip)?;
        let mut meta = Vec::new();
        zip.by_name(META_ENTRY)
            .map_err(bad_zip)?
            .take(MAX_ARCHIVE_META_BYTES + 1)
            .read_to_end(&mut meta)
            .map_err(|error| bad_content("its list", error))?;
        if meta.len() as u64 > MAX_ARCHIVE_META_BYTES {
            return Err(refused("its list is too long"));
        }
        let entries = parse_upload_meta(&meta)
            .map_err(|_| refused("its list is not a list of names and entries"))?;
        if entries.len() > MAX_FILES_PER_ARCHIVE {
            return Err(refused(format!("it lists {} files", entries.len())));
        }
        for (n, entry) in entries.iter().enumerate() {
            check_media_name(&entry.file_name)
                .map_err(|problem| refused(format!("entry {n}: {problem}")))?;
        }
        Ok(Self { zip, left_bytes: MAX_CONTENT_BYTES, entries })
    }

    /// Unpacks one entry. What the zip says of its size is not believed.
    pub(super) fn extract(
        &mut self,
        zip_entry: &str,
        media_folder: &Path,
    ) -> Result<NewContent, StoreError> {
        let mut content = self.zip.by_name(zip_entry).map_err(bad_zip)?;
        let limit_bytes = MAX_MEDIA_FILE_BYTES.min(self.left_bytes);
        let bad_entry = |error| bad_content("an entry", error);
        let mut beginning = Vec::with_capacity(content.size().min(SMALL_BYTES) as usize + 1);
        let begun = content.by_ref().take(SMALL_BYTES + 1).read_to_end(&mut beginning);
        begun.map_err(bad_entry)?;
        if beginning.is_empty() {
            return Err(refused("a file is empty"));
        }
        let (temporary, mut file) = TemporaryFile::create(media_folder)?;
        let is_small = beginning.len() as u64 <= SMALL_BYTES;
        let copied = if is_small {
            write_hashed(&beginning, &mut file, limit_bytes)
        } else {
            let mut whole = beginning.as_slice().chain(&mut content);
            copy_hashed(&mut whole, &mut file, limit_bytes)
        };
        let (sha1, size) = copied.map_err(|problem| match problem {
            CopyProblem::Read(error) => bad_entry(error),
            CopyProblem::Write(error) => StoreError::io(temporary.path())(error),
            CopyProblem::TooLong if limit_bytes < MAX_MEDIA_FILE_BYTES => {
                refused("its files are larger than 200 MiB together")
            }
            CopyProblem::TooLong => refused("a file is larger than 100 MiB"),
        })?;
        self.left_bytes -= size;
        let lasting = match is_small {
            true => Lasting::ByLog(beginning),
            false => Lasting::ByFlush(file),
        };
        Ok(NewContent { temporary, lasting, sha1, size })
    }
}

fn bad_zip(error: ZipError) -> StoreError {
    match error {
        ZipError::Io(error) => bad_content("it", error),
        error => refused(error.to_string()),
    }
}

/// The error for a part that cannot be read. The archive is to blame, unless the system
/// says why: then the disk on which it lies is. But a place that no file reaches, which
/// the system calls invalid, is in the archive.
fn bad_content(part: &str, error: std::io::Error) -> StoreError {
    if error.raw_os_error().is_some() && error.kind() != ErrorKind::InvalidInput {
        return unreadable(error);
    }
    refused(format!("{part} cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::media::test_support::archive_of;

    #[test]
    fn small_and_large_files_share_what_an_upload_may_unpack() {
        let folder = tempfile::tempdir().unwrap();
        let large = "x".repeat(SMALL_BYTES as usize + 1);
        let files = [("small", Some("123")), ("large", Some(large.as_str()))];
        let mut archive = UploadArchive::open(archive_of(&files)).unwrap();
        for entry in ["0", "1"] {
            archive.left_bytes = 2;
            match archive.extract(entry, folder.path()).unwrap_err() {
                StoreError::MediaArchive { reason } => assert!(reason.contains("200 MiB")),
                other => panic!("{other:?}"),
            }
        }
        archive.left_bytes = SMALL_BYTES + 4;
        for (entry, left_bytes) in [("0", SMALL_BYTES + 1), ("1", 0)] {
            archive.extract(entry, folder.path()).unwrap();
            assert_eq!(archive.left_bytes, left_bytes);
        }
    }
}
