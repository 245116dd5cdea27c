//! Which requests are under way, and whose they are.
//!
//! A request keeps its connection's place for as long as it runs. So whoever can begin
//! requests and never ends them could take all places. Those of strangers, who have not
//! shown a good key yet, make room when places run out; and one account has no more
//! requests under way than leave room for the others.

use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use sync_store::accounts::AccountId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// An answer up to this size is as good as sent when it is ready: the system takes it in
/// one go. In bytes.
const SMALL_ANSWER: u64 = 64 * 1024;

/// Requests of one account that may be under way at a time; further ones wait. A device
/// has one or two.
const REQUESTS_PER_ACCOUNT: usize = 32;

/// Which part of the strangers makes room at a time. With one at a time, whoever comes
/// behind many strangers in the queue for a place would wait for long; with all, a login
/// that has just begun would go as well.
const DISPLACED_PART: usize = 4;

tokio::task_local! {
    /// The request that this task answers.
    static CURRENT: Arc<Standing>;
}

/// The request that the calling task answers; `None` outside of [`UnderWay::answer`].
pub(super) fn current() -> Option<Arc<Standing>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Whose the requests of all connections are.
#[derive(Debug, Default)]
pub(super) struct Callers(Mutex<Present>);

#[derive(Debug, Default)]
struct Present {
    last_number: u64,
    /// What ends each request of a stranger, in the order in which they began.
    strangers: BTreeMap<u64, CancellationToken>,
    /// The turns of the accounts that had any.
    turns: HashMap<AccountId, Arc<Semaphore>>,
}

/// Whose a request is: a stranger's until it has shown a good key and has its turn.
#[derive(Debug)]
pub(super) struct Standing {
    callers: Arc<Callers>,
    number: u64,
    turn: OnceLock<OwnedSemaphorePermit>,
}

/// The requests of one connection.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    callers: Arc<Callers>,
    under_way: TaskTracker,
    displaced: CancellationToken,
}

/// A request whose head has arrived, until its answer is sent.
#[derive(Debug)]
pub(super) struct UnderWay {
    standing: Arc<Standing>,
    _token: TaskTrackerToken,
}

impl Callers {
    /// Ends those requests of strangers that have run longest, with their connections.
    pub(super) fn displace_strangers(&self) {
        let mut present = self.present();
        for _ in 0..present.strangers.len().div_ceil(DISPLACED_PART) {
            let Some((_, displaced)) = present.strangers.pop_first() else { return };
            displaced.cancel();
        }
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    pub(super) fn is_strangers(&self) -> bool {
        self.turn.get().is_none()
    }

    /// Makes it a request of this account, whose good key it has shown, once fewer than
    /// [`REQUESTS_PER_ACCOUNT`] others are under way. Until then it is as good as a
    /// stranger's. Tells whether it had to wait.
    pub(super) async fn take_turn(&self, account: AccountId) -> bool {
        // A form may have its key twice. Its first one says whose it is.
        if !self.is_strangers() {
            return false;
        }
        let turns = {
            let mut present = self.callers.present();
            let turns = present.turns.entry(account);
            Arc::clone(turns.or_insert_with(|| Arc::new(Semaphore::new(REQUESTS_PER_ACCOUNT))))
        };
        let (turn, has_waited) = match Arc::clone(&turns).try_acquire_owned() {
            Ok(turn) => (Some(turn), false),
            // It is never closed.
            Err(_) => (turns.acquire_owned().await.ok(), true),
        };
        if let Some(turn) = turn {
            let _ = self.turn.set(turn);
            self.callers.present().strangers.remove(&self.number);
        }
        has_waited
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.callers.present().strangers.remove(&self.number);
    }
}

impl Requests {
    pub(super) fn new(callers: Arc<Callers>) -> Self {
        let under_way = TaskTracker::new();
        // So that one can wait until there is none.
        under_way.close();
        Self { callers, under_way, displaced: CancellationToken::new() }
    }

    /// Notes one that begins.
    pub(super) fn begin(&self) -> UnderWay {
        let number = {
            let mut present = self.callers.present();
            present.last_number += 1;
            let number = present.last_number;
            present.strangers.insert(number, self.displaced.clone());
            number
        };
        let callers = Arc::clone(&self.callers);
        let standing = Arc::new(Standing { callers, number, turn: OnceLock::new() });
        UnderWay { standing, _token: self.under_way.token() }
    }

    /// Waits until none is under way, and for this time none more begins.
    pub(super) async fn are_over_for(&self, time: Duration) {
        loop {
            self.under_way.wait().await;
            tokio::time::sleep(time).await;
            if self.under_way.is_empty() {
                return;
            }
        }
    }

    /// Waits until one of them has to make room.
    pub(super) async fn are_displaced(&self) {
        self.displaced.cancelled().await;
    }
}

impl UnderWay {
    /// Makes the answer, with which it ends.
    pub(super) async fn answer(self, making: impl Future<Output = Response>) -> Response {
        let response = CURRENT.scope(Arc::clone(&self.standing), making).await;
        let size = response.body().size_hint().exact();
        if size.is_some_and(|size| size <= SMALL_ANSWER) {
            return response;
        }
        response.map(|body| Body::new(Sending { body, _until: self }))
    }
}

/// A body that holds something until all of it is sent.
struct Sending {
    body: Body,
    _until: UnderWay,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_strangers_that_have_run_longest_make_room() {
        let callers = Arc::new(Callers::default());
        let connections: Vec<_> = (0..9).map(|_| Requests::new(Arc::clone(&callers))).collect();
        let mut under_way: Vec<_> = connections.iter().map(Requests::begin).collect();
        drop(under_way.remove(1));
        callers.displace_strangers();
        let displaced: Vec<_> =
            connections.iter().map(|requests| requests.displaced.is_cancelled()).collect();
        assert_eq!(displaced, [true, false, true, false, false, false, false, false, false]);
    }

    #[tokio::test]
    async fn a_request_with_a_good_key_makes_no_room() {
        let callers = Arc::new(Callers::default());
        let requests = Requests::new(Arc::clone(&callers));
        let under_way = requests.begin();
        assert!(under_way.standing.is_strangers());
        assert!(!under_way.standing.take_turn(AccountId(1)).await);
        assert!(!under_way.standing.is_strangers());
        callers.displace_strangers();
        assert!(!requests.displaced.is_cancelled());
    }

    #[tokio::test]
    async fn an_account_waits_for_a_turn_and_may_be_displaced_meanwhile() {
        let callers = Arc::new(Callers::default());
        let mut running = Vec::new();
        for _ in 0..REQUESTS_PER_ACCOUNT {
            let under_way = Requests::new(Arc::clone(&callers)).begin();
            assert!(!under_way.standing.take_turn(AccountId(1)).await);
            running.push(under_way);
        }
        let requests = Requests::new(Arc::clone(&callers));
        let more = requests.begin();
        let other = requests.begin();
        {
            let waits = more.standing.take_turn(AccountId(1));
            tokio::pin!(waits);
            tokio::select! {
                biased;
                _ = &mut waits => panic!("it has no turn"),
                has_waited = other.standing.take_turn(AccountId(2)) => assert!(!has_waited),
            }
            assert!(more.standing.is_strangers());
            running.pop();
            assert!(waits.await);
        }
        assert!(!more.standing.is_strangers());
        let requests = Requests::new(Arc::clone(&callers));
        let last = requests.begin();
        tokio::select! {
            biased;
            _ = last.standing.take_turn(AccountId(1)) => panic!("it has no turn"),
            () = async { callers.displace_strangers() } => {}
        }
        assert!(requests.displaced.is_cancelled());
    }

    #[tokio::test]
    async fn a_turn_lasts_until_a_large_answer_is_sent() {
        let callers = Arc::new(Callers::default());
        let turns_left = || callers.present().turns[&AccountId(1)].available_permits();
        let answered = async |size: usize| {
            let requests = Requests::new(Arc::clone(&callers));
            let answer = requests.begin().answer(async {
                assert!(!current().unwrap().take_turn(AccountId(1)).await);
                Response::new(Body::from(vec![0; size]))
            });
            answer.await
        };
        let _small = answered(1000).await;
        assert_eq!(turns_left(), REQUESTS_PER_ACCOUNT);
        let large = answered(1_000_000).await;
        assert_eq!(turns_left(), REQUESTS_PER_ACCOUNT - 1);
        drop(large);
        assert_eq!(turns_left(), REQUESTS_PER_ACCOUNT);
    }
}
