//! The bytes of a request as they come in: counted, timed, and read to their
//! end even when nobody wants them any more.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use thiserror::Error;
use tokio::time::Instant;

use super::requests::{self, Standing};

/// What is read and thrown away of a request that was answered early.
const DISCARD_BYTES: u64 = 1024 * 1024 * 1024;
/// How long that may take.
const DISCARD_TIME: Duration = Duration::from_secs(5 * 60);

/// How long a stranger's body may take in all: a login, or a form up to its key. It is
/// more by as much as the bytes that came take at [`STRANGERS_SPEED`], since a large form
/// may have its key behind its data.
const STRANGERS_TIME: Duration = Duration::from_secs(2 * 60);
/// In bytes per second.
const STRANGERS_SPEED: u64 = 4 * 1024;

/// A body that cannot be read to its end.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    /// It is larger than the limit.
    #[error("the request body exceeds {limit_bytes} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: u64,
    },
    /// The client sent nothing for too long, or next to nothing and no key either.
    #[error("the client fell silent, or nearly so, in the middle of a request")]
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
    begun: Instant,
    /// Whose request it is, if that is known to anybody.
    standing: Option<Arc<Standing>>,
}

impl RequestBody {
    pub(crate) fn new(body: Body, limit_bytes: u64, silence_timeout: Duration) -> Self {
        let stream = (!body.is_end_stream()).then(|| body.into_data_stream());
        Self {
            stream,
            limit_bytes,
            received_bytes: 0,
            silence_timeout,
            begun: Instant::now(),
            standing: requests::current(),
        }
    }

    /// The same body with another limit.
    pub(crate) fn with_limit(mut self, limit_bytes: u64) -> Self {
        self.limit_bytes = limit_bytes;
        self
    }

    /// When the next piece has to be there.
    fn deadline(&self) -> Instant {
        let silent = Instant::now() + self.silence_timeout;
        if self.standing.as_ref().is_some_and(|standing| standing.is_strangers()) {
            let more = Duration::from_secs(self.received_bytes / STRANGERS_SPEED);
            return silent.min(self.begun + STRANGERS_TIME + more);
        }
        silent
    }

    /// The next piece, or `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        let deadline = self.deadline();
        let Some(stream) = &mut self.stream else { return Ok(None) };
        // A stated length over the limit is refused before a byte is read.
        if HttpBody::size_hint(stream).lower()
            > self.limit_bytes.saturating_sub(self.received_bytes)
        {
            return Err(BodyError::TooLarge { limit_bytes: self.limit_bytes });
        }
        match tokio::time::timeout_at(deadline, stream.next()).await {
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

    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::response::Response;
    use sync_store::accounts::AccountId;

    use super::requests::{Callers, Requests};
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

    /// Reads ten pieces as a request of its own, each after a pause, and gives how long
    /// that went on.
    async fn read_slowly(
        piece: usize,
        pause: Duration,
        account: Option<AccountId>,
    ) -> (Result<usize, BodyError>, Duration) {
        let begun = Instant::now();
        let mut outcome = Ok(0);
        let reading = async {
            if let Some(account) = account {
                requests::current().unwrap().take_turn(account).await;
            }
            let pieces = stream::iter(0..10).then(move |_| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, std::io::Error>(Bytes::from(vec![7; piece]))
            });
            let body = RequestBody::new(Body::from_stream(pieces), u64::MAX, MINUTE);
            outcome = collect(body).await.map(|whole| whole.len());
            Response::default()
        };
        Requests::new(Arc::<Callers>::default()).begin().answer(reading).await;
        (outcome, begun.elapsed())
    }

    #[tokio::test]
    async fn a_stranger_that_sends_next_to_nothing_is_given_up() {
        tokio::time::pause();
        let (outcome, time) = read_slowly(1, Duration::from_secs(55), None).await;
        assert!(matches!(outcome, Err(BodyError::Silent)));
        assert_eq!(time.as_secs(), 120);
        // As much as a slow phone sends of a form whose key comes last.
        let (outcome, time) = read_slowly(250_000, Duration::from_secs(55), None).await;
        assert_eq!(outcome.unwrap(), 2_500_000);
        assert_eq!(time.as_secs(), 550);
    }

    #[tokio::test]
    async fn a_device_that_is_signed_in_may_take_its_time() {
        tokio::time::pause();
        let account = Some(AccountId(1));
        let (outcome, time) = read_slowly(1, Duration::from_secs(55), account).await;
        assert_eq!(outcome.unwrap(), 10);
        assert_eq!(time.as_secs(), 550);
    }
}
