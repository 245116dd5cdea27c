//! The way from async code to blocking work on accounts: hashing, `server.db`,
//! moving folders. Work on collections has its own, `Account::run`.

use std::panic::resume_unwind;

use tokio::task::{JoinError, spawn_blocking};

/// Runs blocking work on its own thread. Once begun it runs to its end, even if
/// the caller goes away. A panic in it goes on in the caller.
pub(super) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    finished(spawn_blocking(work).await).await
}

/// Runs a change of several steps that must not stop in the middle when the
/// caller goes away.
pub(super) async fn run_to_the_end<T: Send + 'static>(
    change: impl Future<Output = T> + Send + 'static,
) -> T {
    finished(tokio::spawn(change).await).await
}

async fn finished<T>(result: Result<T, JoinError>) -> T {
    match result {
        Ok(value) => value,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Nothing here aborts tasks, so the runtime is shutting down and
            // takes the caller with it.
            Err(_) => std::future::pending().await,
        },
    }
}
