//! `uploadChanges`: new and deleted files.

use std::fs::File;

use sync_protocol::TimestampMillis;
use sync_protocol::media::UploadChangesResponse;

use crate::account::{MediaSlot, OperationError};
use crate::operations::Caller;

/// Applies an archive as a whole.
///
/// # Errors
/// [`OperationError::MediaRefused`] when any part of it breaks a rule, and
/// [`OperationError::Unavailable`]; nothing has changed then.
pub fn upload(
    media: &mut MediaSlot,
    caller: &Caller,
    archive: File,
    now: TimestampMillis,
) -> Result<UploadChangesResponse, OperationError> {
    let outcome =
        media.open()?.apply_upload(archive, now.as_secs()).map_err(OperationError::in_media)?;
    media.committed(outcome.response.1);
    let tracker = media.tracker(&caller.device);
    tracker.up.media_files += u64::from(outcome.added) + u64::from(outcome.replaced);
    tracker.up.media_deletions += u64::from(outcome.removed);
    tracker.add_bytes(caller.up_bytes, 0);
    tracker.tell_progress();
    Ok(outcome.response)
}
