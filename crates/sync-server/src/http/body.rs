//! The bytes of a request as they come in: counted, timed, and read to their
//! end even when nobody wants them any more.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::Bytes;
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

    /// The same body with another limit.
    pub(crate) fn with_limit(mut self, limit_bytes: u64) -> Self {
        self.limit_bytes = limit_bytes;
        self
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// All of it.
    async fn collect(mut body: RequestBody) -> Result<Vec<u8>, BodyError> {
        let mut whole = Vec::new();
        while let Some(piece) = body.next().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    fn pieces(count: usize, read: &Arc<AtomicUsize>) -> Body {
        let read = Arc::clone(read);
        Body::from_stream(stream::iter(0..count).map(move |_| {
            read.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from_static(&[7; 10]))
        }))
    }

    #[tokio::test]
    async fn a_body_of_exactly_the_limit_is_taken() {
        let body = RequestBody::new(pieces(3, &Arc::default()), 30, MINUTE);
        assert_eq!(collect(body).await.unwrap().len(), 30);
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_and_read_on_to_its_end() {
        let read = Arc::default();
        let body = RequestBody::new(pieces(100, &read), 29, MINUTE);
        let refused = collect(body).await;
        assert!(matches!(refused, Err(BodyError::TooLarge { limit_bytes: 29 })));
        while read.load(Ordering::Relaxed) < 100 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_stated_length_over_the_limit_is_refused_before_reading() {
        let mut body = RequestBody::new(Body::from(vec![0; 31]), 30, MINUTE);
        assert!(matches!(body.next().await, Err(BodyError::TooLarge { .. })));
    }

    #[tokio::test]
    async fn a_client_that_falls_silent_is_given_up() {
        tokio::time::pause();
        let silent = stream::pending::<Result<Bytes, std::io::Error>>();
        let mut body = RequestBody::new(Body::from_stream(silent), 30, MINUTE);
        assert!(matches!(body.next().await, Err(BodyError::Silent)));
    }
}
