//! What all operations inside a running sync have in common.

use sync_store::StoreError;
use sync_store::collection::CollectionStore;

use crate::account::{CollectionSlot, OperationError, SyncSession};
use crate::operations::Caller;

/// Runs `work` in the caller's sync.
///
/// # Errors
/// When the caller's sync is not the running one, nothing changes. When `work`
/// fails, the sync ends and is rolled back: half an operation may be in its
/// transaction, and the client starts again anyway.
pub(super) fn in_sync<T>(
    slot: &mut CollectionSlot,
    caller: &Caller,
    work: impl FnOnce(&mut SyncSession, &mut CollectionStore) -> Result<T, StoreError>,
) -> Result<T, OperationError> {
    let (session, store) = slot.active(&caller.session_key)?;
    session.tracker.add_bytes(caller.up_bytes, 0);
    work(session, store).map_err(|error| {
        let error = OperationError::in_sync(error);
        slot.drop_sync(error.sync_failure());
        error
    })
}
