//! `downloadFiles`: files of given names, as a zip.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use sync_protocol::media::DownloadFilesRequest;

use crate::account::{MediaSlot, OperationError};
use crate::operations::Caller;

/// Fills `archive` with the files, and gives it back with its size in bytes,
/// positioned at its beginning.
///
/// # Errors
/// [`OperationError::MediaMissing`] when a file is not there,
/// [`OperationError::MediaRefused`] when too many are asked for.
pub fn download(
    media: &mut MediaSlot,
    caller: &Caller,
    request: &DownloadFilesRequest,
    archive: File,
) -> Result<(File, u64), OperationError> {
    let mut reader = archive.try_clone().map_err(OperationError::Spool)?;
    let outcome =
        media.open()?.write_download(&request.files, archive).map_err(OperationError::in_media)?;
    let size = reader.seek(SeekFrom::End(0)).map_err(OperationError::Spool)?;
    reader.rewind().map_err(OperationError::Spool)?;
    let tracker = media.tracker(&caller.device);
    tracker.down.media_files += u64::from(outcome.files);
    tracker.add_bytes(caller.up_bytes, size);
    tracker.tell_progress();
    Ok((reader, size))
}
