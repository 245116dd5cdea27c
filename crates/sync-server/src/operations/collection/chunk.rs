//! `chunk` and `applyChunk`: reviews, cards and notes in batches.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::{ApplyChunkRequest, Chunk, EmptyRequest};
use sync_store::accounts::SyncCounts;

use super::active::in_sync;
use crate::account::{CollectionSlot, OperationError};
use crate::operations::Caller;

/// Gives the next batch of what the client does not have. The first call fixes
/// what there is to send.
///
/// # Errors
/// See `in_sync`.
pub fn chunk(
    slot: &mut CollectionSlot,
    caller: &Caller,
    _: EmptyRequest,
    _: TimestampMillis,
) -> Result<Chunk, OperationError> {
    in_sync(slot, caller, |session, store| {
        let pending = match &mut session.pending {
            Some(pending) => pending,
            none => none.insert(store.pending_ids(session.client_usn)?),
        };
        let chunk = store.next_chunk(pending)?;
        count(&mut session.tracker.down, &chunk);
        Ok(chunk)
    })
}

/// Merges a batch of what changed on the client.
///
/// # Errors
/// See `in_sync`.
pub fn apply_chunk(
    slot: &mut CollectionSlot,
    caller: &Caller,
    request: ApplyChunkRequest,
    _: TimestampMillis,
) -> Result<(), OperationError> {
    in_sync(slot, caller, |session, store| {
        count(&mut session.tracker.up, &request.chunk);
        store.apply_chunk(request.chunk, session.client_usn, session.server_usn)
    })
}

fn count(counts: &mut SyncCounts, chunk: &Chunk) {
    counts.reviews += chunk.revlog.len() as u64;
    counts.cards += chunk.cards.len() as u64;
    counts.notes += chunk.notes.len() as u64;
}
