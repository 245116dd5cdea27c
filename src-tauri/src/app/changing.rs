//! What keeps changes of the settings and starts of the server apart.

use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::time::timeout;

use crate::ipc::CommandError;

/// More than any start takes that does not hang.
const START_TAKES: Duration = Duration::from_secs(30);

/// Without this a start during a move would run the server on the folder that is
/// being copied, and what devices send it would not be in the copy.
#[derive(Debug, Default)]
pub(super) struct Changing {
    /// Held by the one change under way, which may take minutes.
    change: Mutex<()>,
    /// Held alone while the settings change, and together by those who start the
    /// server with them, which takes seconds.
    settings: RwLock<()>,
}

/// A change under way.
#[derive(Debug)]
pub(super) struct Change<'a> {
    _change: MutexGuard<'a, ()>,
    _settings: RwLockWriteGuard<'a, ()>,
}

/// A start under way. The settings stay as they are.
#[derive(Debug)]
pub(super) struct Start<'a> {
    _settings: RwLockReadGuard<'a, ()>,
}

impl Changing {
    /// Begins a change, after the starts that are under way.
    ///
    /// # Errors
    /// [`CommandError::Busy`] during another change, and when a start hangs, as on a
    /// network drive that does not answer.
    pub async fn change(&self) -> Result<Change<'_>, CommandError> {
        let change = self.change.try_lock().map_err(|_| CommandError::Busy)?;
        let settings = timeout(START_TAKES, self.settings.write()).await;
        Ok(Change { _change: change, _settings: settings.map_err(|_| CommandError::Busy)? })
    }

    /// Begins a start.
    ///
    /// # Errors
    /// [`CommandError::Busy`] during a change.
    pub fn start(&self) -> Result<Start<'_>, CommandError> {
        let settings = self.settings.try_read().map_err(|_| CommandError::Busy)?;
        Ok(Start { _settings: settings })
    }

    /// Begins a start, after the change that is under way.
    pub async fn start_later(&self) -> Start<'_> {
        Start { _settings: self.settings.read().await }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Whether there is an answer at once.
    fn now<T>(work: std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
        match work.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn during_a_change_nothing_else_begins_and_the_first_start_waits() {
        let changing = Changing::default();
        let change = now(pin!(changing.change())).unwrap().unwrap();
        assert_eq!(now(pin!(changing.change())).unwrap().unwrap_err(), CommandError::Busy);
        assert_eq!(changing.start().unwrap_err(), CommandError::Busy);
        let mut later = pin!(changing.start_later());
        assert!(now(later.as_mut()).is_none());
        drop(change);
        assert!(now(later).is_some());
    }

    #[tokio::test]
    async fn a_change_waits_for_starts_and_these_not_for_one_another() {
        let changing = Changing::default();
        let starts = (changing.start().unwrap(), changing.start().unwrap());
        let mut change = pin!(changing.change());
        assert!(now(change.as_mut()).is_none());
        drop(starts);
        assert!(now(change).unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_start_that_hangs_makes_changes_busy_and_does_not_keep_them_waiting() {
        let changing = Changing::default();
        let _hanging = changing.start().unwrap();
        assert_eq!(changing.change().await.unwrap_err(), CommandError::Busy);
    }
}
