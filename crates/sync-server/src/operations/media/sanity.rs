//! `mediaSanity`: both sides compare the number of files.

use sync_protocol::TimestampMillis;
use sync_protocol::media::{MEDIA_SANITY_FAILED, MEDIA_SANITY_OK, MediaSanityRequest};

use crate::account::{MediaSlot, OperationError};
use crate::events::SyncFailure;
use crate::operations::Caller;

/// Compares the number of files. When it differs the client starts over.
///
/// # Errors
/// [`OperationError::Unavailable`].
pub fn sanity(
    media: &mut MediaSlot,
    _: &Caller,
    request: MediaSanityRequest,
    _: TimestampMillis,
) -> Result<&'static str, OperationError> {
    let agrees =
        media.open()?.file_count_is(request.local_count).map_err(OperationError::in_media)?;
    if agrees {
        media.end_media_sync();
        return Ok(MEDIA_SANITY_OK);
    }
    if let Some(tracker) = media.take_tracker() {
        tracker.fail(SyncFailure::SanityCheck);
    }
    Ok(MEDIA_SANITY_FAILED)
}
