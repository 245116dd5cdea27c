//! A connection that breaks off when its client stops reading, and knows when it was
//! last used.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// How much the system may take of an answer beyond what is on its way, in bytes.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 128 * 1024;

/// Makes a connection writable again soon after some of what was written is sent.
///
/// Linux lets the buffer of a connection grow to megabytes and says that it is writable
/// only once a third of it is free, which takes longer than the time-out of [`Watched`]
/// at the speed of a bad mobile network. With this bound, half of it has to be sent. What
/// is on its way to the client does not count, so that no fast and long line is slower.
/// Other systems tell earlier.
///
/// # Errors
/// Those of the system; the connection is good all the same.
pub(super) fn bound_unsent(stream: &TcpStream) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES)?;
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
    Ok(())
}

/// When bytes last came over a connection, or went.
#[derive(Debug, Clone)]
pub(super) struct LastUse(Arc<Mutex<Instant>>);

impl LastUse {
    /// That of a connection that was just made.
    pub(super) fn now() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Waits until the connection was not used for this long.
    pub(super) async fn is_past(&self, quiet: Duration) {
        loop {
            let end = *self.0.lock().unwrap_or_else(PoisonError::into_inner) + quiet;
            if Instant::now() >= end {
                return;
            }
            sleep_until(end).await;
        }
    }
}

/// Ends with [`io::ErrorKind::TimedOut`] when nothing could be written for a
/// while although there was something to write. Silence while the client has
/// to send is watched elsewhere: only the request's reader knows whether
/// anything is due.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    silence_timeout: Duration,
    last_use: LastUse,
    /// Runs while a write waits for the client.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, silence_timeout: Duration, last_use: LastUse) -> Self {
        Self { stream, silence_timeout, last_use, stalled: None }
    }

    /// Passes a write's outcome on, unless it waits for too long.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let timeout = self.silence_timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(stalled.as_mut().poll(context));
        // Whoever asks again gets the same answer at once.
        stalled.as_mut().reset(Instant::now());
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// [`Watched::watch`], for what says how many bytes went.
    fn watch_bytes(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.last_use.note();
        }
        self.watch(context, written)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.last_use.note();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, data);
        self.watch_bytes(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.watch_bytes(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn a_client_that_stops_reading_is_given_up() {
        tokio::time::pause();
        let (server, _client) = duplex(16);
        let mut watched = Watched::new(server, Duration::from_secs(60), LastUse::now());
        let error = watched.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_connection_in_use_is_not_past_its_last_use() {
        tokio::time::pause();
        let (server, mut client) = duplex(16);
        let last_use = LastUse::now();
        let mut watched = Watched::new(server, Duration::from_secs(60), last_use.clone());
        let begun = Instant::now();
        let use_it = async {
            for _ in 0..5 {
                sleep(Duration::from_millis(900)).await;
                client.write_all(b"x").await.unwrap();
                watched.read_u8().await.unwrap();
            }
        };
        tokio::join!(use_it, last_use.is_past(Duration::from_secs(1)));
        // The clock of a test goes in steps of a millisecond.
        assert!((5500..5520).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn a_flush_is_no_use() {
        tokio::time::pause();
        let (server, _client) = duplex(16);
        let last_use = LastUse::now();
        let mut watched = Watched::new(server, Duration::from_secs(60), last_use.clone());
        let begun = Instant::now();
        let flush = async {
            for _ in 0..5 {
                sleep(Duration::from_millis(500)).await;
                watched.flush().await.unwrap();
            }
        };
        tokio::select! {
            () = last_use.is_past(Duration::from_secs(1)) => {}
            () = flush => panic!("flushes went on for {:?}", begun.elapsed()),
        }
    }

    #[tokio::test]
    async fn a_client_that_reads_slowly_gets_everything() {
        tokio::time::pause();
        let (server, mut client) = duplex(16);
        let mut watched = Watched::new(server, Duration::from_secs(60), LastUse::now());
        let reader = tokio::spawn(async move {
            let mut piece = [0; 16];
            for _ in 0..4 {
                sleep(Duration::from_secs(50)).await;
                client.read_exact(&mut piece).await.unwrap();
            }
        });
        watched.write_all(&[0; 64]).await.unwrap();
        reader.await.unwrap();
    }
}
