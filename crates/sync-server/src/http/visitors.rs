//! Disk space for forms of clients that have not shown a key yet.
//!
//! The form of old clients brings its data before its key, so what a stranger
//! sends has to be put aside too. What is limited is the space that all
//! strangers fill together, not their number: who sends a byte a minute holds
//! next to nothing. When the space is used up, the slowest has to go, so that
//! filling it and then waiting keeps nobody out for long.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::status::RequestError;

/// The space and who has how much of it.
#[derive(Debug)]
pub(super) struct Visitors {
    limit_bytes: u64,
    present: Mutex<Present>,
    has_left: Notify,
}

#[derive(Debug, Default)]
struct Present {
    last_number: u64,
    visitors: HashMap<u64, Held>,
}

#[derive(Debug)]
struct Held {
    bytes: u64,
    since: Instant,
    displaced: CancellationToken,
}

/// One form of a client that has not shown a key. Its space is free again when
/// this is dropped.
#[derive(Debug)]
pub(super) struct Visitor<'a> {
    all: &'a Visitors,
    number: u64,
    displaced: CancellationToken,
}

impl Visitors {
    /// With so much space for all of them together.
    pub(super) fn new(limit_bytes: u64) -> Self {
        Self { limit_bytes, present: Mutex::default(), has_left: Notify::new() }
    }

    /// A new one, without space so far.
    pub(super) fn enter(&self) -> Visitor<'_> {
        let displaced = CancellationToken::new();
        let mut present = self.present();
        present.last_number += 1;
        let number = present.last_number;
        let held = Held { bytes: 0, since: Instant::now(), displaced: displaced.clone() };
        present.visitors.insert(number, held);
        Visitor { all: self, number, displaced }
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Present {
    /// Takes the bytes if they fit. If not, tells the slowest to go.
    fn take(&mut self, number: u64, bytes: u64, limit_bytes: u64) -> bool {
        let taken: u64 = self.visitors.values().map(|held| held.bytes).sum();
        if taken.saturating_add(bytes) <= limit_bytes {
            if let Some(held) = self.visitors.get_mut(&number) {
                held.bytes += bytes;
            }
            return true;
        }
        let now = Instant::now();
        // One at a time: whoever was told already is about to make room.
        let holders = self.visitors.iter().filter(|(_, held)| held.bytes > 0);
        let slowest =
            holders.min_by(|(_, one), (_, other)| one.speed(now).total_cmp(&other.speed(now)));
        if let Some((_, slowest)) = slowest {
            slowest.displaced.cancel();
        }
        false
    }
}

impl Held {
    /// Bytes per second since it began.
    fn speed(&self, now: Instant) -> f64 {
        self.bytes as f64 / now.saturating_duration_since(self.since).as_secs_f64().max(0.001)
    }
}

impl Visitor<'_> {
    /// Takes more space, and waits for it if there is none.
    pub(super) async fn take(&self, bytes: u64) {
        loop {
            let has_left = self.all.has_left.notified();
            if self.all.present().take(self.number, bytes, self.all.limit_bytes) {
                return;
            }
            has_left.await;
        }
    }

    /// Does something for this client unless it has to make room for another.
    pub(super) async fn unless_displaced<T>(
        &self,
        work: impl Future<Output = Result<T, RequestError>>,
    ) -> Result<T, RequestError> {
        tokio::select! {
            outcome = work => outcome,
            () = self.displaced.cancelled() => Err(RequestError::Displaced),
        }
    }
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        self.all.present().visitors.remove(&self.number);
        self.all.has_left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::time::Duration;

    use tokio::time::{advance, pause};

    use super::*;

    #[tokio::test]
    async fn whoever_sends_next_to_nothing_keeps_nobody_out() {
        let visitors = Visitors::new(100);
        let slow: Vec<_> = (0..90).map(|_| visitors.enter()).collect();
        for one in &slow {
            one.take(1).await;
        }
        visitors.enter().take(10).await;
        assert!(slow.iter().all(|one| !one.displaced.is_cancelled()));
    }

    #[tokio::test]
    async fn the_slowest_makes_room() {
        pause();
        let visitors = Visitors::new(100);
        let idle = visitors.enter();
        idle.take(60).await;
        advance(Duration::from_secs(10)).await;
        let honest = visitors.enter();
        honest.take(30).await;
        advance(Duration::from_secs(1)).await;
        let wait = async {
            honest.take(30).await;
            Ok(())
        };
        // The one that is told to go does so in its own request.
        let goes = async {
            let outcome = idle.unless_displaced(std::future::pending::<Result<(), _>>()).await;
            assert!(matches!(outcome, Err(RequestError::Displaced)));
            drop(idle);
        };
        let (waited, ()) = tokio::join!(honest.unless_displaced(wait), goes);
        waited.unwrap();
    }

    #[tokio::test]
    async fn the_slowest_of_all_goes_itself() {
        pause();
        let visitors = Visitors::new(100);
        let slow = visitors.enter();
        slow.take(10).await;
        advance(Duration::from_secs(10)).await;
        let fast = visitors.enter();
        fast.take(90).await;
        let wait = async {
            slow.take(10).await;
            Ok(())
        };
        let outcome = slow.unless_displaced(wait).await;
        assert!(matches!(outcome, Err(RequestError::Displaced)));
        assert!(!fast.displaced.is_cancelled());
    }
}
