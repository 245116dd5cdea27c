//! `meta`: is there anything to sync?

use sync_protocol::collection::{MetaRequest, MetaResponse};
use sync_protocol::{MediaUsn, SessionKey, SyncVersion, TimestampMillis};
use sync_store::StoreError;
use sync_store::collection::CollectionStore;

use crate::account::{CollectionSlot, CommittedState, OperationError};
use crate::events::SyncFailure;

const NO_V2_SCHEDULER: &str = "Your client does not support the v2 scheduler";
const NO_V2_TIMEZONES: &str = "Your client does not support the new timezone handling.";

/// Describes the collection as it was last committed.
///
/// Clients call this in the background just to colour the sync button, so a
/// running sync of another key is left alone and answered around. The same key
/// means that the client begins anew, and its old attempt is rolled back.
///
/// # Errors
/// [`OperationError::UnsupportedVersion`], [`OperationError::Unavailable`].
pub fn meta(
    slot: &mut CollectionSlot,
    session_key: &SessionKey,
    request: &MetaRequest,
    media_usn: MediaUsn,
    max_collection_bytes: u64,
    now: TimestampMillis,
) -> Result<MetaResponse, OperationError> {
    if !session_key.is_empty() && slot.has_session(session_key) {
        slot.end_sync(SyncFailure::Superseded);
    }
    let version = SyncVersion::new(request.version.into())
        .map_err(|_| OperationError::UnsupportedVersion(request.version))?;
    let state = match slot.session() {
        Some(session) => session.committed,
        None => committed_state(slot.open()?).map_err(OperationError::Unavailable)?,
    };

    // A collection over the limit could never be sent whole, so it must stay
    // small enough: each answer names another schema time, which makes every
    // sync a full one until the person shrinks the collection.
    let is_too_large = std::fs::metadata(slot.collection_path())
        .is_ok_and(|file| file.len() > max_collection_bytes);
    let message = refusal(version, &state);
    Ok(MetaResponse {
        modified: state.stamps.modified,
        schema_modified: if is_too_large { now } else { state.stamps.schema_modified },
        usn: state.stamps.usn,
        server_time: now.as_secs(),
        message: message.unwrap_or_default().to_owned(),
        should_continue: message.is_none(),
        host_number: 0,
        empty: state.is_empty,
        media_usn,
    })
}

/// What `meta` says of a collection outside any sync.
pub(super) fn committed_state(store: &CollectionStore) -> Result<CommittedState, StoreError> {
    Ok(CommittedState {
        stamps: store.stamps()?,
        is_empty: store.is_empty()?,
        requirements: store.client_requirements()?,
    })
}

fn refusal(version: SyncVersion, state: &CommittedState) -> Option<&'static str> {
    if state.requirements.v2_scheduler && !version.knows_v2_scheduler() {
        Some(NO_V2_SCHEDULER)
    } else if state.requirements.v2_timezones && !version.knows_v2_timezones() {
        Some(NO_V2_TIMEZONES)
    } else {
        None
    }
}
