//! A small HTTP/1.1 client over one connection that is kept. It does as little
//! as it can, so that what is measured is the server.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Size of the pieces in which files are sent, in bytes.
const PIECE_BYTES: usize = 64 * 1024;
/// A server that is silent for this long is given up.
const DEADLINE: Duration = Duration::from_secs(300);

/// A connection to a server on this computer.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// What a server answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, unless it was only counted.
    pub body: Vec<u8>,
    /// Size of the body as it travelled.
    pub wire_bytes: u64,
    /// From the last byte of the request to the first of the answer.
    pub first_byte: Duration,
    /// Size of the body before it was packed, if it was.
    pub original_size: Option<u64>,
}

/// What is sent.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// Bytes whose length is told.
    Bytes(&'a [u8]),
    /// A file in pieces of untold number, as clients send a collection.
    File(&'a Path),
}

impl Connection {
    /// Connects to a port of the loopback interface.
    pub fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("no connection")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        Ok(Self { stream: BufReader::with_capacity(PIECE_BYTES, stream) })
    }

    /// Sends a request and takes its answer. `keep` is false for answers too large to keep.
    pub fn request(
        &mut self,
        verb: &str,
        path: &str,
        sync_header: &str,
        body: Body<'_>,
        keep: bool,
    ) -> Result<Answer> {
        let stream = self.stream.get_mut();
        let mut head = format!("{verb} {path} HTTP/1.1\r\nhost: localhost\r\n");
        if !sync_header.is_empty() {
            head +=
                &format!("anki-sync: {sync_header}\r\ncontent-type: application/octet-stream\r\n");
        }
        match body {
            Body::Bytes(bytes) => {
                head += &format!("content-length: {}\r\n\r\n", bytes.len());
                let mut whole = head.into_bytes();
                whole.extend_from_slice(bytes);
                stream.write_all(&whole)?;
            }
            Body::File(path) => {
                head += "transfer-encoding: chunked\r\n\r\n";
                stream.write_all(head.as_bytes())?;
                send_chunked(stream, path)?;
            }
        }
        let sent = Instant::now();
        self.answer(sent, keep)
    }

    /// Sends bytes that are a whole request already, and skips the answer.
    pub fn exchange(&mut self, request: &[u8]) -> Result<()> {
        self.stream.get_mut().write_all(request)?;
        let answer = self.answer(Instant::now(), false)?;
        ensure!(answer.status == 200, "status {}", answer.status);
        Ok(())
    }

    fn answer(&mut self, sent: Instant, keep: bool) -> Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let first_byte = sent.elapsed();
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .with_context(|| format!("no answer but {line:?}"))?;
        let (mut length, mut is_chunked, mut original_size) = (0_u64, false, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                is_chunked = value.trim().eq_ignore_ascii_case("chunked");
            } else if name.eq_ignore_ascii_case("anki-original-size") {
                original_size = Some(value.trim().parse()?);
            }
        }
        let mut answer =
            Answer { status, body: Vec::new(), wire_bytes: 0, first_byte, original_size };
        let mut sink = if keep { Some(&mut answer.body) } else { None };
        if is_chunked {
            answer.wire_bytes = read_chunked(&mut self.stream, sink)?;
        } else {
            copy(&mut self.stream, length, &mut sink)?;
            answer.wire_bytes = length;
        }
        Ok(answer)
    }
}

fn send_chunked(stream: &mut TcpStream, path: &Path) -> Result<()> {
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut chunk = Vec::with_capacity(PIECE_BYTES + 16);
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            break;
        }
        // In one go, as clients do: on its own, each part would be a packet.
        chunk.clear();
        write!(chunk, "{length:x}\r\n")?;
        chunk.extend_from_slice(&piece[..length]);
        chunk.extend_from_slice(b"\r\n");
        stream.write_all(&chunk)?;
    }
    Ok(stream.write_all(b"0\r\n\r\n")?)
}

/// Reads a body of untold length; gives its size.
pub fn read_chunked(from: &mut impl BufRead, mut sink: Option<&mut Vec<u8>>) -> Result<u64> {
    let mut total = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let size = line.trim_end().split(';').next().unwrap_or_default();
        let Ok(size) = u64::from_str_radix(size, 16) else { bail!("no size of a chunk: {line:?}") };
        copy(from, size, &mut sink)?;
        line.clear();
        from.read_line(&mut line)?;
        total += size;
        if size == 0 {
            return Ok(total);
        }
    }
}

/// Moves `length` bytes, or throws them away.
fn copy(from: &mut impl BufRead, length: u64, sink: &mut Option<&mut Vec<u8>>) -> Result<()> {
    let mut left = length;
    while left > 0 {
        let piece = from.fill_buf()?;
        ensure!(!piece.is_empty(), "the connection ended in the middle of a body");
        let taken = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if let Some(sink) = sink {
            sink.extend_from_slice(&piece[..taken]);
        }
        from.consume(taken);
        left -= taken as u64;
    }
    Ok(())
}
