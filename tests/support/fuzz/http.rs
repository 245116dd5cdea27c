//! Both framings, through a real server: whatever arrives, it answers, and the
//! answer never blames the server.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::Duration;

use crate::{Client, NAME, TestServer, seed, template};

/// Stands for a host key that works, which the input cannot know.
const KEY: &[u8] = b"KEY";
const PATIENCE: Duration = Duration::from_secs(20);

const METHODS: [&str; 17] = [
    "sync/meta",
    "sync/hostKey",
    "sync/start",
    "sync/applyGraves",
    "sync/applyChanges",
    "sync/chunk",
    "sync/applyChunk",
    "sync/sanityCheck2",
    "sync/finish",
    "sync/abort",
    "sync/upload",
    "sync/download",
    "msync/begin",
    "msync/mediaChanges",
    "msync/uploadChanges",
    "msync/downloadFiles",
    "msync/mediaSanity",
];

/// The first byte chooses the method, the rest of the line is the header's text,
/// and what follows is the body.
pub(super) fn direct_post(data: &[u8]) {
    let Some((&method, rest)) = data.split_first() else { return };
    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { return };
    let (header, body) = (&rest[..end], &rest[end + 1..]);
    let mut head = b"anki-sync: ".to_vec();
    head.extend_from_slice(&with_key(header));
    head.extend_from_slice(b"\r\ncontent-type: application/octet-stream\r\n");
    assert_answered(method, &head, body);
}

/// The first byte chooses the method, the rest is a form with the boundary `b`.
pub(super) fn multipart(data: &[u8]) {
    let Some((&method, body)) = data.split_first() else { return };
    let head = b"content-type: multipart/form-data; boundary=b\r\n";
    assert_answered(method, head, &with_key(body));
}

struct Bench {
    _server: TestServer,
    client: Client,
}

fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| {
        let server = TestServer::builder()
            .account(NAME, &template(seed))
            // A guessed name must not make the fuzzer wait.
            .max_payload_bytes(1024 * 1024)
            .start();
        Bench { client: server.client(), _server: server }
    })
}

fn with_key(text: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.windows(KEY.len()).position(|window| window == KEY) {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(bench().client.host_key.as_bytes());
        rest = &rest[at + KEY.len()..];
    }
    result.extend_from_slice(rest);
    result
}

thread_local! {
    static CONNECTION: RefCell<Option<BufReader<TcpStream>>> = const { RefCell::new(None) };
}

fn assert_answered(method: u8, head: &[u8], body: &[u8]) {
    let path = METHODS[usize::from(method) % METHODS.len()];
    let mut request = format!("POST /{path} HTTP/1.1\r\nhost: test\r\n").into_bytes();
    request.extend_from_slice(head);
    request.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    request.extend_from_slice(body);
    CONNECTION.with_borrow_mut(|kept| {
        // A connection that the server has just closed is no answer yet.
        let status = kept.as_mut().and_then(|open| exchange(open, &request).ok());
        let status = status.unwrap_or_else(|| {
            let stream = TcpStream::connect(bench().client.address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.set_nodelay(true).unwrap();
            let open = kept.insert(BufReader::new(stream));
            exchange(open, &request).expect("an answer")
        });
        assert!(status != 500, "{path}: the server blames itself");
        if !(200..300).contains(&status) {
            // What came of the body is of no interest to the next input.
            *kept = None;
        }
    });
}

/// Sends a request and reads its whole answer; gives the status.
fn exchange(connection: &mut BufReader<TcpStream>, request: &[u8]) -> std::io::Result<u16> {
    connection.get_mut().write_all(request)?;
    let mut line = String::new();
    connection.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let (mut length, mut is_chunked) = (0, false);
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length: ") {
            length = value.parse().expect("a length");
        }
        is_chunked |= header == "transfer-encoding: chunked";
    }
    loop {
        if is_chunked {
            line.clear();
            connection.read_line(&mut line)?;
            length = usize::from_str_radix(line.trim(), 16).expect("a chunk's length");
        }
        let mut content = vec![0; length];
        connection.read_exact(&mut content)?;
        if !is_chunked {
            return Ok(status);
        }
        line.clear();
        connection.read_line(&mut line)?;
        if length == 0 {
            return Ok(status);
        }
    }
}
