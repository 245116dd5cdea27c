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
    facts: MetaFacts,
) -> Result<MetaResponse, OperationError> {
    if !session_key.is_empty() && slot.has_session(session_key) {
        slot.end_sync(SyncFailure::Superseded);
    }
    let state = match slot.known_state() {
        Some(state) => state,
        None => {
            let state = committed_state(slot.open()?).map_err(OperationError::Unavailable)?;
            slot.remember(state);
            state
        }
    };
    answer(&state, request, facts, slot.now())
}

/// As [`meta`], when all of it is in memory and no sync has to end for it: the
/// usual case, in which the answer needs no blocking work.
pub fn meta_from_memory(
    slot: &CollectionSlot,
    session_key: &SessionKey,
    request: &MetaRequest,
    facts: MetaFacts,
) -> Option<Result<MetaResponse, OperationError>> {
    if !session_key.is_empty() && slot.has_session(session_key) {
        return None;
    }
    let state = slot.known_state()?;
    Some(answer(&state, request, facts, slot.now()))
}

/// What the answer needs beyond the collection.
#[derive(Debug, Clone, Copy)]
pub struct MetaFacts {
    /// The last committed usn of the media.
    pub media_usn: MediaUsn,
    /// Limit of a collection file.
    pub max_collection_bytes: u64,
}

fn answer(
    state: &CommittedState,
    request: &MetaRequest,
    facts: MetaFacts,
    now: TimestampMillis,
) -> Result<MetaResponse, OperationError> {
    let version = SyncVersion::new(request.version.into())
        .map_err(|_| OperationError::UnsupportedVersion(request.version))?;
    // A collection over the limit could never be sent whole, so it must stay
    // small enough: each answer names another schema time, which makes every
    // sync a full one until the person shrinks the collection.
    let is_too_large = state.file_bytes > facts.max_collection_bytes;
    let message = refusal(version, state);
    Ok(MetaResponse {
        modified: state.stamps.modified,
        schema_modified: if is_too_large { now } else { state.stamps.schema_modified },
        usn: state.stamps.usn,
        server_time: now.as_secs(),
        message: message.unwrap_or_default().to_owned(),
        should_continue: message.is_none(),
        host_number: 0,
        empty: state.is_empty,
        media_usn: facts.media_usn,
    })
}

/// What `meta` says of a collection outside any sync.
pub(super) fn committed_state(store: &CollectionStore) -> Result<CommittedState, StoreError> {
    Ok(CommittedState {
        stamps: store.stamps()?,
        is_empty: store.is_empty()?,
        requirements: store.client_requirements()?,
        file_bytes: std::fs::metadata(store.path()).map_or(0, |file| file.len()),
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
