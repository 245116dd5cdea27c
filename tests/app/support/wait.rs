//! Waiting for something that sends no signal: asking it again until it is so.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine with two cores.
pub const DEADLINE: Duration = Duration::from_secs(40);

/// Short enough that nobody notices, long enough to leave the processor to the app.
const TICK: Duration = Duration::from_millis(20);

/// Asks until there is an answer.
#[track_caller]
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_or(what, ask, String::new)
}

/// Asks until there is an answer; `explain` adds to the failure what there was instead.
#[track_caller]
pub fn until_or<T>(
    what: &str,
    mut ask: impl FnMut() -> Option<T>,
    explain: impl FnOnce() -> String,
) -> T {
    let end = Instant::now() + DEADLINE;
    // Nobody ever sends: the timeout of a channel is the clock.
    let (_never, clock) = channel::<()>();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "waited in vain until {what} {}", explain());
        let _ = clock.recv_timeout(TICK);
    }
}
