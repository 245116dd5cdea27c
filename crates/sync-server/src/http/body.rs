//! The bytes of a request as they come in: counted, timed, and read to their
//! end even when nobody wants them any more.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use thiserror::Error;

/// What is read and thrown away of a request that was answered early.
const DISCARD_BYTES: u64 = 1024 * 1024 * 1024;
/// How long that may take.
const DISCARD_TIME: Duration = Duration::from_secs(5 * 60);

/// A body that cannot be read to its end.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    /// It is larger than the limit.
    #[error("the request body exceeds {limit_bytes} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: u64,
    },
    /// The client sent nothing for too long.
    #[error("the client fell silent in the middle of a request")]
    Silent,
    /// The connection broke, or its framing is wrong.
    #[error("the connection broke in the middle of a request")]
    Broken(#[source] axum::Error),
}

/// A request body on its way.
///
/// A request that is answered before its end is read on in the background:
/// closing the connection at once would make the system discard the answer
/// together with the unread bytes, and the client would see a broken connection
/// instead of the reason.
#[derive(Debug)]
pub(crate) struct RequestBody {
    stream: Option<BodyDataStream>,
    limit_bytes: u64,
    received_bytes: u64,
    silence_timeout: Duration,
}

impl RequestBody {
    pub(crate) fn new(body: Body, limit_bytes: u64, silence_timeout: Duration) -> Self {
        let stream = (!body.is_end_stream()).then(|| body.into_data_stream());
        Self { stream, limit_bytes, received_bytes: 0, silence_timeout }
    }

    /// Bytes that came in so far.
    pub(crate) fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// The next piece, or `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        // A stated length over the limit is refused before a byte is read.
        if HttpBody::size_hint(stream).lower()
            > self.limit_bytes.saturating_sub(self.received_bytes)
        {
            return Err(BodyError::TooLarge { limit_bytes: self.limit_bytes });
        }
        match tokio::time::timeout(self.silence_timeout, stream.next()).await {
            Err(_) => {
                self.stream = None;
                Err(BodyError::Silent)
            }
            Ok(Some(Err(error))) => {
                self.stream = None;
                Err(BodyError::Broken(error))
            }
            Ok(Some(Ok(piece))) => {
                self.received_bytes = self.received_bytes.saturating_add(piece.len() as u64);
                if self.received_bytes > self.limit_bytes {
                    return Err(BodyError::TooLarge { limit_bytes: self.limit_bytes });
                }
                Ok(Some(piece))
            }
            Ok(None) => {
                self.stream = None;
                Ok(None)
            }
        }
    }

    /// All of it, in memory.
    pub(crate) async fn collect(mut self) -> Result<Bytes, BodyError> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await? {
            if whole.is_empty() && self.stream.is_none() {
                return Ok(piece);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// As a stream of pieces.
    pub(crate) fn into_stream(self) -> impl Stream<Item = Result<Bytes, BodyError>> {
        stream::try_unfold(self, |mut body| async move {
            Ok(body.next().await?.map(|piece| (piece, body)))
        })
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(discard(stream, self.silence_timeout));
        }
    }
}

async fn discard(mut stream: BodyDataStream, silence_timeout: Duration) {
    let read = async {
        let mut left = DISCARD_BYTES;
        while let Ok(Some(Ok(piece))) = tokio::time::timeout(silence_timeout, stream.next()).await {
            left = left.saturating_sub(piece.len() as u64);
            if left == 0 {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIME, read).await;
}
