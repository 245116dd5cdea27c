//! Reading an upload's zip.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use sync_protocol::media::{
    MAX_ARCHIVE_META_BYTES, MAX_FILES_PER_ARCHIVE, META_ENTRY, UploadEntry, parse_upload_meta,
};
use zip::ZipArchive;
use zip::result::ZipError;

use super::end_record::check_end_record;
use super::refused;
use crate::StoreError;
use crate::media::entry::Sha1Sum;
use crate::media::names::check_media_name;
use crate::media::redo_log::SMALL_BYTES;
use crate::media::stored_file::{BUFFER_BYTES, CopyProblem, copy_hashed};
use crate::media::temporary::TemporaryFile;

/// Largest media file, in bytes.
pub const MAX_MEDIA_FILE_BYTES: u64 = 100 * 1024 * 1024;

/// Largest content of an upload, in bytes. Clients stop adding files at 2.5 MiB,
/// so theirs hold one large file at most; more is an archive made to fill the disk.
const MAX_CONTENT_BYTES: u64 = 2 * MAX_MEDIA_FILE_BYTES;

/// An upload whose list of files keeps the rules.
pub(super) struct UploadArchive<R> {
    zip: ZipArchive<BufReader<R>>,
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
        let mut zip =
            ZipArchive::new(BufReader::with_capacity(BUFFER_BYTES, archive)).map_err(bad_zip)?;
        let mut meta = Vec::new();
        zip.by_name(META_ENTRY)
            .map_err(bad_zip)?
            .take(MAX_ARCHIVE_META_BYTES + 1)
            .read_to_end(&mut meta)
            .map_err(|error| refused(format!("its list cannot be read: {error}")))?;
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
        let unreadable = |error| refused(format!("an entry cannot be read: {error}"));
        let mut beginning = Vec::new();
        let begun = content.by_ref().take(SMALL_BYTES + 1).read_to_end(&mut beginning);
        begun.map_err(unreadable)?;
        if beginning.is_empty() {
            return Err(refused("a file is empty"));
        }
        let (temporary, mut file) = TemporaryFile::create(media_folder)?;
        let mut whole = beginning.as_slice().chain(&mut content);
        let (sha1, size) =
            copy_hashed(&mut whole, &mut file, limit_bytes).map_err(|problem| match problem {
                CopyProblem::Read(error) => unreadable(error),
                CopyProblem::Write(error) => StoreError::io(temporary.path())(error),
                CopyProblem::TooLong if limit_bytes < MAX_MEDIA_FILE_BYTES => {
                    refused("its files are larger than 200 MiB together")
                }
                CopyProblem::TooLong => refused("a file is larger than 100 MiB"),
            })?;
        self.left_bytes -= size;
        let lasting = match size <= SMALL_BYTES {
            true => Lasting::ByLog(beginning),
            false => Lasting::ByFlush(file),
        };
        Ok(NewContent { temporary, lasting, sha1, size })
    }
}

fn bad_zip(error: ZipError) -> StoreError {
    refused(error.to_string())
}
