//! The running normal sync of an account.

use sync_protocol::{SessionKey, Usn};
use sync_store::collection::{ClientRequirements, CollectionStamps, PendingIds};

use super::SyncTracker;

/// A normal sync between `start` and `finish`. There is at most one an account,
/// and one open transaction belongs to it.
#[derive(Debug)]
pub struct SyncSession {
    /// The client's key for this sync; every call has to show it.
    pub key: SessionKey,
    /// The collection's usn at `start`: stamp of everything written.
    pub server_usn: Usn,
    /// The usn up to which the client is current.
    pub client_usn: Usn,
    /// Whether the client's collection changed later than the server's; then
    /// it sends the config, otherwise it receives it.
    pub client_is_newer: bool,
    /// What `chunk` still has to send; listed at its first call.
    pub pending: Option<PendingIds>,
    /// The collection as it was before this sync, for other devices that ask.
    pub committed: CommittedState,
    /// What the sync did so far.
    pub tracker: SyncTracker,
}

/// What `meta` says of a collection.
#[derive(Debug, Clone, Copy)]
pub struct CommittedState {
    /// Times and usn.
    pub stamps: CollectionStamps,
    /// Whether it has no card.
    pub is_empty: bool,
    /// What a client must understand to sync it.
    pub requirements: ClientRequirements,
    /// Size of its file, in bytes.
    pub file_bytes: u64,
}
