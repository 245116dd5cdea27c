//! What each message does: plain blocking functions, one file a message, that
//! know no HTTP and read no clock.

pub mod collection;
pub mod media;

use sync_protocol::SessionKey;

use crate::account::DeviceRef;

/// Who calls an operation.
#[derive(Debug)]
pub struct Caller {
    /// The key of the client's sync; empty if it sends none.
    pub session_key: SessionKey,
    /// The device.
    pub device: DeviceRef,
    /// Size of the request body as it travelled, in bytes.
    pub up_bytes: u64,
}
