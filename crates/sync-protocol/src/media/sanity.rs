//! `mediaSanity`: both sides compare the number of files.

use serde::{Deserialize, Serialize};

/// Answer when the numbers agree.
pub const MEDIA_SANITY_OK: &str = "OK";
/// Answer when they do not: the client starts over from usn 0.
pub const MEDIA_SANITY_FAILED: &str = "mediaSanity";

/// Request of `mediaSanity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaSanityRequest {
    /// Number of files on the client.
    #[serde(rename = "local")]
    pub local_count: u32,
}
