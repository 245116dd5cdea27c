//! `start`: a normal sync begins.

use sync_protocol::TimestampMillis;
use sync_protocol::collection::{Graves, StartRequest};

use super::meta::committed_state;
use crate::account::{CollectionSlot, OperationError, SyncSession};
use crate::events::SyncFailure;
use crate::operations::Caller;

/// Opens a transaction for a new sync, and gives what was deleted since the
/// client's last one. A running sync ends, whatever its key: its device may
/// have vanished and must not lock the account.
///
/// # Errors
/// [`OperationError::SessionKeyMissing`] leaves a running sync alone;
/// [`OperationError::Unavailable`] and [`OperationError::Refused`] do not.
pub fn start(
    slot: &mut CollectionSlot,
    caller: &Caller,
    request: StartRequest,
    now: TimestampMillis,
) -> Result<Graves, OperationError> {
    if caller.session_key.is_empty() {
        return Err(OperationError::SessionKeyMissing);
    }
    slot.end_sync(SyncFailure::Superseded);
    let mut tracker = slot.track(caller.device.clone());
    tracker.add_bytes(caller.up_bytes, 0);
    let store = slot.open()?;
    let committed = committed_state(store).map_err(OperationError::Unavailable)?;
    let server_usn = committed.stamps.usn;

    let begun = store.begin_sync().and_then(|()| {
        store.roll_over_day(server_usn, now.as_secs())?;
        let pending = store.pending_graves(request.client_usn)?;
        if let Some(graves) = &request.graves {
            tracker.up.deletions += graves.len() as u64;
            store.apply_graves(graves, server_usn)?;
        }
        Ok(pending)
    });
    let pending = match begun {
        Ok(pending) => pending,
        Err(error) => {
            let error = OperationError::in_sync(error);
            tracker.fail(error.sync_failure());
            slot.drop_sync(error.sync_failure());
            return Err(error);
        }
    };
    tracker.down.deletions += pending.len() as u64;
    slot.begin(SyncSession {
        key: caller.session_key.clone(),
        server_usn,
        client_usn: request.client_usn,
        client_is_newer: request.client_is_newer,
        pending: None,
        committed,
        tracker,
    });
    Ok(pending)
}
