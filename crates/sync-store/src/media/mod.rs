//! Media files of one account: the folder `media/` and its database `media.db`,
//! laid out as those of the official server.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sync_protocol::media::{MediaChange, UploadChangesResponse};
use sync_protocol::{MediaUsn, TimestampSecs};

use crate::StoreError;

/// The media files of one account.
///
/// Holds `media.db` exclusively until it is closed or dropped.
#[derive(Debug)]
pub struct MediaStore {
    db: Connection,
    account_folder: PathBuf,
    media_folder: PathBuf,
}

/// How many files there are, and how large they are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MediaTotals {
    /// Number of files that are not deleted.
    pub files: u64,
    /// Their size, in bytes.
    pub bytes: u64,
}

/// What an upload did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaUploadOutcome {
    /// The answer for the client.
    pub response: UploadChangesResponse,
    /// Files that were new, or had been deleted.
    pub added: u32,
    /// Files whose content changed.
    pub replaced: u32,
    /// Files that were deleted.
    pub removed: u32,
    /// Size of the added and replaced files, in bytes.
    pub bytes: u64,
}

/// What a download holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaDownloadOutcome {
    /// Number of files.
    pub files: u32,
    /// Their size, in bytes.
    pub bytes: u64,
}

impl MediaStore {
    /// Opens the media of an account; folder and database are created if
    /// missing, an older database is upgraded, an upload that a power cut broke
    /// off is finished or undone, and left-over temporary files are removed.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program holds the database,
    /// [`StoreError::NewerLayout`], [`StoreError::Io`], [`StoreError::Sqlite`].
    pub fn open(account_folder: &Path) -> Result<Self, StoreError> {
        unimplemented!()
    }

    /// Closes the database, so that its main file is complete.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; the file is closed all the same.
    pub fn close(self) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// Usn of the last change.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn last_usn(&self) -> Result<MediaUsn, StoreError> {
        unimplemented!()
    }

    /// Number and size of the files.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn totals(&self) -> Result<MediaTotals, StoreError> {
        unimplemented!()
    }

    /// Whether there are that many files that are not deleted.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn file_count_is(&self, count: u32) -> Result<bool, StoreError> {
        unimplemented!()
    }

    /// Changes after a usn, ascending, at most
    /// [`sync_protocol::media::MAX_CHANGES_PER_RESPONSE`].
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn changes_since(&self, usn: MediaUsn) -> Result<Vec<MediaChange>, StoreError> {
        unimplemented!()
    }

    /// Applies an upload's archive (a zip, from its beginning) as a whole.
    ///
    /// # Errors
    /// [`StoreError::MediaArchive`] when any part of it breaks a rule; nothing
    /// has changed then, as with every other error.
    pub fn apply_upload(
        &mut self,
        archive: File,
        now: TimestampSecs,
    ) -> Result<MediaUploadOutcome, StoreError> {
        unimplemented!()
    }

    /// Writes the files of these names to an archive (an empty file), cut after
    /// the one that takes it over
    /// [`sync_protocol::media::DOWNLOAD_TARGET_BYTES`].
    ///
    /// # Errors
    /// [`StoreError::MediaArchive`] when more than
    /// [`sync_protocol::media::MAX_FILES_PER_ARCHIVE`] are asked for;
    /// [`StoreError::MediaMissing`] when one is not there. A file that has
    /// vanished from the disk loses its row without a deletion mark, so that
    /// the loss does not spread and the client's next try works.
    pub fn write_download(
        &mut self,
        files: &[String],
        archive: File,
    ) -> Result<MediaDownloadOutcome, StoreError> {
        unimplemented!()
    }

    /// What is wrong with the files and their database, in words.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Io`].
    pub fn integrity_problems(&self) -> Result<Vec<String>, StoreError> {
        unimplemented!()
    }
}
