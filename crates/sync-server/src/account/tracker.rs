//! Follows one sync from its first byte to its end, for events, log and history.

use std::sync::Arc;

use sync_protocol::TimestampMillis;
use sync_store::accounts::{AccountId, SyncCounts, SyncKind};

use super::DeviceRef;
use crate::Clock;
use crate::events::{EventSender, ServerEvent, SyncFailure, SyncSummary};

/// Whose syncs are followed, and who is told.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) clock: Clock,
    pub(crate) events: EventSender,
}

/// One running sync. Exactly one event tells its end: dropping the tracker on
/// any path that says nothing else counts as a failure.
#[derive(Debug)]
pub struct SyncTracker {
    identity: Arc<Identity>,
    device: DeviceRef,
    kind: SyncKind,
    started: TimestampMillis,
    up_bytes: u64,
    down_bytes: u64,
    /// Objects that the device sent.
    pub up: SyncCounts,
    /// Objects that the device received.
    pub down: SyncCounts,
    if_dropped: Option<SyncFailure>,
    /// Bytes up to which progress was told.
    told_bytes: u64,
    /// Of the one file that the sync consists of: bytes that went, and all.
    of_file: Option<(u64, u64)>,
}

/// Progress of a large body is told after each of these.
const STEP_BYTES: u64 = 1024 * 1024;

impl SyncTracker {
    /// Begins to follow a sync. `if_dropped` is the failure that is told when
    /// nothing else is.
    pub(super) fn start(
        identity: Arc<Identity>,
        device: DeviceRef,
        kind: SyncKind,
        if_dropped: SyncFailure,
    ) -> Self {
        let tracker = Self {
            started: identity.clock.now(),
            identity,
            device,
            kind,
            up_bytes: 0,
            down_bytes: 0,
            up: SyncCounts::default(),
            down: SyncCounts::default(),
            if_dropped: Some(if_dropped),
            told_bytes: 0,
            of_file: None,
        };
        tracker.tell(ServerEvent::SyncStarted {
            account: tracker.identity.name.clone(),
            device: tracker.device.clone(),
            kind,
        });
        tracker
    }

    /// The device that syncs.
    #[must_use]
    pub fn device(&self) -> &DeviceRef {
        &self.device
    }

    /// Counts bytes of bodies, and tells progress when they are many.
    pub fn add_bytes(&mut self, up: u64, down: u64) {
        self.up_bytes = self.up_bytes.saturating_add(up);
        self.down_bytes = self.down_bytes.saturating_add(down);
        if self.bytes().saturating_sub(self.told_bytes) >= STEP_BYTES {
            self.tell_progress();
        }
    }

    /// Notes how far the one file is that the sync consists of: bytes of it that
    /// went so far, before packing, and its size.
    pub fn set_file_position(&mut self, done_bytes: u64, size_bytes: u64) {
        self.of_file = Some((done_bytes, size_bytes));
    }

    /// The bytes that will have moved in the end, if the rest of the file packs
    /// as what has gone.
    fn total_bytes(&self) -> Option<u64> {
        let (done, size) = self.of_file.filter(|(done, _)| *done > 0)?;
        let total = u128::from(self.bytes()) * u128::from(size.max(done)) / u128::from(done);
        u64::try_from(total).ok()
    }

    fn bytes(&self) -> u64 {
        self.up_bytes.saturating_add(self.down_bytes)
    }

    /// Tells how far the sync is.
    pub fn tell_progress(&mut self) {
        self.told_bytes = self.bytes();
        self.tell(ServerEvent::Progress {
            account: self.identity.name.clone(),
            device: self.device.clone(),
            kind: self.kind,
            up_bytes: self.up_bytes,
            down_bytes: self.down_bytes,
            total_bytes: self.total_bytes(),
            objects: objects(&self.up).saturating_add(objects(&self.down)),
        });
    }

    /// Has this failure told when nothing else is.
    pub fn unless_told(&mut self, failure: SyncFailure) {
        self.if_dropped = Some(failure);
    }

    /// Tells that the sync ended well.
    pub fn succeed(mut self) {
        self.if_dropped = None;
        self.tell(ServerEvent::SyncFinished(self.summary()));
    }

    /// Tells that the sync failed.
    pub fn fail(mut self, failure: SyncFailure) {
        self.if_dropped = Some(failure);
    }

    fn summary(&self) -> SyncSummary {
        let duration_ms = self.identity.clock.now().0.saturating_sub(self.started.0);
        SyncSummary {
            account_id: self.identity.id,
            account: self.identity.name.clone(),
            device: self.device.clone(),
            kind: self.kind,
            started: self.started,
            duration_ms: u64::try_from(duration_ms).unwrap_or(0),
            up_bytes: self.up_bytes,
            down_bytes: self.down_bytes,
            up: self.up,
            down: self.down,
        }
    }

    fn tell(&self, event: ServerEvent) {
        self.identity.events.send(event);
    }
}

impl Drop for SyncTracker {
    fn drop(&mut self) {
        if let Some(failure) = self.if_dropped {
            self.tell(ServerEvent::SyncFailed(self.summary(), failure));
        }
    }
}

fn objects(counts: &SyncCounts) -> u64 {
    [
        counts.notes,
        counts.cards,
        counts.reviews,
        counts.notetypes,
        counts.decks,
        counts.deletions,
        counts.media_files,
        counts.media_deletions,
    ]
    .into_iter()
    .fold(0, u64::saturating_add)
}
