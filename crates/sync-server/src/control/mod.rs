//! Managing the accounts of a server that runs, from another process of the same
//! person.
//!
//! The server listens on the loopback address, at a port that the system chose.
//! Port and token are in `BASE/server.control`, which only the server's own user
//! can read. A connection carries one line of JSON each way. Without a running
//! server, the command takes the folder's lock and does the same directly.

mod client;
mod control_file;
mod execute;
mod listener;
mod messages;

use std::path::Path;

pub use client::{ControlError, act, status};
pub use listener::{ControlListener, start};
pub use messages::{
    CheckedAccount, ControlAnswer, ControlRequest, DeviceListing, ServerStatus, UserListing,
    UserState,
};

/// Removes what a server that was killed left: its port may be another program's now, and
/// whoever waits for the folder would send it the next command. For the folder's new user.
pub(crate) fn forget_former(base: &Path) {
    control_file::ControlFile::remove(base);
}
