//! `downloadFiles`: files of given names, as a zip.

use serde::{Deserialize, Serialize};

/// A download is cut after the file that takes it over this size, in bytes.
pub const DOWNLOAD_TARGET_BYTES: u64 = 5 * 1024 * 1024 / 2;

/// Request of `downloadFiles`. The response is a zip that is not wrapped in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadFilesRequest {
    /// Names, at most [`super::MAX_FILES_PER_ARCHIVE`].
    pub files: Vec<String>,
}
