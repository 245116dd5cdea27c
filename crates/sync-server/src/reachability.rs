//! Whether this very server answers under an address.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The header of the answer to `/health` that tells one server from another.
/// In small letters, as hyper writes it.
pub(crate) const INSTANCE_HEADER: &str = "x-server-instance";

/// A request to this same computer takes a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// Longer than any answer of ours.
const ANSWER_BYTES: u64 = 4096;

/// Which start of a server this is: random, and no secret.
#[derive(Debug, Clone)]
pub(crate) struct Instance(String);

impl Instance {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex::encode(bytes)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the server of this instance answers a request to the address.
    pub(crate) async fn answers_at(&self, address: SocketAddr) -> bool {
        match timeout(PATIENCE, ask(address)).await {
            Ok(Ok(answer)) => self.is_in(&answer),
            Ok(Err(_)) | Err(_) => false,
        }
    }

    fn is_in(&self, answer: &str) -> bool {
        let mut lines = answer.lines();
        let is_good = lines.next().is_some_and(|status| status.starts_with("HTTP/1.1 200"));
        is_good
            && lines.filter_map(|line| line.split_once(':')).any(|(name, value)| {
                name.eq_ignore_ascii_case(INSTANCE_HEADER) && value.trim() == self.0
            })
    }
}

async fn ask(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let question = format!("GET /health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_of_this_instance_counts() {
        let instance = Instance("abc".to_owned());
        assert!(instance.is_in("HTTP/1.1 200 OK\r\nX-Server-Instance: abc\r\n\r\n"));
        assert!(!instance.is_in("HTTP/1.1 200 OK\r\nx-server-instance: abd\r\n\r\n"));
        assert!(!instance.is_in("HTTP/1.1 404 Not Found\r\nx-server-instance: abc\r\n\r\n"));
        assert!(!instance.is_in("HTTP/1.1 200 OK\r\n\r\n"));
        assert!(!instance.is_in(""));
    }
}
