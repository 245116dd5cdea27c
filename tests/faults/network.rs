//! Connections that are cut, slow, or many.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::json;
use sync_tests::{
    Client, NAME, Outgoing, SEED_USN, Socket, TestServer, card, note, seed, template, upload_zip,
};

use crate::program::{self, Program};
use crate::scenarios::NOISE;

/// A request as its bytes.
fn raw(client: &Client, path: &str, body: &[u8]) -> Vec<u8> {
    let body = zstd::encode_all(body, 0).unwrap();
    let header = client.header();
    let mut request = format!(
        "POST /{path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\nanki-sync: {header}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    request
}

/// Every position in what is small; of the rest those in the beginning, and some.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    (0..length).filter(move |at| *at < 800 || at % 37 == 0 || *at + 3 > length)
}

#[test]
fn a_request_that_is_cut_at_any_byte_changes_nothing() {
    let server = TestServer::start();
    let mut client = server.client();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    client.start_newer(SEED_USN).ok();
    let other = template(|collection| {
        seed(collection);
        collection.batch("UPDATE col SET mod = 7");
    });
    let rows = json!({"chunk": {"done": true, "cards": [card(1)], "notes": [note(1)]}});
    let zip = upload_zip(&[("b.jpg", Some(b"b"))]);
    for (path, body) in [
        ("sync/applyChunk", rows.to_string().into_bytes()),
        ("sync/finish", b"{}".to_vec()),
        ("msync/uploadChanges", zip),
        ("sync/upload", other),
    ] {
        let request = raw(&client, path, &body);
        for at in cuts(request.len()) {
            let mut socket = Socket::open(server.address());
            socket.bytes(&request[..at]);
            socket.hang_up();
        }
    }
    // The sync is still there, and none of it has come.
    assert_eq!(client.media_begin().ok()["data"]["usn"], 1);
    client.finish().ok();
    let received = client.fetch(0);
    assert!(received.cards.is_empty() && received.notes.is_empty());
}

#[test]
fn an_answer_that_is_cut_at_any_byte_is_asked_for_again() {
    let server = TestServer::start_with(|collection| {
        for id in 1..=300 {
            collection.add_note(id, 1000, 1);
        }
    });
    let mut client = server.client();
    client.send_media(&[("a.jpg", Some(&[7; 3000]))]);
    client.start_newer(0).ok();
    let answers = [
        raw(&client, "sync/chunk", b"{}"),
        raw(&client, "msync/downloadFiles", br#"{"files":["a.jpg"]}"#),
        raw(&client, "sync/download", b"{}"),
    ];
    for request in answers {
        let ask = || {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(&request).unwrap();
            stream
        };
        let mut whole = Vec::new();
        ask().read_to_end(&mut whole).unwrap();
        for at in cuts(whole.len()) {
            // What is left unread when it is closed is thrown away on both sides.
            // The next answer of its kind may be shorter.
            let mut some = Vec::new();
            ask().take(at as u64).read_to_end(&mut some).unwrap();
        }
    }
    // A download ended the sync; the next one gets everything.
    client.new_session();
    let graves = client.start_newer(0).ok();
    let received = client.sync_after_start(graves, &Outgoing::default());
    assert_eq!(received.notes.len(), 300);
    assert_eq!(client.download_files(&["a.jpg"]).status, 200);
    let stopped = server.stop();
    stopped.collection().assert_sound();
}

/// Sends piece by piece, with a pause before each; here time itself is tested.
fn send_slowly(stream: &mut TcpStream, bytes: &[u8], piece: usize, pause: Duration) {
    let (_sender, never) = channel::<()>();
    for part in bytes.chunks(piece) {
        let _ = never.recv_timeout(pause);
        stream.write_all(part).unwrap();
    }
}

/// The time-out here is half a second instead of a minute, so the phone sends two
/// bytes every 60 ms instead of every 7 s.
#[test]
fn a_phone_that_sends_a_byte_now_and_then_is_served_and_a_silent_one_is_not() {
    let server = TestServer::builder()
        .account(NAME, &template(seed))
        .configured(|config| config.silence_timeout = Duration::from_millis(500))
        .start();
    let client = server.client();
    let request = raw(&client, "sync/meta", br#"{"v":11,"cv":"anki,26.09.3 (29bb700b),linux"}"#);
    let head = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let started = Instant::now();
    let mut slow = TcpStream::connect(server.address()).unwrap();
    slow.write_all(&request[..head]).unwrap();
    send_slowly(&mut slow, &request[head..], 2, Duration::from_millis(60));
    let mut whole = Vec::new();
    slow.read_to_end(&mut whole).unwrap();
    assert!(started.elapsed() > Duration::from_secs(1), "it took longer than the time-out");
    assert!(whole.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&whole));

    let mut silent = TcpStream::connect(server.address()).unwrap();
    silent.write_all(&request[..request.len() - 1]).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut answer = Vec::new();
    silent.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

/// Memory of a process, in KiB, and how many descriptors it has.
fn taken(program: &Program) -> (u64, usize) {
    let id = program.process_id();
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let resident = resident.trim().trim_end_matches(" kB").parse().unwrap();
    (resident, std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count())
}

/// Raises the soft limit of this process, which is often 1024.
fn allow_many_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

#[test]
fn thousands_of_idle_connections_cost_little_and_keep_nobody_out() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    let (before, _) = taken(&program);
    // More than the server keeps; those that say nothing make room.
    allow_many_descriptors();
    let idle: Vec<TcpStream> =
        (0..3000).map(|_| TcpStream::connect(program.address()).unwrap()).collect();
    let rows = json!({"cards": [card(1)], "notes": [note(1)]});
    client.send_chunk(SEED_USN, rows);
    let (after, descriptors) = taken(&program);
    assert!(descriptors < 700, "{descriptors} descriptors");
    assert!(after < before + 32 * 1024, "{before} KiB became {after} KiB");
    drop(idle);
}

/// Each holds the beginning of a request, so none of them is idle.
#[test]
fn half_requests_of_strangers_keep_no_signed_in_device_out() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    let form = "POST /sync/meta HTTP/1.1\r\nhost: x\r\ncontent-length: 90000000\r\n\
                content-type: multipart/form-data; boundary=b\r\n\r\n--b\r\n\
                content-disposition: form-data; name=\"data\"; filename=\"data\"\r\n\r\n";
    let mut strangers = Vec::new();
    for _ in 0..60 {
        let mut stream = TcpStream::connect(program.address()).unwrap();
        stream.write_all(form.as_bytes()).unwrap();
        stream.write_all(&vec![7; 400_000]).unwrap();
        strangers.push(stream);
    }
    let (resident, _) = taken(&program);
    let rows = json!({"cards": [card(1)], "notes": [note(1)]});
    client.send_chunk(SEED_USN, rows);
    // An old phone, whose large form brings its key last, gets through too.
    let old = client.old();
    let zip = upload_zip(&[("a.jpg", Some(&NOISE))]);
    let mut fields = old.form(Some(&zip));
    fields.rotate_left(3);
    let answer = old.send_form("msync/uploadChanges", &fields);
    assert_eq!(answer.status, 200);
    assert!(resident < 200 * 1024, "{resident} KiB");
}
