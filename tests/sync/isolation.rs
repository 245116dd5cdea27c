//! Who waits for whom: accounts never for one another, and nobody for bytes
//! that travel slowly.

use std::io::Write;

use serde_json::json;
use sync_tests::{Client, NAME, SEED_MODIFIED, SEED_USN, Socket, TestServer, card, seed, template};

fn two_accounts() -> TestServer {
    let file = template(seed);
    TestServer::builder().account(NAME, &file).account("ben", &file).start()
}

/// The first half of an upload; the rest is yet to come.
fn half_an_upload(server: &TestServer, device: &Client) -> (Socket, Vec<u8>) {
    let body = zstd::encode_all(
        template(|collection| {
            seed(collection);
            collection.batch("UPDATE col SET mod = 1800000000000");
        })
        .as_slice(),
        0,
    )
    .unwrap();
    let (first, rest) = body.split_at(body.len() / 2);
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/upload",
        &[("anki-sync", header.as_str()), ("transfer-encoding", "chunked")],
    );
    socket.chunk(first);
    (socket, rest.to_vec())
}

#[track_caller]
fn assert_upload_completes(mut socket: Socket, rest: &[u8]) {
    socket.chunk(rest);
    socket.last_chunk();
    let response = socket.response();
    assert_eq!(response.status, 200);
    assert_eq!(zstd::decode_all(response.body.as_slice()).unwrap(), b"OK");
}

#[test]
fn a_slow_upload_holds_up_neither_the_other_account_nor_its_own() {
    let server = two_accounts();
    let (anna, mut ben) = (server.client(), server.log_in("ben"));
    let (socket, rest) = half_an_upload(&server, &anna);
    ben.send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    let mut other_device = anna.twin();
    other_device.send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    assert_eq!(other_device.download().status, 200);
    other_device.send_media(&[("a.jpg", Some(b"1"))]);
    assert_upload_completes(socket, &rest);
    assert_eq!(anna.meta().ok()["mod"], 1_800_000_000_000_i64);
}

#[test]
fn an_upload_ends_a_sync_only_when_it_is_complete() {
    let server = two_accounts();
    let anna = server.client();
    let (socket, rest) = half_an_upload(&server, &anna);
    let active = anna.twin();
    active.start(SEED_USN).ok();
    active.apply_chunk(&json!({"cards": [card(1)]})).ok();
    active.chunk().ok();
    assert_upload_completes(socket, &rest);
    active.finish().refused(409);
}

#[test]
fn a_download_that_nobody_reads_holds_nobody_up() {
    let file = template(|collection| {
        seed(collection);
        // More than the buffers of a connection take, and not compressible.
        collection.add_note(1, 1000, 0);
        collection.batch("UPDATE notes SET flds = hex(randomblob(16000000))");
    });
    let server = TestServer::builder().account(NAME, &file).account("ben", &template(seed)).start();
    let anna = server.client();
    let header = anna.header();
    let body = zstd::encode_all(&b"{\"_pad\":null}"[..], 0).unwrap();
    let length = body.len().to_string();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/download",
        &[("anki-sync", header.as_str()), ("content-length", length.as_str())],
    );
    socket.bytes(&body);
    socket.read_some(12);
    let mut ben = server.log_in("ben");
    ben.send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    // The copy is made; the account goes on.
    let mut other_device = anna.twin();
    other_device.send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    socket.hang_up();
    other_device.meta().ok();
}

#[test]
fn active_syncs_of_many_accounts_run_at_the_same_time() {
    let names: Vec<String> = (0..8).map(|i| format!("account {i}")).collect();
    let builder = names.iter().fold(TestServer::builder(), |b, name| b.empty_account(name));
    let server = builder.start();
    let devices: Vec<Client> = names.iter().map(|name| server.log_in(name)).collect();
    for device in &devices {
        device.start(0).ok();
        device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    }
    for device in &devices {
        device.finish().ok();
        assert_eq!(device.meta().ok()["empty"], false);
    }
}

#[test]
fn requests_of_one_account_at_the_same_time_end_in_order() {
    let server = TestServer::start();
    let device = server.client();
    let threads: Vec<_> = (0..8_i64)
        .map(|i| {
            let mut device = device.twin();
            std::thread::spawn(move || {
                let mut finished = 0;
                for round in 0..5 {
                    device.new_session();
                    let id = i * 100 + round + 1;
                    let all = device.start_newer(0).status == 200
                        && device.apply_chunk(&json!({"cards": [card(id)]})).status == 200
                        && device.finish().status == 200;
                    finished += i32::from(all);
                }
                finished
            })
        })
        .collect();
    let finished: i32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    let collection = server.stop().collection();
    // Those that were superseded left nothing; those that finished left one card.
    assert_eq!(collection.one::<i32>("SELECT usn FROM col"), SEED_USN + finished);
    assert_eq!(collection.count("cards"), u32::try_from(finished).unwrap());
    collection.assert_sound();
}

#[test]
fn a_form_whose_key_never_comes_holds_nobody_up() {
    let server = TestServer::start();
    let device = server.client();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/meta",
        &[("content-type", "multipart/form-data; boundary=b"), ("transfer-encoding", "chunked")],
    );
    let mut part = Vec::new();
    write!(part, "--b\r\ncontent-disposition: form-data; name=\"data\"; filename=\"data\"\r\n\r\n")
        .unwrap();
    socket.chunk(&part);
    socket.chunk(&[b'x'; 10_000]);
    assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
    socket.hang_up();
    device.meta().ok();
}

#[test]
fn a_stop_rolls_open_syncs_back_and_ends_idle_connections() {
    let server = two_accounts();
    let (anna, ben) = (server.client(), server.log_in("ben"));
    anna.start(SEED_USN).ok();
    anna.apply_chunk(&json!({"cards": [card(1)]})).ok();
    ben.meta().ok();
    let idle = Socket::open(server.address());
    let stopped = server.stop();
    assert_eq!(stopped.collection().count("cards"), 0);
    for name in [NAME, "ben"] {
        let folder = stopped.account_folder(name);
        assert!(!folder.join("collection.anki2-wal").exists(), "{name} is complete by itself");
    }
    drop(idle);
}
