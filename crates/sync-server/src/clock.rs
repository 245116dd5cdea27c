//! The one place that reads a clock. Everything below the server takes the time
//! as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sync_protocol::TimestampMillis;

/// Where the server takes the time from: the system, or a test that sets it.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until [`Clock::set`] moves it. Its clones
    /// move with it.
    #[must_use]
    pub fn manual(start: TimestampMillis) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.0))))
    }

    /// Moves a manual clock; the system's is left alone.
    pub fn set(&self, now: TimestampMillis) {
        if let Source::Manual(millis) = &self.0 {
            millis.store(now.0, Ordering::Relaxed);
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> TimestampMillis {
        match &self.0 {
            // A clock before 1970 is as good as one at 1970: clients refuse to
            // sync with either.
            Source::System => TimestampMillis(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            ),
            Source::Manual(millis) => TimestampMillis(millis.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = Clock::manual(TimestampMillis(5));
        let clone = clock.clone();
        clock.set(TimestampMillis(9));
        assert_eq!(clone.now(), TimestampMillis(9));
    }
}
