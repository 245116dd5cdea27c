//! Noticing that a client speaks https to a port of plain http.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The first byte of every TLS handshake. No HTTP request begins with it.
const HANDSHAKE: u8 = 0x16;

/// A fatal alert, `unrecognized_name` being the nearest to "not here": clients
/// say so at once instead of waiting for an answer.
const ALERT: [u8; 7] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x70];

/// How long a client may take to hang up after the alert.
const GOODBYE: Duration = Duration::from_secs(2);

/// Most bytes that a client sends before it looks for an answer.
const HELLO_BYTES: u64 = 64 * 1024;

/// Whether the connection begins as TLS does. Waits for its first byte, and
/// leaves it there; gives up after `patience`.
pub(super) async fn is_spoken(stream: &TcpStream, patience: Duration) -> bool {
    let mut first = [0];
    matches!(timeout(patience, stream.peek(&mut first)).await, Ok(Ok(1)) if first == [HANDSHAKE])
}

/// Ends a TLS connection so that the client sees an end and no reset.
pub(super) async fn turn_down(stream: &mut TcpStream) {
    let goodbye = async {
        stream.write_all(&ALERT).await?;
        stream.shutdown().await?;
        // A socket that is closed with unread bytes in it resets the connection.
        tokio::io::copy(&mut stream.take(HELLO_BYTES), &mut tokio::io::sink()).await
    };
    // Whoever has gone already needs no goodbye.
    let _ = timeout(GOODBYE, goodbye).await;
}
