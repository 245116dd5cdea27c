//! Sharing the processor.

/// Lets whoever waits for the processor have it, and comes back afterwards.
///
/// Work that takes long calls this every few hundred microseconds. A thread that
/// steps back in the queue is overtaken by others only when the scheduler looks,
/// which is every 4 ms on many systems; a small sync would have to wait that long
/// for each of its seven requests. When nobody waits this costs next to nothing.
pub fn let_others_run() {
    std::thread::yield_now();
}
