//! Connections that are slow, silent, or many.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::json;
use sync_server::{ServerEvent, SyncFailure};
use sync_store::accounts::SyncKind;
use sync_tests::{NAME, SEED_USN, Socket, TestServer, card, note, seed, template, upload_zip};

use crate::accounts::{PASSWORD, password};
use crate::cuts::large_collection;
use crate::program::{self, Program};
use crate::scenarios::NOISE;

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
    let request = client.raw("sync/meta", br#"{"v":11,"cv":"anki,26.09.3 (29bb700b),linux"}"#);
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

/// Connects with a receive buffer like a phone's, and asks for the collection.
fn slow_download(server: &TestServer) -> TcpStream {
    use socket2::{Domain, Type};
    let socket = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(32 * 1024).unwrap();
    socket.connect(&server.address().into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.write_all(&server.client().raw("sync/download", b"{}")).unwrap();
    stream
}

/// The time-out here is a second instead of a minute, so the phone reads 600 KB in a
/// second instead of 10.
#[test]
fn a_phone_that_reads_a_little_now_and_then_gets_everything_and_a_silent_one_does_not() {
    let server = TestServer::builder()
        .account(NAME, &large_collection())
        .configured(|config| config.silence_timeout = Duration::from_secs(1))
        .start();
    let mut slow = slow_download(&server);
    let (_sender, never) = channel::<()>();
    let started = Instant::now();
    let mut answer = vec![0; 16 * 1024];
    slow.read_exact(&mut answer).unwrap();
    while started.elapsed() < Duration::from_millis(2500) {
        let _ = never.recv_timeout(Duration::from_millis(25));
        let mut piece = [0; 16 * 1024];
        slow.read_exact(&mut piece).unwrap();
        answer.extend_from_slice(&piece);
    }
    slow.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    assert!(answer.ends_with(b"\r\n0\r\n\r\n"), "{} bytes came", answer.len());

    let mut events = server.events();
    let silent = slow_download(&server);
    let kind = events.wait_for(|event| match event {
        ServerEvent::SyncFailed(summary, SyncFailure::Aborted) => Some(summary.kind),
        _ => None,
    });
    assert_eq!(kind, SyncKind::Download);
    drop(silent);
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
    let before = program.memory();
    // More than the server keeps; those that say nothing make room.
    allow_many_descriptors();
    let idle: Vec<TcpStream> =
        (0..3000).map(|_| TcpStream::connect(program.address()).unwrap()).collect();
    let rows = json!({"cards": [card(1)], "notes": [note(1)]});
    client.send_chunk(SEED_USN, rows);
    let (after, descriptors) = (program.memory(), program.descriptors());
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
    let resident = program.memory();
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

/// A device that asks for much and takes nothing, and one that sends half of what it has,
/// again and again: the other accounts do not notice, and nothing of it stays.
#[test]
fn what_a_device_never_finishes_is_bounded_and_keeps_no_other_account_waiting() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let words = ["user", "add", "ben", "--password-stdin"];
    assert!(program::command_with_input(storage.path(), &words, password()).status.success());
    let mut ben = sync_tests::Client::new(program.address());
    ben.host_key = ben.log_in("ben", PASSWORD).ok()["key"].as_str().unwrap().to_owned();
    ben.upload(&template(seed)).text();
    let client = program.client();
    client.upload(&large_collection()).text();
    let before = (program.memory(), program.descriptors());
    let download = client.raw("sync/download", b"{}");
    let upload = client.raw("sync/upload", &large_collection());
    let mut unfinished = Vec::new();
    for _ in 0..20 {
        let mut taker = Socket::open(program.address());
        taker.bytes(&download);
        let mut giver = Socket::open(program.address());
        // No more than a socket takes that nobody reads from: the server need not.
        giver.bytes(&upload[..200_000]);
        unfinished.extend([taker, giver]);
        ben.meta().ok();
    }
    let rows = json!({"cards": [card(1)], "notes": [note(1)]});
    ben.send_chunk(SEED_USN, rows);
    ben.send_media(&[("a.jpg", Some(b"a"))]);
    assert_eq!(ben.download().status, 200);
    let during = (program.memory(), program.descriptors());
    assert!(during.0 < before.0 + 96 * 1024, "{before:?} became {during:?}");
    assert!(during.1 < before.1 + 200, "{before:?} became {during:?}");
    unfinished.into_iter().for_each(Socket::reset);
    let deadline = Instant::now() + Duration::from_secs(30);
    // Some more stay with the files of Ben, and of the account that was busy.
    while program.descriptors() > before.1 + 10 {
        assert!(Instant::now() < deadline, "{before:?} stays {}", program.descriptors());
        std::thread::yield_now();
    }
    assert_eq!(client.download().status, 200);
}

/// Not even the first line is whole, so that nobody can say whose request it would be.
#[test]
fn beginnings_of_requests_keep_no_device_out() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    let before = program.memory();
    allow_many_descriptors();
    let begin = |n: usize| {
        let mut stream = TcpStream::connect(program.address()).unwrap();
        let head = format!("POST /sync/meta HTTP/1.1\r\nhost: x\r\nx-{n}: {}", "y".repeat(4000));
        // Those that were begun first may be gone by then.
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let unfinished: Vec<TcpStream> = (0..1500).map(begin).collect();
    client.send_chunk(SEED_USN, json!({"cards": [card(1)], "notes": [note(1)]}));
    assert!(program.descriptors() < 700, "{}", program.descriptors());
    let after = program.memory();
    assert!(after < before + 48 * 1024, "{before} KiB became {after} KiB");
    drop(unfinished);
}

/// More connections than there are places, each with this beginning of a request.
fn crowd(program: &Program, begin: &[u8]) -> Vec<Socket> {
    allow_many_descriptors();
    let begun = |_| {
        let mut socket = Socket::open(program.address());
        socket.bytes(begin);
        socket
    };
    (0..700).map(begun).collect()
}

/// Each has its head whole and a body without end, and there are more of them than places.
#[test]
fn requests_without_end_of_strangers_keep_nobody_out() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    let upload = client.raw("sync/upload", &template(seed));
    let (begin, rest) = upload.split_at(upload.len() - 100);
    let mut running = Socket::open(program.address());
    running.bytes(begin);
    let login = "POST /sync/hostKey HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\
                 anki-sync: {\"v\":11,\"k\":\"\",\"c\":\"x\",\"s\":\"\"}\r\n\r\n1\r\n(\r\n";
    let strangers = crowd(&program, login.as_bytes());
    let begun = Instant::now();
    client.send_chunk(SEED_USN, json!({"cards": [card(1)], "notes": [note(1)]}));
    program.client().meta().ok();
    let time = begun.elapsed();
    assert!(time < Duration::from_secs(15), "{time:?}");
    program.wait_for_line(0, &["a stranger's request had to make room"]);
    // What a device had begun before goes on.
    running.bytes(rest);
    assert_eq!(running.response().status, 200);
    drop(strangers);
    // Places ran out again and again, which is told of once.
    assert_eq!(program.log().matches("the most connections are open").count(), 1);
}

#[test]
fn requests_without_end_of_one_account_keep_no_other_out() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let words = ["user", "add", "ben", "--password-stdin"];
    assert!(program::command_with_input(storage.path(), &words, password()).status.success());
    let request = program.client().raw("sync/meta", b"{}");
    let crowd = crowd(&program, &request[..request.len() - 1]);
    let mut ben = sync_tests::Client::new(program.address());
    ben.host_key = ben.log_in("ben", PASSWORD).ok()["key"].as_str().unwrap().to_owned();
    ben.upload(&template(seed)).text();
    // This ends long before the time-out of the crowd's requests.
    program.wait_for_line(0, &["a stranger's request had to make room"]);
    assert!(!program.log().contains("status=408"));
    drop(crowd);
}

#[test]
fn more_files_may_be_open_than_old_programs_can_count() {
    let storage = program::storage();
    let few = ["prlimit", "--nofile=256:4096"];
    let program = Program::start_through(&few, &program::built(), storage.path());
    assert_eq!(program.descriptor_limit(), 4096);
}
