//! `mediaChanges`: which files changed.

use sync_protocol::TimestampMillis;
use sync_protocol::media::{MediaChange, MediaChangesRequest};

use crate::account::{MediaSlot, OperationError};
use crate::operations::Caller;

/// Lists changes after the client's usn.
///
/// # Errors
/// [`OperationError::Unavailable`].
pub fn changes(
    media: &mut MediaSlot,
    _: &Caller,
    request: MediaChangesRequest,
    _: TimestampMillis,
) -> Result<Vec<MediaChange>, OperationError> {
    media.open()?.changes_since(request.last_usn).map_err(OperationError::in_media)
}
