//! A bare TCP connection, for requests that no HTTP client would send: paths
//! with empty segments, bodies that stop halfway, answers nobody reads.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long a test waits for a server that should answer at once. Only a
/// failing test ever waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection to the server.
#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
}

/// Status and body of an answer, the body undone from chunks but not decompressed.
#[derive(Debug)]
pub struct RawResponse {
    /// Status code.
    pub status: u16,
    /// Header lines in lower case.
    pub head: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Socket {
    /// Connects.
    #[must_use]
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream }
    }

    /// Sends a request line and headers; `host` and `connection: close` are added.
    pub fn head(&mut self, request_line: &str, headers: &[(&str, &str)]) {
        let mut head = format!("{request_line} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        self.bytes(head.as_bytes());
    }

    /// Sends bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
        self.stream.flush().unwrap();
    }

    /// Sends one chunk of a body with `transfer-encoding: chunked`.
    pub fn chunk(&mut self, bytes: &[u8]) {
        self.bytes(format!("{:x}\r\n", bytes.len()).as_bytes());
        self.bytes(bytes);
        self.bytes(b"\r\n");
    }

    /// Ends a chunked body.
    pub fn last_chunk(&mut self) {
        self.bytes(b"0\r\n\r\n");
    }

    /// Goes away in the middle: the server sees the connection end.
    pub fn hang_up(self) {
        drop(self);
    }

    /// Goes away without a goodbye: the server sees the connection break.
    pub fn reset(self) {
        let socket = socket2::SockRef::from(&self.stream);
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }

    /// Says that nothing more will be sent, and reads what the server says to that.
    /// It has noticed when this returns.
    pub fn end(self) -> std::io::Result<Vec<u8>> {
        self.stream.shutdown(Shutdown::Write)?;
        self.rest()
    }

    /// Reads at least `count` bytes of the answer and leaves the rest unread.
    pub fn read_some(&mut self, count: usize) {
        let mut buffer = vec![0; count];
        self.stream.read_exact(&mut buffer).unwrap();
    }

    /// Reads this much of the answer, or all of it if it is shorter.
    pub fn read_at_most(&mut self, count: usize) {
        let mut some = Vec::new();
        (&mut self.stream).take(count as u64).read_to_end(&mut some).unwrap();
    }

    /// Reads all that comes until the server ends the connection; an error when
    /// it is reset instead.
    pub fn rest(mut self) -> std::io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest)?;
        Ok(rest)
    }

    /// Reads the answer, to the end that it states; the connection may stay open.
    #[must_use]
    pub fn response(mut self) -> RawResponse {
        let head = String::from_utf8(self.until(b"\r\n\r\n")).unwrap().to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map(|length| length.parse().unwrap());
        let body = match length {
            Some(length) => self.exactly(length),
            None if head.contains("transfer-encoding: chunked") => self.chunks(),
            None => {
                let mut rest = Vec::new();
                self.stream.read_to_end(&mut rest).unwrap();
                rest
            }
        };
        if status != 200 {
            crate::evidence::said("answers", &[head.as_bytes(), &body].concat());
        }
        RawResponse { status, head, body }
    }

    fn exactly(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Reads up to and including a mark, and returns what is before it.
    fn until(&mut self, mark: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(mark) {
            bytes.extend_from_slice(&self.exactly(1));
        }
        bytes.truncate(bytes.len() - mark.len());
        bytes
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut whole = Vec::new();
        loop {
            let size = String::from_utf8(self.until(b"\r\n")).unwrap();
            let size = usize::from_str_radix(&size, 16).unwrap();
            if size == 0 {
                return whole;
            }
            whole.extend_from_slice(&self.exactly(size));
            self.until(b"\r\n");
        }
    }
}
