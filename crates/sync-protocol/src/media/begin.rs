//! `begin`: opens a media sync.

use serde::{Deserialize, Serialize};

use crate::{HostKey, MediaUsn};

/// Request of `begin`. Old clients send it as the query of a GET request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaBeginRequest {
    /// Client version, free text; must not be empty.
    #[serde(rename = "v")]
    pub client_version: String,
}

/// Response of `begin`, wrapped in [`super::MediaResult`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaBeginResponse {
    /// Last usn of the media folder.
    pub usn: MediaUsn,
    /// The host key again: old clients send it back as `sk`.
    #[serde(rename = "sk")]
    pub host_key: HostKey,
}
