//! Blocking work on whole collections: checking one that was uploaded, and
//! converting one for an old client. It takes seconds where everything else
//! takes milliseconds, so it must not stand in anybody's way.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::blocking::blocking;
use crate::account::OperationError;
use crate::background::in_background;

/// Files below this size are no large work, in bytes: they take some tens of
/// milliseconds, and must not wait behind those that take seconds.
pub(super) const LARGE_BYTES: u64 = 4 * 1024 * 1024;
/// How many run at a time, at least; otherwise as many as there are processors.
/// More would make all of them slower and need more memory, nothing else.
const AT_A_TIME: usize = 2;

/// Runs large work in the background, a few at a time.
#[derive(Debug, Clone)]
pub(super) struct LargeWork {
    places: Arc<Semaphore>,
}

impl LargeWork {
    pub(super) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(AT_A_TIME, usize::from);
        Self { places: Arc::new(Semaphore::new(processors.max(AT_A_TIME))) }
    }

    /// Runs `work` on a file of this size, as soon as there is a place if it is
    /// large. Once begun it runs to its end, even when the client hangs up
    /// meanwhile.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        file_bytes: u64,
        work: impl FnOnce() -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        if file_bytes < LARGE_BYTES {
            return blocking(work).await;
        }
        let place = Arc::clone(&self.places).acquire_owned().await;
        in_background(move || {
            let _place = place;
            work()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_and_frees_its_place() {
        let large = LargeWork::new();
        for _ in 0..=large.places.available_permits() {
            let failed = large.run::<()>(LARGE_BYTES, || panic!("on purpose")).await;
            assert!(matches!(failed, Err(OperationError::Panicked)));
        }
        assert_eq!(large.run(LARGE_BYTES, || Ok(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_small_file_does_not_wait_for_large_ones() {
        let large = LargeWork::new();
        let _all_places = Arc::clone(&large.places)
            .acquire_many_owned(large.places.available_permits() as u32)
            .await
            .unwrap();
        assert_eq!(large.run(LARGE_BYTES - 1, || Ok(1)).await.unwrap(), 1);
    }
}
