//! `uploadChanges`: new and deleted files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sync_protocol::TimestampMillis;
use sync_protocol::media::UploadChangesResponse;
use sync_store::StoreError;
use tempfile::SpooledTempFile;

use crate::account::{FolderUse, MediaSlot, OperationError};
use crate::operations::Caller;
use crate::operations::media::MEMORY_BYTES;

/// The archive of an upload, as it arrives: in memory while it is small, then in a file
/// without a name in the account's folder, which is created if missing.
#[derive(Debug)]
pub struct UploadedArchive {
    folder: PathBuf,
    content: SpooledTempFile,
    bytes: usize,
    _folder_use: FolderUse,
}

impl UploadedArchive {
    /// An empty one. Touches no file yet.
    #[must_use]
    pub fn new(folder: &Path, folder_use: FolderUse) -> Self {
        let content = tempfile::spooled_tempfile_in(MEMORY_BYTES, folder);
        Self { folder: folder.to_owned(), content, bytes: 0, _folder_use: folder_use }
    }
}

impl Write for UploadedArchive {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if !self.content.is_rolled() && self.bytes + data.len() > MEMORY_BYTES {
            sync_store::create_folder(&self.folder).map_err(|error| match error {
                StoreError::Io { source, .. } => source,
                error => io::Error::other(error),
            })?;
        }
        let written = self.content.write(data)?;
        self.bytes += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.content.flush()
    }
}

/// Applies an archive as a whole.
///
/// # Errors
/// [`OperationError::MediaRefused`] when any part of it breaks a rule; nothing has changed
/// then. [`OperationError::Unavailable`]; see [`sync_store::media::MediaStore::apply_upload`].
pub fn upload(
    media: &mut MediaSlot,
    caller: &Caller,
    archive: UploadedArchive,
    now: TimestampMillis,
) -> Result<UploadChangesResponse, OperationError> {
    let store = media.open()?;
    let outcome = match store.apply_upload(archive.content, now.as_secs()) {
        Ok(outcome) => outcome,
        Err(error) => {
            // It may have happened all the same.
            if let Ok(usn) = store.last_usn() {
                media.committed(usn);
            }
            return Err(OperationError::in_media(error));
        }
    };
    media.committed(outcome.response.1);
    let tracker = media.tracker(&caller.device);
    tracker.up.media_files += u64::from(outcome.added) + u64::from(outcome.replaced);
    tracker.up.media_deletions += u64::from(outcome.removed);
    tracker.add_bytes(caller.up_bytes, 0);
    tracker.tell_progress();
    Ok(outcome.response)
}
