//! `downloadFiles`: files of given names, as a zip.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use sync_protocol::media::DownloadFilesRequest;
use tempfile::SpooledData;

use crate::account::{MediaSlot, OperationError};
use crate::operations::Caller;
use crate::operations::media::MEMORY_BYTES;

/// An archive (a zip) for a device.
#[derive(Debug)]
pub enum Archive {
    /// All of it.
    Small(Vec<u8>),
    /// A file without a name, positioned at its beginning.
    Large {
        /// The file.
        file: File,
        /// Its size, in bytes.
        size: u64,
    },
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
    let archive = match content.into_inner() {
        SpooledData::InMemory(content) => Archive::Small(content.into_inner()),
        SpooledData::OnDisk(mut file) => {
            file.rewind().map_err(OperationError::Spool)?;
            Archive::Large { file, size }
        }
    };
    let tracker = media.tracker(&caller.device);
    tracker.down.media_files += u64::from(outcome.files);
    tracker.add_bytes(caller.up_bytes, size);
    tracker.tell_progress();
    Ok(archive)
}
