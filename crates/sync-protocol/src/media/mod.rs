//! Messages of the media sync, one file each.

mod archive;
mod begin;
mod changes;
mod download;
mod sanity;
mod upload;

use serde::{Deserialize, Serialize};

pub use archive::{
    MAX_ARCHIVE_META_BYTES, MAX_FILES_PER_ARCHIVE, META_ENTRY, UploadEntry, parse_upload_meta,
};
pub use begin::{MediaBeginRequest, MediaBeginResponse};
pub use changes::{MAX_CHANGES_PER_RESPONSE, MediaChange, MediaChangesRequest};
pub use download::{DOWNLOAD_TARGET_BYTES, DownloadFilesRequest};
pub use sanity::{MEDIA_SANITY_FAILED, MEDIA_SANITY_OK, MediaSanityRequest};
pub use upload::UploadChangesResponse;

/// What every JSON answer of the media sync is wrapped in. The error is always
/// there, and empty unless the request failed for a reason the client shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaResult<T> {
    /// The answer.
    pub data: Option<T>,
    /// Text for the person, or empty.
    #[serde(default)]
    pub err: String,
}

impl<T> MediaResult<T> {
    /// A successful answer.
    pub fn ok(data: T) -> Self {
        Self { data: Some(data), err: String::new() }
    }
}
