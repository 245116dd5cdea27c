//! What can be wrong with a request before anything is done with it.

use thiserror::Error;

/// A request that cannot be understood. The server answers all of them with
/// status 400, except [`ProtocolError::TooLarge`] (413).
#[derive(Debug, Error)]
pub enum ProtocolError {
    /// The `anki-sync` header is not the JSON object that protocol 11 sends.
    #[error("the anki-sync header is malformed")]
    Header(#[source] serde_json::Error),
    /// A protocol version outside 8 to 11.
    #[error("sync protocol version {0} is not supported")]
    UnsupportedVersion(u64),
    /// The decoded body is not the JSON this method takes.
    #[error("the request body is malformed")]
    Json(#[source] serde_json::Error),
    /// The body is not the zstd or gzip stream that it should be.
    #[error("the request body cannot be decompressed")]
    Compression(#[source] std::io::Error),
    /// The body is larger than the limit, in bytes.
    #[error("the request body exceeds {limit_bytes} bytes")]
    TooLarge {
        /// The limit that was exceeded, in bytes.
        limit_bytes: u64,
    },
}
