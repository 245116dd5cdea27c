//! Devices: what one says of itself, and which one a request came from.

use std::net::IpAddr;

use sync_store::accounts::DeviceId;

/// What a request tells about its device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// The client version it states; empty if it states none.
    pub client_version: String,
    /// Where it comes from.
    pub address: IpAddr,
}

/// The device that a request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRef {
    /// Its row in `server.db`; none for one that holds an account's official key.
    pub id: Option<DeviceId>,
    /// The client version it states; empty if it states none.
    pub client_version: String,
    /// Where it comes from.
    pub address: IpAddr,
}
