//! Connections that are cut, at each byte of every request and of every answer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sync_tests::{
    Client, Framing, NAME, PASSWORD, SEED_MODIFIED, SEED_USN, Socket, TestServer, card,
    collection_of_schema_11, deck, note, read_zip, seed, template, upload_zip,
};

use crate::program::{self, Program};
use crate::scenarios::Scenario;

/// Note that the server has and a device does not.
const SERVERS: i64 = 1;
/// Note that a device has and the server does not.
const DEVICES: i64 = 2;

fn framed(client: &Client, framing: Framing) -> Client {
    match framing {
        Framing::Header(_) => client.twin(),
        Framing::Multipart => client.old(),
    }
}

/// Notes of the collection that is uploaded.
const UPLOADED: std::ops::RangeInclusive<i64> = 1001..=1008;
/// Its time.
const ANOTHER_TIME: i64 = 1_650_000_000_000;

fn other_collection() -> Vec<u8> {
    template(|collection| {
        seed(collection);
        for id in UPLOADED {
            collection.add_note(id, 1000, 0);
        }
        // Small pages make a small file, each byte of which is a place to cut.
        collection.batch(&format!(
            "UPDATE col SET mod = {ANOTHER_TIME}; PRAGMA page_size = 512; VACUUM;"
        ));
    })
}

/// Every request that there is, with something in it that would be seen afterwards.
fn requests(framing: Framing) -> Vec<(&'static str, Vec<u8>)> {
    let json = |value: Value| value.to_string().into_bytes();
    let upload = match framing {
        Framing::Header(_) => other_collection(),
        Framing::Multipart => collection_of_schema_11(&other_collection()),
    };
    let deletions = json!({"cards": [SERVERS], "notes": [SERVERS], "decks": []});
    let changes = json!({"models": [], "decks": [[deck(7, "New")], []], "tags": []});
    let rows = json!({"done": true, "cards": [card(DEVICES)], "notes": [note(DEVICES)]});
    let counts = json!([[0, 0, 0], 0, 8, 0, 0, 1, 1, 1]);
    vec![
        ("sync/upload", upload),
        ("sync/download", json(json!({}))),
        ("sync/meta", json(json!({"v": version(framing), "cv": "anki,26.09.3 (29bb700b),linux"}))),
        ("sync/start", json(json!({"minUsn": SEED_USN, "lnewer": true, "graves": null}))),
        ("sync/sanityCheck2", json(json!({ "client": counts }))),
        ("sync/applyGraves", json(json!({ "chunk": deletions }))),
        ("sync/applyChanges", json(json!({ "changes": changes }))),
        ("sync/chunk", json(json!({}))),
        ("sync/applyChunk", json(json!({ "chunk": rows }))),
        ("sync/finish", json(json!({}))),
        ("sync/abort", json(json!({}))),
        ("msync/begin", json(json!({"v": "anki,26.09.3 (29bb700b),linux"}))),
        ("msync/mediaChanges", json(json!({"lastUsn": 0}))),
        ("msync/downloadFiles", json(json!({"files": ["a.jpg"]}))),
        ("msync/uploadChanges", upload_zip(&[("a.jpg", None), ("b.jpg", Some(b"b"))])),
        ("msync/mediaSanity", json(json!({"local": 1}))),
        ("sync/hostKey", json(json!({"u": NAME, "p": PASSWORD}))),
    ]
}

const fn version(framing: Framing) -> u8 {
    match framing {
        Framing::Header(version) => version,
        Framing::Multipart => 10,
    }
}

/// None of it came: the sync that was under way goes on, and nothing else is new.
fn requests_that_are_cut_change_nothing(framing: Framing) {
    let server = TestServer::start_with(|collection| {
        collection.add_note(SERVERS, 1000, SEED_USN);
        collection.add_card(SERVERS, 1000, SEED_USN);
    });
    let client = framed(&server.client(), framing);
    client.send_media(&[("a.jpg", Some(b"a"))]);
    let devices = server.wait(server.accounts().devices(NAME)).unwrap().len();
    client.start_newer(SEED_USN).ok();
    for (path, body) in requests(framing) {
        let request = client.raw(path, &body);
        // A form is whole with its closing mark; the line's end behind it says nothing.
        let needed = if framing == Framing::Multipart { request.len() - 2 } else { request.len() };
        for at in 0..needed {
            let mut broken = Socket::open(server.address());
            broken.bytes(&request[..at]);
            broken.reset();
            let mut ended = Socket::open(server.address());
            ended.bytes(&request[..at]);
            // The server may say that this was no request, or just close.
            let said = ended.end().unwrap_or_default();
            let is_success = said.starts_with(b"HTTP/1.1 200");
            assert!(!is_success, "{path} at {at}: {}", String::from_utf8_lossy(&said));
        }
    }
    assert_eq!(client.chunk().ok()["notes"][0][0], SERVERS);
    client.apply_chunk(&json!({"done": true})).ok();
    client.finish().ok();
    assert_eq!(client.media_begin().ok()["data"]["usn"], 1);
    assert_eq!(client.download_files(&["a.jpg"]).status, 200);
    assert_eq!(server.wait(server.accounts().devices(NAME)).unwrap().len(), devices);
    let stored = server.stop().collection();
    assert_eq!(stored.column::<i64>("SELECT id FROM notes"), [SERVERS], "no other file came");
    assert_eq!(stored.column::<i64>("SELECT id FROM cards"), [SERVERS]);
    assert_eq!((stored.count("decks"), stored.count("graves")), (1, 0));
    stored.assert_sound();
}

#[test]
fn requests_that_are_cut_at_any_byte_change_nothing() {
    requests_that_are_cut_change_nothing(Framing::Header(11));
}

#[test]
fn forms_that_are_cut_at_any_byte_change_nothing() {
    requests_that_are_cut_change_nothing(Framing::Multipart);
}

/// The body as current clients send a collection whose packed size they do not know yet.
#[test]
fn an_upload_in_chunks_that_is_cut_at_any_byte_changes_nothing() {
    let server = TestServer::start();
    let client = server.client();
    let whole = client.raw("sync/upload", &other_collection());
    let head_ends = whole.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(whole[..head_ends].to_vec()).unwrap();
    let (head, _length) = head.rsplit_once("\r\n").unwrap();
    let mut request = format!("{head}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
    for piece in whole[head_ends + 4..].chunks(1000) {
        request.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        request.extend_from_slice(piece);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    for at in 0..request.len() {
        let mut socket = Socket::open(server.address());
        socket.bytes(&request[..at]);
        let said = socket.end().unwrap_or_default();
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{at}");
    }
    assert_eq!(client.meta().ok()["mod"], SEED_MODIFIED);
    let mut socket = Socket::open(server.address());
    socket.bytes(&request);
    assert_eq!(socket.response().status, 200);
    assert_eq!(client.meta().ok()["mod"], ANOTHER_TIME);
}

/// Sends a request and hangs up when some of the answer is there. What is left unread
/// is thrown away on both sides.
fn ask(server: &TestServer, request: &[u8], at: usize) {
    let mut socket = Socket::open(server.address());
    socket.bytes(request);
    // Packed, a later answer of its kind can be shorter by some bytes.
    socket.read_at_most(at);
    socket.hang_up();
}

/// How long the answer to a request is.
fn answer_length(server: &TestServer, request: &[u8]) -> usize {
    let mut socket = Socket::open(server.address());
    socket.bytes(request);
    let answer = socket.rest().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    answer.len()
}

/// What was done is done once and whole, and the device can go on.
fn answers_that_are_cut_do_no_harm(framing: Framing) {
    let server = TestServer::start();
    let mut client = framed(&server.client(), framing);
    client.send_media(&[("a.jpg", Some(&[7; 3000]))]);
    // Rows that came with a sync whose last answer was cut.
    let mut sent = Vec::new();
    for (path, body) in requests(framing) {
        let begin = |client: &mut Client, note_id: i64| {
            client.new_session();
            client.start_newer(0).ok();
            if path == "sync/finish" {
                let rows = json!({"cards": [card(note_id)], "notes": [note(note_id)]});
                client.apply_chunk(&rows).ok();
            }
        };
        begin(&mut client, 5000);
        let length = answer_length(&server, &client.raw(path, &body));
        for at in 0..length {
            // These answer something else when they are asked twice.
            if ["sync/chunk", "sync/finish", "sync/abort"].contains(&path) {
                let note_id = 5001 + i64::try_from(at).unwrap();
                begin(&mut client, note_id);
                if path == "sync/finish" && at > 0 {
                    sent.push(note_id);
                }
            }
            ask(&server, &client.raw(path, &body), at);
        }
    }
    assert!(sent.len() > 100);
    // As many keys as it took since, nobody knows the one from before.
    client.host_key = server.client().host_key;
    assert_eq!(client.media_changes(0).ok()["data"].as_array().unwrap().len(), 2);
    assert_eq!(read_zip(&client.download_files(&["b.jpg"]).body)["b.jpg"], b"b");
    // What a device does whose sync was cut off: the same again.
    let rows = json!({"cards": [card(DEVICES)], "notes": [note(DEVICES)]});
    let received = client.send_chunk(0, rows);
    assert!(received.notes.len() >= UPLOADED.count() + sent.len());
    let stored = server.stop().collection();
    stored.assert_sound();
    let notes: BTreeSet<i64> = stored.column("SELECT id FROM notes").into_iter().collect();
    let cards: BTreeSet<i64> = stored.column("SELECT id FROM cards").into_iter().collect();
    assert!(UPLOADED.chain(sent).all(|id| notes.contains(&id)));
    let with_cards = notes.iter().copied().filter(|id| !UPLOADED.contains(id));
    assert_eq!(cards, with_cards.collect(), "note and card came together");
    assert_eq!(stored.count("decks"), 1, "a deck of a sync that was not finished");
}

#[test]
fn answers_that_are_cut_at_any_byte_do_no_harm() {
    answers_that_are_cut_do_no_harm(Framing::Header(11));
}

#[test]
fn answers_to_forms_that_are_cut_at_any_byte_do_no_harm() {
    answers_that_are_cut_do_no_harm(Framing::Multipart);
}

/// Bytes that hardly pack, more than the sockets of both sides hold.
pub fn large_collection() -> Vec<u8> {
    template(|collection| {
        seed(collection);
        for id in 1..=100 {
            collection.add_note(id, 1000, 0);
            collection.add_card(id, 1000, 0);
        }
        collection.batch(
            "UPDATE notes SET flds = hex(randomblob(150000)) || char(31) || id, sfld = id;
             VACUUM;",
        );
    })
}

/// The server is in the middle of an answer when the device goes away: it lets go of
/// everything that it held for it.
#[test]
fn large_answers_that_are_cut_leave_nothing_behind() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.upload(&large_collection()).text();
    let file = noise(24 * 1024 * 1024);
    client.send_media(&[("l.bin", Some(&file))]);
    let asked: [(Client, &str, &[u8]); 4] = [
        (client.clone(), "sync/download", b"{}"),
        (client.clone(), "msync/downloadFiles", br#"{"files":["l.bin"]}"#),
        (client.old(), "sync/download", b"{}"),
        (client.old(), "msync/downloadFiles", br#"{"files":["l.bin"]}"#),
    ];
    client.meta().ok();
    let before = (files(storage.path()), program.descriptors());
    for (client, path, body) in asked {
        let request = client.raw(path, body);
        let ask = || {
            let mut socket = Socket::open(program.address());
            socket.bytes(&request);
            socket
        };
        let whole = ask().rest().unwrap().len();
        assert!(whole > 14 * 1024 * 1024, "{path}: {whole} bytes");
        for at in [0, 1, 200, 65_536, 1_000_000, whole / 2, whole - 100] {
            let mut socket = ask();
            socket.read_some(at);
            socket.reset();
            let mut socket = ask();
            socket.read_some(at);
            socket.hang_up();
        }
        client.meta().ok();
        let deadline = Instant::now() + Duration::from_secs(30);
        while (files(storage.path()), program.descriptors()) != before {
            assert!(Instant::now() < deadline, "{path}: {:?}", files(storage.path()));
            std::thread::yield_now();
        }
        let answer = client.post(path, body);
        assert_eq!(answer.status, 200);
        assert!(answer.body.len() > 14 * 1024 * 1024, "{path} is whole after all");
    }
    drop(program);
    Scenario::assert_tidy(storage.path(), "after all");
}

/// Bytes that nothing can compress.
fn noise(length: usize) -> Vec<u8> {
    let mut number = 1_u64;
    let mut next = || {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (number >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// All files of a folder, at any depth.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { [path].into() }).collect()
}
