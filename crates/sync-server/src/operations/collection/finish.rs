//! `finish`: the sync is committed.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::{EmptyRequest, FinishResponse};

use super::active::in_sync;
use super::meta::committed_state;
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
    let (modified, state, has_long_log) = in_sync(slot, caller, |_, store| {
        let modified = store.finish_sync(now)?;
        // Nothing that fails from here on may undo what is committed.
        let state = committed_state(store).ok();
        let has_long_log = store.has_long_log().unwrap_or(true);
        store.release_memory();
        Ok((modified, state, has_long_log))
    })?;
    if let Some(session) = slot.take_session() {
        session.tracker.succeed();
    }
    slot.note_log(has_long_log);
    if let Some(state) = state {
        slot.remember(state);
    }
    Ok(FinishResponse(modified))
}

/// Looks after the collection's file when a sync is over, if that takes longer than its
/// client should wait.
///
/// # Errors
/// None; the type is that of all work on a slot.
pub fn tidy_up(slot: &mut CollectionSlot) -> Result<(), OperationError> {
    slot.merge_long_log();
    Ok(())
}
