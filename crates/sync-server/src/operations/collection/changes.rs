//! `applyChanges`: notetypes, decks, tags and config, both ways.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::{ApplyChangesRequest, UnchunkedChanges};
use sync_store::accounts::SyncCounts;

use super::active::in_sync;
use crate::account::{CollectionSlot, OperationError};
use crate::operations::Caller;

/// Collects what the client does not have, then merges what it sent. In that
/// order, so that it does not get its own objects back.
///
/// # Errors
/// See `in_sync`.
pub fn apply_changes(
    slot: &mut CollectionSlot,
    caller: &Caller,
    request: ApplyChangesRequest,
    now: TimestampMillis,
) -> Result<UnchunkedChanges, OperationError> {
    in_sync(slot, caller, |session, store| {
        let answer = store.pending_changes(session.client_usn, !session.client_is_newer)?;
        count(&mut session.tracker.up, &request.changes);
        store.apply_changes(request.changes, session.server_usn, now.as_secs())?;
        count(&mut session.tracker.down, &answer);
        Ok(answer)
    })
}

fn count(counts: &mut SyncCounts, changes: &UnchunkedChanges) {
    counts.notetypes += changes.notetypes.len() as u64;
    counts.decks += (changes.decks.decks.len() + changes.decks.config.len()) as u64;
}
