//! `hostKey`: name and password for a key.

use serde::{Deserialize, Serialize};

use crate::{HostKey, Password};

/// Request of `hostKey`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HostKeyRequest {
    /// Account name, as typed (desktop clients trim it).
    #[serde(rename = "u")]
    pub name: String,
    /// Password, as typed.
    #[serde(rename = "p")]
    pub password: Password,
}

/// Response of `hostKey`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HostKeyResponse {
    /// The key for all further requests of this device.
    pub key: HostKey,
}
