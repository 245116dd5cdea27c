//! An account's open data: the collection and the media, each behind its own
//! lock, opened when first used.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sync_protocol::{MediaUsn, SessionKey, TimestampMillis};
use sync_store::accounts::{AccountId, SyncKind};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::slots::KnownMediaUsn;
use super::tracker::Identity;
use super::{CollectionSlot, DeviceRef, MediaSlot, OperationError, SyncTracker};
use crate::Clock;
use crate::background::{hand_over, spawn_large};
use crate::events::{EventSender, SyncFailure};

/// Uploads and downloads of one account that may be under way at a time. Each
/// has a temporary file as large as the collection.
const TRANSFERS_PER_ACCOUNT: usize = 4;

impl FolderUse {
    #[cfg(test)]
    pub(crate) fn of_nobody() -> Self {
        Self(TaskTracker::new().token())
    }
}

/// One account's data, shared by all its requests.
#[derive(Debug)]
pub struct Account {
    folder: PathBuf,
    identity: Arc<Identity>,
    collection: Arc<Mutex<CollectionSlot>>,
    media: Arc<Mutex<MediaSlot>>,
    known_media_usn: KnownMediaUsn,
    transfers: Arc<Semaphore>,
    retiring: CancellationToken,
    folder_uses: TaskTracker,
}

/// While one exists, the account's folder stays where it is.
#[derive(Debug)]
pub struct FolderUse(#[expect(dead_code, reason = "counts until dropped")] TaskTrackerToken);

impl Account {
    /// An account whose data is in `folder`. Nothing is opened or created yet.
    #[must_use]
    pub fn new(
        id: AccountId,
        name: String,
        folder: PathBuf,
        clock: Clock,
        events: EventSender,
    ) -> Self {
        let identity = Arc::new(Identity { id, name, clock, events });
        let known_media_usn = KnownMediaUsn::default();
        Self {
            collection: Arc::new(Mutex::new(CollectionSlot::new(
                folder.clone(),
                Arc::clone(&identity),
            ))),
            media: Arc::new(Mutex::new(MediaSlot::new(
                folder.clone(),
                Arc::clone(&identity),
                known_media_usn.clone(),
            ))),
            known_media_usn,
            transfers: Arc::new(Semaphore::new(TRANSFERS_PER_ACCOUNT)),
            retiring: CancellationToken::new(),
            folder_uses: TaskTracker::new(),
            folder,
            identity,
        }
    }

    /// Id of the account.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.identity.id
    }

    /// Name of the account.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Folder with the account's data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins to follow an upload or a download. A tracker that is dropped
    /// tells that the client went away.
    #[must_use]
    pub fn track(&self, device: DeviceRef, kind: SyncKind) -> SyncTracker {
        SyncTracker::start(Arc::clone(&self.identity), device, kind, SyncFailure::Aborted)
    }

    /// Waits until one more upload or download may be under way.
    pub async fn transfer_permit(&self) -> Result<OwnedSemaphorePermit, OperationError> {
        Arc::clone(&self.transfers).acquire_owned().await.map_err(|_| OperationError::AccountClosed)
    }

    /// Keeps the account's folder where it is, for files in it that are used
    /// outside of [`Account::run`].
    ///
    /// # Errors
    /// [`OperationError::AccountClosed`].
    pub fn use_folder(&self) -> Result<FolderUse, OperationError> {
        // Counted before the look, so that whoever retires the account meanwhile
        // waits for it.
        let in_use = FolderUse(self.folder_uses.token());
        if self.retiring.is_cancelled() { Err(OperationError::AccountClosed) } else { Ok(in_use) }
    }

    /// Waits for a client, but no longer than the account is there.
    ///
    /// # Errors
    /// Those of `wait`, and [`OperationError::AccountClosed`].
    pub async fn unless_retired<T, E: From<OperationError>>(
        &self,
        wait: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::select! {
            outcome = wait => outcome,
            () = self.retiring.cancelled() => Err(OperationError::AccountClosed.into()),
        }
    }

    /// Does blocking work on the collection while nobody else does. This and
    /// [`Account::run_media`] are the only ways from async code to the store.
    ///
    /// The work runs to its end even when the client hangs up meanwhile. A
    /// panic ends the account's running sync and leaves everything else alone.
    ///
    /// # Errors
    /// Those of `work`, [`OperationError::Panicked`] and
    /// [`OperationError::AccountClosed`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut CollectionSlot) -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        run_in(Arc::clone(&self.collection).lock_owned().await, self.identity.clock.now(), work)
            .await
    }

    /// Like [`Account::run`], for work that takes long with a large collection.
    ///
    /// # Errors
    /// As [`Account::run`].
    pub async fn run_in_background<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut CollectionSlot) -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        let slot = Arc::clone(&self.collection).lock_owned().await;
        let (sender, receiver) = oneshot::channel();
        spawn_large(entering(slot, self.identity.clock.now(), work, sender))?;
        outcome(receiver).await
    }

    /// Looks at the collection's slot without blocking and without waiting:
    /// nothing in `look` may touch a file. `None` when the slot is in use, the
    /// account retired, or `look` has no answer; [`Account::run`] is the way then.
    pub fn glance<T>(&self, look: impl FnOnce(&mut CollectionSlot) -> Option<T>) -> Option<T> {
        let mut slot = self.collection.try_lock().ok()?;
        slot.enter(self.identity.clock.now()).ok()?;
        look(&mut slot)
    }

    /// Does blocking work on the media while nobody else does, like
    /// [`Account::run`].
    ///
    /// # Errors
    /// As [`Account::run`].
    pub async fn run_media<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut MediaSlot) -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        run_in(Arc::clone(&self.media).lock_owned().await, self.identity.clock.now(), work).await
    }

    /// The last committed usn of the media. Waits for the media only when their
    /// files are closed, and not while a large upload is applied.
    ///
    /// # Errors
    /// [`OperationError::Unavailable`], [`OperationError::AccountClosed`].
    pub async fn media_usn(&self) -> Result<MediaUsn, OperationError> {
        match self.known_media_usn.get() {
            Some(usn) => Ok(usn),
            None => self.run_media(MediaSlot::last_usn).await,
        }
    }

    /// Rolls a running sync back and closes the files, so that each is complete
    /// in itself. The next request opens them again.
    pub async fn close_data(&self) {
        self.close(false).await;
    }

    /// As [`Account::close_data`], but for good: requests that still hold this
    /// account get 409, and nobody uses the folder afterwards. For an account
    /// whose folder is about to move away.
    pub async fn retire(&self) {
        self.transfers.close();
        self.retiring.cancel();
        self.close(true).await;
        self.folder_uses.close();
        self.folder_uses.wait().await;
    }

    async fn close(&self, for_good: bool) {
        let now = self.identity.clock.now();
        // Neither can fail: closing has no errors of its own, and a panic has
        // been logged and has dropped the files already.
        let _ = run_in(Arc::clone(&self.collection).lock_owned().await, now, move |slot| {
            slot.close(SyncFailure::Closed, for_good);
            Ok(())
        })
        .await;
        let _ = run_in(Arc::clone(&self.media).lock_owned().await, now, move |slot| {
            slot.close(for_good);
            Ok(())
        })
        .await;
    }

    /// Rolls back a sync whose client fell silent, and closes files that were
    /// not used for a while. Slots in use are left alone.
    pub async fn close_idle(&self, idle_sync: Duration, idle_files: Duration) {
        let now = self.identity.clock.now();
        if let Ok(slot) = Arc::clone(&self.collection).try_lock_owned()
            && slot.is_idle(now, idle_sync, idle_files)
        {
            let _ = run_in(slot, now, move |slot| {
                slot.close(SyncFailure::Idle, false);
                Ok(())
            })
            .await;
        }
        if let Ok(slot) = Arc::clone(&self.media).try_lock_owned()
            && slot.is_idle(now, idle_files)
        {
            let _ = run_in(slot, now, move |slot| {
                slot.close(false);
                Ok(())
            })
            .await;
        }
    }

    /// Whether a normal sync with this key is running; for tests and the window.
    pub async fn is_syncing(&self, key: &SessionKey) -> bool {
        self.collection.lock().await.has_session(key)
    }
}

/// What [`run_in`] needs of a slot.
pub(super) trait Slot: Send + 'static {
    /// Takes note of the time at which a request got hold of the slot.
    ///
    /// # Errors
    /// [`OperationError::AccountClosed`].
    fn enter(&mut self, now: TimestampMillis) -> Result<(), OperationError>;
    /// Drops whatever a panic may have left half done.
    fn abandon(&mut self);
    /// Lets go of files with which something went wrong, so that the next request opens
    /// them again: a disk that was taken away and put back has other ones.
    fn let_go(&mut self);
    /// Tells of a fault after which nobody waited for the answer any more.
    fn fail_unheard(&mut self);
}

async fn run_in<S: Slot, T: Send + 'static>(
    slot: OwnedMutexGuard<S>,
    now: TimestampMillis,
    work: impl FnOnce(&mut S) -> Result<T, OperationError> + Send + 'static,
) -> Result<T, OperationError> {
    let (sender, receiver) = oneshot::channel();
    tokio::task::spawn_blocking(entering(slot, now, work, sender));
    outcome(receiver).await
}

/// Waits for the outcome of work on a slot.
async fn outcome<T>(
    receiver: oneshot::Receiver<Result<T, OperationError>>,
) -> Result<T, OperationError> {
    // The sender is lost only when the runtime ends.
    receiver.await.unwrap_or(Err(OperationError::Panicked))
}

/// Work on a slot that is nobody else's meanwhile. Its outcome goes to `sender`.
fn entering<S: Slot, T>(
    mut slot: OwnedMutexGuard<S>,
    now: TimestampMillis,
    work: impl FnOnce(&mut S) -> Result<T, OperationError>,
    sender: oneshot::Sender<Result<T, OperationError>>,
) -> impl FnOnce() {
    move || {
        let outcome = slot.enter(now).and_then(|()| {
            // The slot may be half changed after a panic; `abandon` drops all that
            // could be, so nobody sees it.
            catch_unwind(AssertUnwindSafe(|| work(&mut slot))).unwrap_or_else(|_| {
                slot.abandon();
                Err(OperationError::Panicked)
            })
        });
        let is_fault = outcome.as_ref().is_err_and(OperationError::is_fault);
        if is_fault {
            slot.let_go();
        }
        if !hand_over(outcome, sender) && is_fault {
            slot.fail_unheard();
        }
    }
}

#[cfg(test)]
mod tests;
