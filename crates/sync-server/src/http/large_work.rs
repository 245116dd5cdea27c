//! Blocking work on whole collections: checking one that was uploaded, and
//! converting one for an old client. It takes seconds where everything else
//! takes milliseconds, so it must not stand in anybody's way.

use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

use crate::account::OperationError;

/// How many run at a time; further ones wait. Bounds memory, and leaves the
/// other requests a fair part of a small computer.
const AT_A_TIME: usize = 2;

/// Runs large work on threads of its own.
///
/// A thread ends with its work: the memory that the system's allocator keeps
/// for a thread goes to the next one, instead of piling up for each thread of
/// the runtime that ever did such work.
#[derive(Debug, Clone)]
pub(super) struct LargeWork {
    places: Arc<Semaphore>,
}

impl LargeWork {
    pub(super) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Runs `work` as soon as there is a place. Once begun it runs to its end,
    /// even when the client hangs up meanwhile.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let (sender, receiver) = oneshot::channel();
        std::thread::Builder::new()
            .name("large-work".into())
            .spawn(move || {
                let _place = place;
                // Whoever waited may have gone; the work was done all the same.
                let _ = sender.send(work());
            })
            .map_err(OperationError::Spool)?;
        // The sender is lost only to a panic.
        receiver.await.unwrap_or(Err(OperationError::Panicked))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_and_frees_its_place() {
        let large = LargeWork::new();
        for _ in 0..=AT_A_TIME {
            let failed = large.run::<()>(|| panic!("on purpose")).await;
            assert!(matches!(failed, Err(OperationError::Panicked)));
        }
        assert_eq!(large.run(|| Ok(1)).await.unwrap(), 1);
    }
}
