//! Multipart form with gzip: protocols 8 to 10, clients before 2.1.57.

/// What a form field means, by its name. Fields may come in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MultipartField {
    /// `c`: `0` means that the data is plain, anything else that it is gzip.
    CompressedFlag,
    /// `k`, or `sk` in media requests of some clients: the host key.
    HostKey,
    /// `s`: the session key.
    SessionKey,
    /// `v`: the client version, on `/msync/begin` only.
    MediaClientVersion,
    /// `data`: the payload. Missing or empty means `{}`.
    Data,
    /// Anything else: ignored.
    Unknown,
}

impl MultipartField {
    /// The meaning of a field's name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "c" => Self::CompressedFlag,
            "k" | "sk" => Self::HostKey,
            "s" => Self::SessionKey,
            "v" => Self::MediaClientVersion,
            "data" => Self::Data,
            _ => Self::Unknown,
        }
    }
}
