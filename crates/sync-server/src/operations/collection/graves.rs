//! `applyGraves`: what the client deleted.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::ApplyGravesRequest;

use super::active::in_sync;
use crate::account::{CollectionSlot, OperationError};
use crate::operations::Caller;

/// Deletes what the client deleted.
///
/// # Errors
/// See `in_sync`.
pub fn apply_graves(
    slot: &mut CollectionSlot,
    caller: &Caller,
    request: ApplyGravesRequest,
    _: TimestampMillis,
) -> Result<(), OperationError> {
    in_sync(slot, caller, |session, store| {
        session.tracker.up.deletions += request.chunk.len() as u64;
        store.apply_graves(&request.chunk, session.server_usn)
    })
}
