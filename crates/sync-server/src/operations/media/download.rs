//! `downloadFiles`: files of given names, as a zip.

use std::io::{Seek, SeekFrom};

use sync_protocol::media::DownloadFilesRequest;
use tempfile::SpooledTempFile;

use crate::account::{MediaSlot, OperationError};
use crate::operations::Caller;

/// Size up to which an archive stays in memory, in bytes. Clients ask for 25
/// files at a time; where these are small, a file would cost more than the rest.
const MEMORY_BYTES: usize = 256 * 1024;

/// An archive for a device.
#[derive(Debug)]
pub struct Archive {
    /// The zip, positioned at its beginning. In a file without a name unless it
    /// is small.
    pub content: SpooledTempFile,
    /// Its size, in bytes.
    pub size: u64,
}

/// Puts the files into an archive.
///
/// # Errors
/// [`OperationError::MediaMissing`] when a file is not there,
/// [`OperationError::MediaRefused`] when too many are asked for.
pub fn download(
    media: &mut MediaSlot,
    caller: &Caller,
    request: &DownloadFilesRequest,
) -> Result<Archive, OperationError> {
    let mut content = tempfile::spooled_tempfile_in(MEMORY_BYTES, media.folder());
    let outcome = media
        .open()?
        .write_download(&request.files, &mut content)
        .map_err(OperationError::in_media)?;
    let size = content.seek(SeekFrom::End(0)).map_err(OperationError::Spool)?;
    content.rewind().map_err(OperationError::Spool)?;
    let tracker = media.tracker(&caller.device);
    tracker.down.media_files += u64::from(outcome.files);
    tracker.add_bytes(caller.up_bytes, size);
    tracker.tell_progress();
    Ok(Archive { content, size })
}
