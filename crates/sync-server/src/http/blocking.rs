//! Blocking work of a request that needs no account's lock.

use crate::account::OperationError;

/// Runs `work` on a thread of its own. It runs to its end even when the client
/// hangs up meanwhile.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OperationError> + Send + 'static,
) -> Result<T, OperationError> {
    // It is cancelled only when the runtime ends, and takes the caller along.
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(OperationError::Panicked))
}
