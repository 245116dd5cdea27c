//! Media files of one account: the folder `media/` and its database `media.db`,
//! laid out as those of the official server.

mod changes;
mod download;
mod entry;
mod integrity;
mod names;
mod open;
mod places;
mod redo_log;
mod stored_file;
mod temporary;
#[cfg(test)]
mod test_support;
mod upload;

use std::path::PathBuf;
use std::sync::Arc;

use places::MediaFolder;
use redo_log::RedoLogs;
use rusqlite::Connection;
use sync_protocol::media::UploadChangesResponse;

pub use names::{MAX_MEDIA_NAME_BYTES, MediaNameProblem, check_media_name};
pub use places::other_name;
pub use upload::MAX_MEDIA_FILE_BYTES;

/// The media files of one account.
///
/// Holds `media.db` exclusively until it is closed or dropped.
#[derive(Debug)]
pub struct MediaStore {
    db: Connection,
    account_folder: PathBuf,
    media_folder: Arc<MediaFolder>,
    logs: RedoLogs,
    /// Whether every file is what its row says, as far as it is up to us.
    is_settled: bool,
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
