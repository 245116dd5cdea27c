//! Accepting connections, and letting them end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use super::connection::{LastUse, Watched, bound_unsent};
use super::dispatch::dispatch;
use super::requests::{Callers, Requests};
use super::state::ServerState;
use super::tls;
use crate::events::ServerEvent;

/// How long a connection may wait for its next request. Longer than the 90 s
/// that clients keep an unused connection, so that it is they who close it: one
/// that closes just as a request is sent looks like a network error to them.
const NEXT_REQUEST: Duration = Duration::from_secs(120);

/// A connection that was used within this time is not closed to make room. Its client is
/// likely to have sent the next request, or the first one, just now.
const IN_USE: Duration = Duration::from_secs(1);

/// A connection that is asked for its place gives it back after this long, however much
/// it is used; not before the answer to its request is out.
const ROOM_WAIT: Duration = Duration::from_secs(10);

/// How long a connection that gives its place back may take to have the head of a request
/// whole. Nearly all come in one piece.
const HEAD_WAIT: Duration = Duration::from_secs(1);

/// When all places are taken and the connections without a request leave none free for
/// this long, strangers' requests have to make room, some of them each time.
const STRANGERS_WAIT: Duration = Duration::from_secs(1);

/// The log tells no more often than this that all places are taken.
const FULL_WARNING_PAUSE: Duration = Duration::from_secs(60);

/// How much of a request's head is taken into memory, of a body that nobody reads, and of
/// an answer at a time. The heads of clients have less than a kilobyte, and those of
/// browsers and proxies seldom more than 16. In bytes.
const BUFFER_BYTES: usize = 64 * 1024;

/// Pause after the system has no more file handles to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Serves up to `max_connections` connections at a time until `stopping` is
/// cancelled. Requests that run then are let to their end for at most
/// `stop_timeout`.
pub(crate) async fn serve(
    listener: TcpListener,
    state: Arc<ServerState>,
    stopping: CancellationToken,
    max_connections: usize,
    stop_timeout: Duration,
) {
    let connections = TaskTracker::new();
    let giving_up = CancellationToken::new();
    let places = Arc::new(Semaphore::new(max_connections));
    // Ends the connections that have no request under way.
    let mut closing = stopping.child_token();
    let mut warned: Option<Instant> = None;
    loop {
        if places.available_permits() == 0 {
            if warned.is_none_or(|warned| warned.elapsed() >= FULL_WARNING_PAUSE) {
                warned = Some(Instant::now());
                warn!("the most connections are open; those without a request are closed");
            }
            std::mem::replace(&mut closing, stopping.child_token()).cancel();
        }
        let accepted = tokio::select! {
            accepted = accept(&listener, &places, &state.callers) => accepted,
            () = stopping.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                if !state.reach.allows(peer.ip()) {
                    // Nothing of it is read.
                    debug!(%peer, "turned a connection away: it comes from outside");
                    continue;
                }
                let ending = Ending {
                    asked: closing.clone(),
                    stopping: stopping.clone(),
                    last_use: LastUse::now(),
                };
                let connection = connection(stream, peer, Arc::clone(&state), ending);
                let giving_up = giving_up.clone();
                connections.spawn(async move {
                    let _place = place;
                    tokio::select! {
                        () = connection => {}
                        () = giving_up.cancelled() => {}
                    }
                });
            }
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if timeout(stop_timeout, connections.wait()).await.is_err() {
        warn!(connections = connections.len(), "requests still run and are broken off");
        giving_up.cancel();
        connections.wait().await;
    }
}

/// Waits for a free place, then for somebody to take it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    callers: &Callers,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = loop {
        match timeout(STRANGERS_WAIT, Arc::clone(places).acquire_owned()).await {
            Ok(place) => break place.map_err(io::Error::other)?,
            Err(_) => callers.displace_strangers(),
        }
    };
    let (stream, mut peer) = listener.accept().await?;
    // A socket for both versions of the protocol wraps addresses of version 4.
    peer.set_ip(peer.ip().to_canonical());
    Ok((stream, peer, place))
}

/// What ends a connection that has no request under way.
struct Ending {
    /// Room is wanted, or the server stops.
    asked: CancellationToken,
    stopping: CancellationToken,
    last_use: LastUse,
}

impl Ending {
    async fn is_due(&self) {
        self.asked.cancelled().await;
        tokio::select! {
            _ = timeout(ROOM_WAIT, self.last_use.is_past(IN_USE)) => {}
            () = self.stopping.cancelled() => {}
        }
    }
}

async fn connection(
    mut stream: TcpStream,
    peer: SocketAddr,
    state: Arc<ServerState>,
    ending: Ending,
) {
    // Answers are written in one go; waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "a connection keeps its delays");
    }
    if let Err(error) = bound_unsent(&stream) {
        debug!(%error, "a connection keeps its large buffer");
    }
    let speaks_tls = tokio::select! {
        speaks_tls = tls::is_spoken(&stream, NEXT_REQUEST) => speaks_tls,
        () = ending.is_due() => return,
    };
    if speaks_tls {
        debug!(%peer, "somebody spoke https to this port of plain http");
        state.events.send(ServerEvent::HttpsSpoken { address: peer.ip() });
        tls::turn_down(&mut stream).await;
        return;
    }
    let watched = Watched::new(stream, state.limits.silence_timeout, ending.last_use.clone());
    let stream = TokioIo::new(watched);
    let requests = Requests::new(Arc::clone(&state.callers));
    let service = {
        let requests = requests.clone();
        service_fn(move |request: hyper::Request<Incoming>| {
            let (state, under_way) = (Arc::clone(&state), requests.begin());
            async move {
                let making = dispatch(state, peer.ip(), request.map(Body::new));
                Ok::<_, Infallible>(under_way.answer(making).await)
            }
        })
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(NEXT_REQUEST)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(stream, service);
    let served = async {
        tokio::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => ended,
            () = ending.is_due() => {
                // Ends it once no request is under way, but for one that only begins.
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => ended,
                    () = requests.are_over_for(HEAD_WAIT) => Ok(()),
                }
            }
        }
    };
    tokio::select! {
        ended = served => {
            if let Err(error) = ended {
                debug!(%error, "a connection broke");
            }
        }
        // It is cut without an answer: to see one, the client would have to be read to
        // the end of its request.
        () = requests.are_displaced() => {
            debug!(%peer, "a stranger's request had to make room");
        }
    }
}
