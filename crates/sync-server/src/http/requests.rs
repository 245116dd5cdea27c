//! Which requests of a connection are under way.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// An answer up to this size is as good as sent when it is ready: the system takes it in
/// one go. In bytes.
const SMALL_ANSWER: u64 = 64 * 1024;

/// The requests of one connection.
#[derive(Debug, Clone)]
pub(super) struct Requests(TaskTracker);

/// A request whose head has arrived, until its answer is sent.
#[derive(Debug)]
pub(super) struct UnderWay(TaskTrackerToken);

impl Requests {
    pub(super) fn new() -> Self {
        let tracker = TaskTracker::new();
        // So that one can wait until there is none.
        tracker.close();
        Self(tracker)
    }

    /// Notes one that begins.
    pub(super) fn begin(&self) -> UnderWay {
        UnderWay(self.0.token())
    }

    /// Waits until none is under way, and for this time none more begins.
    pub(super) async fn are_over_for(&self, time: Duration) {
        loop {
            self.0.wait().await;
            tokio::time::sleep(time).await;
            if self.0.is_empty() {
                return;
            }
        }
    }
}

impl UnderWay {
    /// The answer, with which it ends.
    pub(super) fn until_sent(self, response: Response) -> Response {
        let size = response.body().size_hint().exact();
        if size.is_some_and(|size| size <= SMALL_ANSWER) {
            return response;
        }
        response.map(|body| Body::new(Sending { body, _until: self.0 }))
    }
}

/// A body that holds something until all of it is sent.
struct Sending {
    body: Body,
    _until: TaskTrackerToken,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
