//! `mediaChanges`: which files changed since a usn.

use serde::{Deserialize, Serialize};

use crate::MediaUsn;

/// Most entries in one response of `mediaChanges`. The client goes on from the
/// last entry's usn until it gets an empty list.
pub const MAX_CHANGES_PER_RESPONSE: usize = 1000;

/// Request of `mediaChanges`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaChangesRequest {
    /// Entries with a greater usn are wanted.
    #[serde(rename = "lastUsn")]
    pub last_usn: MediaUsn,
}

/// One entry of the response, ascending by usn. Wire form: `[fname, usn, sha1]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaChange(
    /// File name.
    pub String,
    /// Usn of its last change.
    pub MediaUsn,
    /// SHA-1 in lower-case hexadecimal; empty for a deleted file.
    pub String,
);
