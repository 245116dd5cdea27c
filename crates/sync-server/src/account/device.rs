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

/// The signed-in device that a request belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRef {
    /// Its id.
    pub id: DeviceId,
    /// The client version it last stated; empty if it never did.
    pub client_version: String,
    /// Where the request came from.
    pub address: IpAddr,
}
