//! `finish`: the sync is committed.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::{EmptyRequest, FinishResponse};

use super::active::in_sync;
use crate::account::{CollectionSlot, OperationError};
use crate::operations::Caller;

/// Commits the caller's sync.
///
/// # Errors
/// See `in_sync`.
pub fn finish(
    slot: &mut CollectionSlot,
    caller: &Caller,
    _: EmptyRequest,
    now: TimestampMillis,
) -> Result<FinishResponse, OperationError> {
    let modified = in_sync(slot, caller, |_, store| {
        let modified = store.finish_sync(now)?;
        store.release_memory();
        Ok(modified)
    })?;
    if let Some(session) = slot.take_session() {
        session.tracker.succeed();
    }
    Ok(FinishResponse(modified))
}

/// Looks after the collection's file when a sync is over and its client is answered.
///
/// # Errors
/// None; the type is that of all work on a slot.
pub fn tidy_up(slot: &mut CollectionSlot) -> Result<(), OperationError> {
    slot.merge_long_log();
    Ok(())
}
