//! Blocking work that takes long and that nobody else should notice.

use std::io;

use sync_store::with_causes;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::warn;

use crate::account::OperationError;

/// Runs `work` on a thread of its own that has stepped back. It runs to its end even
/// when nobody waits for it any more.
///
/// A thread ends with its work: the memory that the system's allocator keeps for a
/// thread goes to the next one, instead of piling up for each thread of the runtime
/// that ever did such work.
///
/// # Errors
/// Those of `work`; [`OperationError::Panicked`]; [`OperationError::Spool`] when there
/// can be no more threads.
pub async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OperationError> + Send + 'static,
) -> Result<T, OperationError> {
    let (sender, receiver) = oneshot::channel();
    spawn_large(move || {
        hand_over(work(), sender);
    })?;
    // The sender is lost only to a panic.
    receiver.await.unwrap_or(Err(OperationError::Panicked))
}

/// Runs `work`, which may use the runtime, on a thread of its own that has stepped back.
///
/// # Errors
/// [`OperationError::Spool`] when there can be no more threads.
pub fn spawn_large(work: impl FnOnce() + Send + 'static) -> Result<(), OperationError> {
    let runtime = Handle::current();
    spawn("large-work", move || {
        let _entered = runtime.enter();
        work();
    })
    .map_err(OperationError::Spool)
}

/// Hands the outcome of work to whoever asked for it. Tells whether anybody is there: a
/// client may have lost its patience with a failing disk, and then nobody else logs why.
pub fn hand_over<T>(
    outcome: Result<T, OperationError>,
    sender: oneshot::Sender<Result<T, OperationError>>,
) -> bool {
    match sender.send(outcome) {
        Ok(()) => true,
        Err(Err(error)) if error.is_fault() => {
            warn!(error = with_causes(&error), "a request failed whose client had gone");
            false
        }
        Err(_) => false,
    }
}

/// Starts a thread that has stepped back.
///
/// # Errors
/// When there can be no more threads.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread
        .spawn(move || {
            step_back();
            work();
        })
        .map(drop)
}

/// Lets everybody else on this computer go first, from now on and for good: also the
/// threads that this one starts. Seconds become no longer when nobody else wants the
/// processor, and a small sync meanwhile need not wait for its turn.
#[cfg(target_os = "linux")]
fn step_back() {
    /// Of 0 to 19: a ninth of the weight of what is small.
    const NICE: i32 = 10;
    // Linux takes "this process" for this thread. Nothing is lost where it may not.
    let _ = rustix::process::setpriority_process(None, NICE);
}

/// Other systems have no such thing for a single thread, or share it out better.
#[cfg(not(target_os = "linux"))]
fn step_back() {}
