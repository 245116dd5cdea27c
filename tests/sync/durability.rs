//! What is left when something breaks off. A process that dies in the middle is
//! the matter of the tests of the program.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sync_protocol::TimestampMillis;
use sync_server::{Clock, ServerEvent, SyncFailure};
use sync_tests::{
    Collection, NAME, SEED_MODIFIED, SEED_USN, Socket, TestServer, card, seed, template, upload_zip,
};

/// All files below a folder, by their path in it.
fn files(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, base: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, found);
            } else {
                found.push(path.strip_prefix(base).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

#[test]
fn a_stopped_server_leaves_whole_files_and_nothing_else() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    device.send_media(&[("a.jpg", Some(b"1"))]);
    device.download();
    device.old().download();
    let stopped = server.stop();
    assert_eq!(
        files(&stopped.account_folder(NAME)),
        ["collection.anki2", "media.db", "media/a.jpg"]
    );
    stopped.collection().assert_sound();
}

#[test]
fn a_media_upload_that_breaks_off_leaves_nothing() {
    let server = TestServer::start();
    let device = server.client();
    let body = zstd::encode_all(upload_zip(&[("a.jpg", Some(&[7; 5000]))]).as_slice(), 0).unwrap();
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /msync/uploadChanges",
        &[("anki-sync", header.as_str()), ("transfer-encoding", "chunked")],
    );
    socket.chunk(&body[..body.len() - 5]);
    socket.hang_up();
    assert_eq!(device.media_begin().ok()["data"]["usn"], 0);
    let stopped = server.stop();
    let left: Vec<String> = files(&stopped.account_folder(NAME))
        .into_iter()
        .filter(|name| name.starts_with("media/"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_form_that_breaks_off_leaves_no_spooled_data() {
    let server = TestServer::start();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/upload",
        &[("content-type", "multipart/form-data; boundary=b"), ("transfer-encoding", "chunked")],
    );
    let part = "--b\r\ncontent-disposition: form-data; name=\"data\"; filename=\"d\"\r\n\r\n";
    socket.chunk(part.as_bytes());
    socket.chunk(&[b'x'; 100_000]);
    socket.hang_up();
    let stopped = server.stop();
    let incoming: Vec<String> =
        files(stopped.folder()).into_iter().filter(|name| name.starts_with(".incoming")).collect();
    assert_eq!(incoming, Vec::<String>::new());
}

#[test]
fn left_overs_of_a_crash_are_cleaned_at_the_next_start() {
    let server = TestServer::start();
    let device = server.client();
    // Halfway through an upload, when its temporary file has been begun.
    let body = zstd::encode_all(template(seed).as_slice(), 0).unwrap();
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/upload",
        &[("anki-sync", header.as_str()), ("transfer-encoding", "chunked")],
    );
    socket.chunk(&body[..body.len() / 2]);
    device.meta().ok();
    let crashed = server.as_after_a_crash();
    socket.hang_up();
    let server = crashed.restart();
    assert_eq!(server.client().meta().ok()["mod"], SEED_MODIFIED);
    assert_eq!(files(&server.stop().account_folder(NAME)), ["collection.anki2"]);
}

#[test]
fn an_upload_survives_a_crash_after_its_answer() {
    let server = TestServer::start();
    let device = server.client();
    let file = template(|collection| {
        seed(collection);
        collection.batch("UPDATE col SET mod = 1800000000000");
    });
    assert_eq!(device.upload(&file).text(), "OK");
    let server = server.as_after_a_crash().restart();
    assert_eq!(server.client().meta().ok()["mod"], 1_800_000_000_000_i64);
}

/// The write-ahead log of the former collection would damage the new one, and
/// holds what the kept copy must have.
#[test]
fn an_upload_right_after_a_crash_takes_the_log_of_the_former_collection_away() {
    let server = TestServer::start();
    server.client().send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    let crashed = server.as_after_a_crash();
    let log = crashed.account_folder(NAME).join("collection.anki2-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0, "the sync is in the log only");
    let server = crashed.restart();
    let device = server.client();
    // The collection is not opened before it is replaced.
    assert_eq!(device.upload(&template(seed)).text(), "OK");
    assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
    let stopped = server.stop();
    assert_eq!(stopped.collection().count("cards"), 0);
    stopped.collection().assert_sound();
    let replaced = stopped.account_folder(NAME).join("replaced");
    let kept = files(&replaced).into_iter().find(|name| name.ends_with(".anki2")).unwrap();
    assert_eq!(Collection::open(&replaced.join(kept)).count("cards"), 1);
}

#[test]
fn a_client_that_hangs_up_in_the_middle_of_a_request_ends_no_sync() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/applyChunk",
        &[("anki-sync", header.as_str()), ("content-length", "1000")],
    );
    socket.bytes(&[0x28, 0xb5, 0x2f, 0xfd]);
    socket.hang_up();
    device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    device.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// H-9.
#[test]
fn a_sync_of_a_silent_client_ends_after_an_hour() {
    let start = TimestampMillis(1_800_000_000_000);
    let clock = Clock::manual(start);
    let server = TestServer::builder()
        .account(NAME, &template(seed))
        .clock(&clock)
        .configured(|config| config.housekeeping_interval = Duration::from_millis(10))
        .start();
    let mut events = server.events();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    clock.set(TimestampMillis(start.0 + 59 * 60 * 1000));
    device.chunk().ok();
    clock.set(TimestampMillis(start.0 + (59 + 61) * 60 * 1000));
    events.wait_for(|event| match event {
        ServerEvent::SyncFailed(_, SyncFailure::Idle) => Some(()),
        _ => None,
    });
    device.finish().refused(409);
    assert_eq!(server.stop().collection().count("cards"), 0);
}

/// H-6.
#[test]
fn times_and_usn_of_a_sync_are_committed_together() {
    let server = TestServer::start();
    let mut device = server.client();
    let modified = device.send_chunk(SEED_USN, json!({"cards": [card(1)]})).modified;
    let collection = server.as_after_a_crash().collection();
    assert_eq!(
        collection.rows("SELECT mod, ls, usn FROM col"),
        [[modified.into(), modified.into(), i64::from(SEED_USN + 1).into()]]
    );
    assert_eq!(collection.count("cards"), 1);
}

#[test]
fn an_account_folder_of_the_official_layout_is_served_as_it_is() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_chunk(SEED_USN, json!({"cards": [card(1)]}));
    device.send_media(&[("a.jpg", Some(b"1"))]);
    let stopped = server.stop();
    let elsewhere = TestServer::builder().empty_account("ben");
    let server = elsewhere.start();
    std::fs::create_dir(server.account_folder("ben/")).unwrap();
    for name in ["collection.anki2", "media.db"] {
        std::fs::copy(
            stopped.account_folder(NAME).join(name),
            server.account_folder("ben").join(name),
        )
        .unwrap();
    }
    std::fs::create_dir(server.account_folder("ben").join("media")).unwrap();
    std::fs::write(server.account_folder("ben").join("media/a.jpg"), b"1").unwrap();
    let ben = server.log_in("ben");
    assert_eq!(ben.meta().ok()["usn"], SEED_USN + 1);
    assert_eq!(ben.meta().ok()["media_usn"], 1);
    assert_eq!(sync_tests::read_zip(&ben.download_files(&["a.jpg"]).body)["a.jpg"], b"1");
}
