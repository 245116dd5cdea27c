//! The two halves of an account's data, as its requests find them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sync_protocol::{MediaUsn, SessionKey, TimestampMillis};
use sync_store::accounts::{AccountId, SyncKind};
use sync_store::collection::CollectionStore;
use sync_store::media::MediaStore;
use sync_store::{StoreError, with_causes};
use tracing::warn;

use super::data::Slot;
use super::session::{CommittedState, SyncSession};
use super::tracker::Identity;
use super::{DeviceRef, OperationError, SyncTracker};
use crate::events::SyncFailure;

/// Name of the collection file in an account's folder.
pub const COLLECTION_FILE: &str = "collection.anki2";

/// A client that goes on with its media after this long is on another sync.
const MEDIA_PAUSE: Duration = Duration::from_secs(60);

/// The collection file and the running normal sync.
#[derive(Debug)]
pub struct CollectionSlot {
    folder: PathBuf,
    identity: Arc<Identity>,
    store: Option<CollectionStore>,
    session: Option<SyncSession>,
    /// What was last committed, while nobody has used the file since it was read.
    committed: Option<CommittedState>,
    has_long_log: bool,
    now: TimestampMillis,
    is_retired: bool,
}

impl CollectionSlot {
    pub(super) fn new(folder: PathBuf, identity: Arc<Identity>) -> Self {
        Self {
            folder,
            identity,
            store: None,
            session: None,
            committed: None,
            has_long_log: false,
            now: TimestampMillis(0),
            is_retired: false,
        }
    }

    /// The time at which the request got hold of the account.
    #[must_use]
    pub fn now(&self) -> TimestampMillis {
        self.now
    }

    /// Id of the account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.identity.id
    }

    /// Folder with the account's data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The collection file, which need not exist.
    #[must_use]
    pub fn collection_path(&self) -> PathBuf {
        self.folder.join(COLLECTION_FILE)
    }

    /// Opens the collection unless it is open; creates it if there is none.
    ///
    /// # Errors
    /// [`OperationError::Unavailable`].
    pub fn open(&mut self) -> Result<&mut CollectionStore, OperationError> {
        self.committed = None;
        let store = match self.store.take() {
            Some(store) => store,
            None => {
                sync_store::create_folder(&self.folder).map_err(OperationError::Unavailable)?;
                CollectionStore::open(&self.collection_path(), self.now)
                    .map_err(OperationError::Unavailable)?
            }
        };
        Ok(self.store.insert(store))
    }

    /// What was last committed, if that is in memory: during a sync, and after
    /// [`CollectionSlot::remember`] until the file is used again.
    #[must_use]
    pub fn known_state(&self) -> Option<CommittedState> {
        self.session.as_ref().map(|session| session.committed).or(self.committed)
    }

    /// Keeps what was just read from the file, outside of any sync.
    pub fn remember(&mut self, committed: CommittedState) {
        self.committed = Some(committed);
    }

    /// Begins to follow a normal sync.
    #[must_use]
    pub fn track(&self, device: DeviceRef) -> SyncTracker {
        let identity = Arc::clone(&self.identity);
        SyncTracker::start(identity, device, SyncKind::Normal, SyncFailure::ServerFault)
    }

    /// Makes `session` the running one; its transaction is open in the store.
    pub fn begin(&mut self, session: SyncSession) {
        self.session = Some(session);
    }

    /// The running normal sync, whatever its key.
    #[must_use]
    pub fn session(&self) -> Option<&SyncSession> {
        self.session.as_ref()
    }

    /// Whether a sync with this key is running.
    #[must_use]
    pub fn has_session(&self, key: &SessionKey) -> bool {
        self.session.as_ref().is_some_and(|session| session.key == *key)
    }

    /// The running sync, if it is that of this key, and the collection with its
    /// open transaction.
    ///
    /// # Errors
    /// [`OperationError::SessionKeyMissing`], [`OperationError::NoSync`],
    /// [`OperationError::OtherSync`]; each leaves the running sync alone.
    pub fn active(
        &mut self,
        key: &SessionKey,
    ) -> Result<(&mut SyncSession, &mut CollectionStore), OperationError> {
        if key.is_empty() {
            return Err(OperationError::SessionKeyMissing);
        }
        self.committed = None;
        match (&mut self.session, &mut self.store) {
            (Some(session), Some(store)) if session.key == *key => Ok((session, store)),
            (Some(_), Some(_)) => Err(OperationError::OtherSync),
            _ => Err(OperationError::NoSync),
        }
    }

    /// Counts the answer to a call of the running sync, if it is that of this key.
    pub fn count_answer(&mut self, key: &SessionKey, down_bytes: u64) {
        if let Some(session) = &mut self.session
            && session.key == *key
        {
            session.tracker.add_bytes(0, down_bytes);
            session.tracker.tell_progress();
        }
    }

    /// Takes the running sync out after its commit.
    pub fn take_session(&mut self) -> Option<SyncSession> {
        self.session.take()
    }

    /// Ends the running sync, if any, and rolls its transaction back.
    pub fn end_sync(&mut self, failure: SyncFailure) {
        if let Some(session) = self.session.take() {
            session.tracker.fail(failure);
            if let Some(store) = &mut self.store {
                store.roll_back();
                store.release_memory();
            }
        }
    }

    /// Ends the running sync after an operation failed in it, and lets go of
    /// the file, so that nothing of the failure is left in the connection.
    pub fn drop_sync(&mut self, failure: SyncFailure) {
        self.committed = None;
        self.end_sync(failure);
        self.store = None;
    }

    /// Notes whether a sync left a long write-ahead log behind.
    pub fn note_log(&mut self, is_long: bool) {
        self.has_long_log = is_long;
    }

    /// Whether the log of the last sync is long and not merged yet.
    #[must_use]
    pub fn has_long_log(&self) -> bool {
        self.has_long_log
    }

    /// Merges a write-ahead log that has become long, unless the next sync has begun
    /// already. A failure is logged only: what was committed is safe in the log.
    pub(crate) fn merge_long_log(&mut self) {
        if !self.has_long_log || self.session.is_some() {
            return;
        }
        self.has_long_log = false;
        // The file's size changes.
        self.committed = None;
        if let Some(store) = &self.store
            && let Err(error) = store.merge_log()
        {
            let error = with_causes(&error);
            warn!(account = %self.identity.name, error, "a long log could not be merged");
        }
    }

    /// Rolls a running sync back and closes the file, which is complete in
    /// itself afterwards.
    pub(crate) fn close(&mut self, failure: SyncFailure, for_good: bool) {
        self.end_sync(failure);
        self.close_store();
        self.is_retired |= for_good;
    }

    /// Closes the file, if it is open. A failure is logged only: what was
    /// committed is safe in the write-ahead log, which the next opening merges.
    pub(crate) fn close_store(&mut self) {
        if let Err(error) = self.try_close_store() {
            let error = with_causes(&error);
            warn!(account = %self.identity.name, error, "the collection did not close cleanly");
        }
    }

    /// Closes the file, if it is open.
    ///
    /// # Errors
    /// As [`CollectionStore::close`].
    pub(crate) fn try_close_store(&mut self) -> Result<(), StoreError> {
        self.committed = None;
        self.store.take().map_or(Ok(()), CollectionStore::close)
    }

    pub(super) fn is_idle(
        &self,
        now: TimestampMillis,
        idle_sync: Duration,
        idle_files: Duration,
    ) -> bool {
        let limit = if self.session.is_some() { idle_sync } else { idle_files };
        self.store.is_some() && is_past(self.now, limit, now)
    }
}

impl Slot for CollectionSlot {
    fn enter(&mut self, now: TimestampMillis) -> Result<(), OperationError> {
        self.now = now;
        if self.is_retired { Err(OperationError::AccountClosed) } else { Ok(()) }
    }

    fn abandon(&mut self) {
        // Dropping the connection rolls back; calling into it once more might
        // panic again.
        self.store = None;
        self.committed = None;
        self.end_sync(SyncFailure::ServerFault);
    }

    fn let_go(&mut self) {
        // A sync that goes on was not what failed.
        if self.session.is_none() {
            self.committed = None;
            self.store = None;
        }
    }

    fn fail_unheard(&mut self) {
        // The sync has ended with what failed in it.
    }
}

/// The last media usn that was committed, for those who must not wait for the
/// media. Not known while the files are closed.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownMediaUsn(Arc<Mutex<Option<MediaUsn>>>);

impl KnownMediaUsn {
    pub(super) fn get(&self) -> Option<MediaUsn> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, usn: Option<MediaUsn>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = usn;
    }
}

/// The media files and the running media sync.
#[derive(Debug)]
pub struct MediaSlot {
    folder: PathBuf,
    identity: Arc<Identity>,
    store: Option<MediaStore>,
    known_usn: KnownMediaUsn,
    tracker: Option<SyncTracker>,
    now: TimestampMillis,
    entered_before: TimestampMillis,
    is_retired: bool,
}

impl MediaSlot {
    pub(super) fn new(folder: PathBuf, identity: Arc<Identity>, known_usn: KnownMediaUsn) -> Self {
        Self {
            folder,
            identity,
            store: None,
            known_usn,
            tracker: None,
            now: TimestampMillis(0),
            entered_before: TimestampMillis(0),
            is_retired: false,
        }
    }

    /// The time at which the request got hold of the media.
    #[must_use]
    pub fn now(&self) -> TimestampMillis {
        self.now
    }

    /// Id of the account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.identity.id
    }

    /// Folder with the account's data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens the media unless they are open; creates them if there are none.
    ///
    /// # Errors
    /// [`OperationError::Unavailable`].
    pub fn open(&mut self) -> Result<&mut MediaStore, OperationError> {
        let store = match self.store.take() {
            Some(store) => store,
            None => {
                sync_store::create_folder(&self.folder).map_err(OperationError::Unavailable)?;
                let store = MediaStore::open(&self.folder).map_err(OperationError::Unavailable)?;
                let usn = store.last_usn().map_err(OperationError::Unavailable)?;
                self.known_usn.set(Some(usn));
                store
            }
        };
        Ok(self.store.insert(store))
    }

    /// The last committed usn. Of an account that never had media, nothing is created for
    /// it; and where the files are away, cards need not wait until they are back.
    ///
    /// # Errors
    /// [`OperationError::Unavailable`].
    pub fn last_usn(&mut self) -> Result<MediaUsn, OperationError> {
        let is_new = self.store.is_none()
            && !MediaStore::exists(&self.folder).map_err(OperationError::Unavailable)?;
        if is_new {
            self.known_usn.set(Some(MediaUsn(0)));
            return Ok(MediaUsn(0));
        }
        let usn = match self.open() {
            Ok(store) => store.last_usn(),
            Err(OperationError::Unavailable(StoreError::Io { .. })) => {
                MediaStore::recorded_usn(&self.folder)
            }
            Err(error) => return Err(error),
        };
        usn.map_err(OperationError::Unavailable)
    }

    /// Notes the usn after a change was committed.
    pub fn committed(&self, usn: MediaUsn) {
        self.known_usn.set(Some(usn));
    }

    /// The media sync of this device, which a transfer of files begins. The
    /// protocol has no message for its start, and one for its end that is left
    /// out when the client breaks off; so another device or a pause ends it too.
    pub fn tracker(&mut self, device: &DeviceRef) -> &mut SyncTracker {
        let goes_on = self.tracker.as_ref().is_some_and(|tracker| {
            tracker.device().id == device.id
                && tracker.device().client_version == device.client_version
                && !is_past(self.entered_before, MEDIA_PAUSE, self.now)
        });
        if !goes_on {
            self.end_media_sync();
        }
        let tracker = self.tracker.take().unwrap_or_else(|| self.track(device));
        self.tracker.insert(tracker)
    }

    fn track(&self, device: &DeviceRef) -> SyncTracker {
        let identity = Arc::clone(&self.identity);
        SyncTracker::start(identity, device.clone(), SyncKind::Media, SyncFailure::ServerFault)
    }

    /// Ends the media sync of this device by the server's own fault. One that had
    /// not moved a file yet is told of all the same, and that of another device goes on.
    pub fn fail_sync(&mut self, device: &DeviceRef) {
        let running = self.tracker.take_if(|tracker| tracker.device().id == device.id);
        running.unwrap_or_else(|| self.track(device)).fail(SyncFailure::ServerFault);
    }

    /// Takes the running media sync out, to tell how it ended.
    pub fn take_tracker(&mut self) -> Option<SyncTracker> {
        self.tracker.take()
    }

    /// Ends the running media sync, if any. What it moved is there to stay, so
    /// this counts as a success even when its client just vanished.
    pub fn end_media_sync(&mut self) {
        if let Some(tracker) = self.tracker.take() {
            tracker.succeed();
        }
    }

    pub(crate) fn close(&mut self, for_good: bool) {
        self.end_media_sync();
        self.known_usn.set(None);
        if let Some(store) = self.store.take()
            && let Err(error) = store.close()
        {
            let error = with_causes(&error);
            warn!(account = %self.identity.name, error, "the media did not close cleanly");
        }
        self.is_retired |= for_good;
    }

    pub(super) fn is_idle(&self, now: TimestampMillis, idle_files: Duration) -> bool {
        let limit = if self.tracker.is_some() { MEDIA_PAUSE } else { idle_files };
        (self.store.is_some() || self.tracker.is_some()) && is_past(self.now, limit, now)
    }
}

impl Slot for MediaSlot {
    fn enter(&mut self, now: TimestampMillis) -> Result<(), OperationError> {
        self.entered_before = self.now;
        self.now = now;
        if self.is_retired { Err(OperationError::AccountClosed) } else { Ok(()) }
    }

    fn abandon(&mut self) {
        // The running sync is what moved until now; whoever asked tells that it failed.
        self.known_usn.set(None);
        self.store = None;
    }

    fn let_go(&mut self) {
        self.store = None;
    }

    fn fail_unheard(&mut self) {
        if let Some(tracker) = self.tracker.take() {
            tracker.fail(SyncFailure::ServerFault);
        }
    }
}

fn is_past(since: TimestampMillis, limit: Duration, now: TimestampMillis) -> bool {
    let limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    now.0.saturating_sub(since.0) >= limit
}
