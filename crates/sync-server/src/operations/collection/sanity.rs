//! `sanityCheck2`: both sides compare counts before anything is committed.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::{SanityCheckRequest, SanityCheckResponse, SanityStatus};

use super::active::in_sync;
use crate::account::{CollectionSlot, OperationError};
use crate::events::SyncFailure;
use crate::operations::Caller;

/// Compares the counts. When they differ the sync is over and rolled back, so
/// that nothing can be written after it.
///
/// # Errors
/// See `in_sync`.
pub fn sanity_check(
    slot: &mut CollectionSlot,
    caller: &Caller,
    request: SanityCheckRequest,
    _: TimestampMillis,
) -> Result<SanityCheckResponse, OperationError> {
    let answer = in_sync(slot, caller, |_, store| store.sanity_check(request.client))?;
    if answer.status == SanityStatus::Bad {
        slot.end_sync(SyncFailure::SanityCheck);
    }
    Ok(answer)
}
