//! Header and zstd body: protocol 11, clients from 2.1.57 on.

use serde::{Deserialize, Serialize};

use crate::{HostKey, ProtocolError, SessionKey, SyncVersion};

/// Name of the request header with the [`SyncHeader`]; its presence selects
/// this framing.
pub const SYNC_HEADER: &str = "anki-sync";
/// Name of the response header with the decoded size of the body, in bytes.
/// Clients refuse a response without it.
pub const ORIGINAL_SIZE_HEADER: &str = "anki-original-size";

/// Content of the request header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncHeader {
    /// Protocol version.
    #[serde(rename = "v")]
    version: u64,
    /// Host key; empty for `hostKey`.
    #[serde(rename = "k")]
    pub host_key: HostKey,
    /// Client version in short form: `26.08.1,dev,linux`.
    #[serde(rename = "c")]
    pub client_version: String,
    /// Session key, new for each sync of a client.
    #[serde(rename = "s")]
    pub session_key: SessionKey,
}

impl SyncHeader {
    /// Reads the header's text.
    ///
    /// # Errors
    /// [`ProtocolError::Header`] when it is not JSON of this shape,
    /// [`ProtocolError::UnsupportedVersion`] when the version is outside 8 to 11.
    pub fn parse(text: &str) -> Result<(Self, SyncVersion), ProtocolError> {
        let header: Self = serde_json::from_str(text).map_err(ProtocolError::Header)?;
        let version = SyncVersion::new(header.version)?;
        Ok((header, version))
    }
}
