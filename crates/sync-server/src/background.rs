//! Blocking work that takes long and that nobody else should notice.

use std::io;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

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
    let runtime = Handle::current();
    spawn("large-work", move || {
        let _entered = runtime.enter();
        // Whoever waited may have gone; the work was done all the same.
        let _ = sender.send(work());
    })
    .map_err(OperationError::Spool)?;
    // The sender is lost only to a panic.
    receiver.await.unwrap_or(Err(OperationError::Panicked))
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
