//! `meta`: is there anything to sync?

use serde::{Deserialize, Serialize};

use crate::{MediaUsn, TimestampMillis, TimestampSecs, Usn};

/// Request of `meta`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaRequest {
    /// Protocol version of the client. Not checked here: a version outside
    /// 8 to 11 is answered with 501, everything else malformed with 400.
    #[serde(rename = "v")]
    pub version: u8,
    /// Client version, free text: `anki,26.09.3 (29bb700b),linux`.
    #[serde(rename = "cv")]
    pub client_version: String,
}

/// Response of `meta`. All keys are always present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaResponse {
    /// Last change to the collection. Equal on both sides means nothing to sync,
    /// even when the schema times differ.
    #[serde(rename = "mod")]
    pub modified: TimestampMillis,
    /// Last schema change. Different on both sides means a full sync.
    #[serde(rename = "scm")]
    pub schema_modified: TimestampMillis,
    /// The server's usn.
    pub usn: Usn,
    /// The server's clock; clients refuse to sync when it is off by over 300 s.
    #[serde(rename = "ts")]
    pub server_time: TimestampSecs,
    /// Text shown to the person; empty for none.
    #[serde(rename = "msg")]
    pub message: String,
    /// False stops the sync and shows the message as the reason.
    #[serde(rename = "cont")]
    pub should_continue: bool,
    /// Unused, always 0.
    #[serde(rename = "hostNum")]
    pub host_number: u32,
    /// Whether the collection has no card.
    pub empty: bool,
    /// Last usn of the media folder.
    pub media_usn: MediaUsn,
}
