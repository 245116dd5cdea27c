//! `begin`: a media sync opens.

use sync_protocol::HostKey;
use sync_protocol::media::{MediaBeginRequest, MediaBeginResponse};

use crate::account::{MediaSlot, OperationError};

/// Gives the last usn of the media, and the host key back as what old clients
/// take for a session key.
///
/// # Errors
/// [`OperationError::ClientVersionMissing`], [`OperationError::Unavailable`].
pub fn begin(
    media: &mut MediaSlot,
    request: &MediaBeginRequest,
    host_key: HostKey,
) -> Result<MediaBeginResponse, OperationError> {
    if request.client_version.is_empty() {
        return Err(OperationError::ClientVersionMissing);
    }
    let usn = media.open()?.last_usn().map_err(OperationError::in_media)?;
    Ok(MediaBeginResponse { usn, host_key })
}
