//! Why a request of a signed-in device is not answered as it hoped.

use sync_protocol::ProtocolError;
use sync_store::StoreError;
use thiserror::Error;

use crate::events::SyncFailure;

/// A request that failed. `http::status` gives each case its status code.
#[derive(Debug, Error)]
pub enum OperationError {
    /// The body is not what the method takes.
    #[error("the request is malformed")]
    Request(#[from] ProtocolError),
    /// The method needs a session key, and there is none.
    #[error("the session key is missing")]
    SessionKeyMissing,
    /// The method needs a running sync, and there is none.
    #[error("no sync is running")]
    NoSync,
    /// The running sync is that of another session key.
    #[error("another sync is running")]
    OtherSync,
    /// `meta` of a client that speaks none of the versions 8 to 11.
    #[error("sync protocol version {0} is not supported")]
    UnsupportedVersion(u8),
    /// What the client sent does not fit the collection. The sync is rolled back.
    #[error("the operation does not fit the collection")]
    Refused(#[source] StoreError),
    /// The data cannot be opened, read or written; not the client's fault.
    #[error("the account's data is not available")]
    Unavailable(#[source] StoreError),
    /// A media request that breaks the rules; nothing was changed.
    #[error("the media request is refused")]
    MediaRefused(#[source] StoreError),
    /// A media file was asked for that the server does not have.
    #[error("a media file is missing")]
    MediaMissing,
    /// `begin` of a media sync without a client version.
    #[error("the client version is missing")]
    ClientVersionMissing,
    /// The account was renamed or removed, or the server is stopping.
    #[error("the account's data was closed")]
    AccountClosed,
    /// The answer cannot be written as JSON, or compressed.
    #[error("the answer cannot be encoded")]
    Answer(#[source] std::io::Error),
    /// A temporary file cannot be written or read.
    #[error("the body cannot be put aside")]
    Spool(#[source] std::io::Error),
    /// The operation panicked, which is a fault in this program.
    #[error("the operation panicked")]
    Panicked,
}

impl OperationError {
    /// Whether this computer is at fault, and not the client.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.sync_failure() == SyncFailure::ServerFault
    }

    /// How a sync that ends with this error is told of.
    #[must_use]
    pub fn sync_failure(&self) -> SyncFailure {
        match self {
            Self::Request(_)
            | Self::SessionKeyMissing
            | Self::NoSync
            | Self::OtherSync
            | Self::UnsupportedVersion(_)
            | Self::Refused(_)
            | Self::MediaRefused(_)
            | Self::MediaMissing
            | Self::ClientVersionMissing => SyncFailure::Refused,
            Self::AccountClosed => SyncFailure::Closed,
            Self::Unavailable(_) | Self::Answer(_) | Self::Spool(_) | Self::Panicked => {
                SyncFailure::ServerFault
            }
        }
    }

    /// The error of an operation inside a running sync.
    pub(crate) fn in_sync(error: StoreError) -> Self {
        if error.is_server_fault() { Self::Unavailable(error) } else { Self::Refused(error) }
    }

    /// The error of a media operation.
    pub(crate) fn in_media(error: StoreError) -> Self {
        match error {
            StoreError::MediaArchive { .. } => Self::MediaRefused(error),
            StoreError::MediaMissing { .. } => Self::MediaMissing,
            other => Self::Unavailable(other),
        }
    }
}
