//! `abort`: the client gives up.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::EmptyRequest;

use crate::account::{CollectionSlot, OperationError};
use crate::events::SyncFailure;
use crate::operations::Caller;

/// Rolls the caller's sync back. Without a running sync there is nothing to do.
///
/// A client whose sync was ended by another device's `start` calls this by
/// itself; its key then differs from the running sync's, which goes on. Old
/// clients may send no key at all and mean the running sync.
///
/// # Errors
/// None.
pub fn abort(
    slot: &mut CollectionSlot,
    caller: &Caller,
    _: EmptyRequest,
    _: TimestampMillis,
) -> Result<(), OperationError> {
    if caller.session_key.is_empty() || slot.has_session(&caller.session_key) {
        slot.end_sync(SyncFailure::Aborted);
    }
    Ok(())
}
