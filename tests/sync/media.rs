//! The media sync: every call, and what is on the disk afterwards.

mod archives;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use sync_tests::{Client, Framing, NAME, TestServer, read_zip, upload_zip, zip_of};

fn sha1_hex(bytes: &[u8]) -> String {
    hex::encode(Sha1::digest(bytes))
}

/// The files of the account's media folder.
fn media_folder(account_folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let folder = account_folder.join("media");
    if !folder.exists() {
        return BTreeMap::new();
    }
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The data of a successful media answer.
#[track_caller]
fn data(answer: &sync_tests::Answer) -> Value {
    let answer = answer.ok();
    assert_eq!(answer["err"], "", "err is always there");
    answer["data"].clone()
}

/// Asserts that an upload is refused whole and changes nothing.
#[track_caller]
fn assert_refused(device: &Client, zip: &[u8], what: &str) {
    let before = data(&device.media_changes(0));
    let answer = device.upload_changes(zip);
    assert_eq!(answer.status, 400, "{what}: {}", String::from_utf8_lossy(&answer.body));
    assert_eq!(data(&device.media_changes(0)), before, "{what}");
}

#[test]
fn begin_tells_the_usn_and_gives_the_host_key_back() {
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(data(&device.media_begin()), json!({"usn": 0, "sk": device.host_key}));
    device.send_media(&[("a.jpg", Some(b"a"))]);
    assert_eq!(data(&device.media_begin())["usn"], 1);
}

#[test]
fn begin_needs_a_client_version() {
    let server = TestServer::start();
    let device = server.client();
    device.json("msync/begin", &json!({"v": ""})).refused(400);
    device.json("msync/begin", &json!({})).refused(400);
    device.json("msync/begin", &json!({"v": 1})).refused(400);
}

#[test]
fn begin_by_get_takes_the_key_and_version_from_the_query() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a.jpg", Some(b"a"))]);
    let version = "anki%2C2.1.50%20(abc)%2Clinux";
    let answer = device.plain("GET", &format!("msync/begin?k={}&v={version}", device.host_key));
    assert_eq!(data(&answer), json!({"usn": 1, "sk": device.host_key}));
    assert!(answer.headers.get("anki-original-size").is_none(), "an answer of protocol 10");
    device.plain("GET", &format!("msync/begin?k=wrong&v={version}")).refused(403);
    assert_eq!(device.plain("GET", &format!("msync/begin?k={}&v=", device.host_key)).status, 400);
    assert_eq!(device.plain("GET", &format!("msync/begin?k={}", device.host_key)).status, 400);
}

#[test]
fn begin_of_a_form_takes_the_version_from_its_own_field() {
    let server = TestServer::start();
    let device = server.client().old();
    let mut form = device.form(None);
    form.push(("v".into(), b"ankidroid,2.15,linux".to_vec()));
    assert_eq!(data(&device.send_form("msync/begin", &form))["usn"], 0);
    // The field wins over the JSON.
    let mut form = device.form(Some(b"{\"v\":\"\"}"));
    form.push(("v".into(), b"ankidroid,2.15,linux".to_vec()));
    assert_eq!(data(&device.send_form("msync/begin", &form))["usn"], 0);
    assert_eq!(device.send_form("msync/begin", &device.form(None)).status, 400);
}

#[test]
fn old_clients_send_the_host_key_as_sk() {
    let server = TestServer::start();
    let device = server.client().old();
    let form = vec![
        ("c".to_owned(), b"0".to_vec()),
        ("data".to_owned(), b"{\"lastUsn\":0}".to_vec()),
        ("sk".to_owned(), device.host_key.clone().into_bytes()),
    ];
    assert_eq!(data(&device.send_form("msync/mediaChanges", &form)), json!([]));
}

#[test]
fn uploaded_files_are_listed_and_come_back() {
    let server = TestServer::start();
    let device = server.client();
    let sent = [("a.jpg", Some(&b"first"[..])), ("b.mp3", Some(b"second"))];
    assert_eq!(device.send_media(&sent), json!([2, 2]));
    let other = device.twin();
    assert_eq!(
        data(&other.media_changes(0)),
        json!([["a.jpg", 1, sha1_hex(b"first")], ["b.mp3", 2, sha1_hex(b"second")]])
    );
    let files = read_zip(&other.download_files(&["b.mp3", "a.jpg"]).body);
    assert_eq!(files["a.jpg"], b"first");
    assert_eq!(files["b.mp3"], b"second");
    let stopped = server.stop();
    let stored = media_folder(&stopped.account_folder(NAME));
    assert_eq!(stored.keys().collect::<Vec<_>>(), ["a.jpg", "b.mp3"]);
}

#[test]
fn old_clients_sync_media_too() {
    let server = TestServer::start();
    let device = server.client().old();
    assert_eq!(device.send_media(&[("a.jpg", Some(b"first"))]), json!([1, 1]));
    assert_eq!(data(&device.media_changes(0)), json!([["a.jpg", 1, sha1_hex(b"first")]]));
    assert_eq!(read_zip(&device.download_files(&["a.jpg"]).body)["a.jpg"], b"first");
    assert_eq!(data(&device.media_sanity(1)), "OK");
}

#[test]
fn only_changes_raise_the_usn_but_every_entry_is_counted() {
    let server = TestServer::start();
    let device = server.client();
    for (what, file, expected) in [
        ("an unknown file deleted", ("a", None), json!([1, 0])),
        ("added", ("a", Some(&b"1"[..])), json!([1, 1])),
        ("the same again", ("a", Some(b"1")), json!([1, 1])),
        ("replaced", ("a", Some(b"22")), json!([1, 2])),
        ("deleted", ("a", None), json!([1, 3])),
        ("deleted again", ("a", None), json!([1, 3])),
        ("added again", ("a", Some(b"22")), json!([1, 4])),
    ] {
        assert_eq!(device.send_media(&[file]), expected, "{what}");
    }
    assert_eq!(data(&device.media_changes(0)), json!([["a", 4, sha1_hex(b"22")]]));
}

#[test]
fn a_deleted_file_is_listed_without_a_hash_and_keeps_it_in_the_file() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a.jpg", Some(b"first")), ("b.jpg", Some(b"second"))]);
    assert_eq!(device.send_media(&[("a.jpg", None)]), json!([1, 3]));
    assert_eq!(
        data(&device.media_changes(0)),
        json!([["b.jpg", 2, sha1_hex(b"second")], ["a.jpg", 3, ""]])
    );
    device.download_files(&["a.jpg"]).refused(409);
    let stopped = server.stop();
    let folder = stopped.account_folder(NAME);
    assert_eq!(media_folder(&folder).keys().collect::<Vec<_>>(), ["b.jpg"]);
    let db = rusqlite::Connection::open(folder.join("media.db")).unwrap();
    let row = db
        .query_row("SELECT hex(csum), size, usn FROM media WHERE fname = 'a.jpg'", [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })
        .unwrap();
    assert_eq!(row, (sha1_hex(b"first").to_uppercase(), 0, 3));
    let totals: String = db
        .query_row(
            "SELECT last_usn || ' ' || total_bytes || ' ' || total_nonempty_files FROM meta",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(totals, "3 6 1");
}

#[test]
fn changes_come_in_pages_of_1000_by_ascending_usn() {
    let server = TestServer::start();
    let device = server.client();
    let names: Vec<String> = (0..1025).map(|i| format!("{:04}.txt", 2000 - i)).collect();
    for group in names.chunks(25) {
        let files: Vec<(&str, Option<&[u8]>)> =
            group.iter().map(|name| (name.as_str(), Some(name.as_bytes()))).collect();
        device.send_media(&files);
    }
    let first = data(&device.media_changes(0));
    let first = first.as_array().unwrap();
    assert_eq!(first.len(), 1000);
    let usns: Vec<i64> = first.iter().map(|entry| entry[1].as_i64().unwrap()).collect();
    assert_eq!(usns, (1..=1000).collect::<Vec<_>>());
    let rest = data(&device.media_changes(usns[999]));
    assert_eq!(rest.as_array().unwrap().len(), 25);
    assert_eq!(data(&device.media_changes(1025)), json!([]));
    assert_eq!(data(&device.media_sanity(1025)), "OK");
}

#[test]
fn a_download_is_cut_after_the_file_that_passes_the_target() {
    let server = TestServer::start();
    let device = server.client();
    let mega = |byte: u8| vec![byte; 1024 * 1024];
    for name in ["a", "b", "c", "d"] {
        device.send_media(&[(name, Some(&mega(name.as_bytes()[0])))]);
    }
    let answer = device.download_files(&["d", "c", "b", "a"]);
    assert_eq!(answer.status, 200);
    let files = read_zip(&answer.body);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["b", "c", "d"]);
    assert_eq!(files["d"], mega(b'd'));
    let entries = zip::ZipArchive::new(std::io::Cursor::new(&answer.body)).unwrap();
    let mut names: Vec<_> = entries.file_names().map(Result::unwrap).collect();
    names.sort();
    assert_eq!(names, ["0", "1", "2", "_meta"]);
    assert!(answer.body.len() > 3 * 1024 * 1024, "stored, not compressed");
}

#[test]
fn at_most_25_files_are_asked_for_at_once() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a", Some(b"1"))]);
    device.download_files(&["a"; 26]).refused(400);
    assert_eq!(device.download_files(&[]).status, 200);
    device.json("msync/downloadFiles", &json!({"files": "a"})).refused(400);
    device.json("msync/downloadFiles", &json!({})).refused(400);
}

#[test]
fn an_unknown_file_is_409() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a", Some(b"1"))]);
    device.download_files(&["a", "b"]).refused(409);
    device.download_files(&["../collection.anki2"]).refused(409);
    device.download_files(&["A"]).refused(409);
}

#[test]
fn a_file_that_vanished_from_the_disk_is_forgotten_without_a_deletion() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a", Some(b"1")), ("b", Some(b"22"))]);
    std::fs::remove_file(server.account_folder(NAME).join("media/a")).unwrap();
    device.download_files(&["a", "b"]).refused(409);
    assert_eq!(data(&device.media_changes(0)), json!([["b", 2, sha1_hex(b"22")]]));
    assert_eq!(data(&device.media_sanity(1)), "OK");
    assert_eq!(read_zip(&device.download_files(&["b"]).body)["b"], b"22");
    assert_eq!(device.send_media(&[("a", Some(b"1"))]), json!([1, 3]), "it can be sent again");
}

#[test]
fn media_sanity_compares_the_number_of_files() {
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(data(&device.media_sanity(0)), "OK");
    device.send_media(&[("a", Some(b"1")), ("b", Some(b"2"))]);
    device.send_media(&[("b", None)]);
    assert_eq!(data(&device.media_sanity(1)), "OK");
    assert_eq!(data(&device.media_sanity(2)), "mediaSanity");
    device.json("msync/mediaSanity", &json!({"local": -1})).refused(400);
    device.json("msync/mediaSanity", &json!({"local": "1"})).refused(400);
}

#[test]
fn media_requests_need_a_known_key_first() {
    let server = TestServer::start();
    let mut stranger = server.client();
    stranger.host_key = "unknown".into();
    stranger.media_begin().refused(403);
    stranger.upload_changes(b"no zip").refused(403);
    stranger.post("msync/mediaChanges", b"{").refused(403);
    stranger.framing = Framing::Multipart;
    stranger.media_begin().refused(403);
}

#[test]
fn media_of_two_accounts_are_apart() {
    let server = TestServer::builder().empty_account(NAME).empty_account("ben").start();
    let anna = server.client();
    let ben = server.log_in("ben");
    anna.send_media(&[("a", Some(b"1"))]);
    assert_eq!(data(&ben.media_begin())["usn"], 0);
    assert_eq!(data(&ben.media_changes(0)), json!([]));
    ben.download_files(&["a"]).refused(409);
}

#[test]
fn media_survive_a_restart() {
    let server = TestServer::start();
    server.client().send_media(&[("a", Some(b"1")), ("b", Some(b"2"))]);
    let server = server.stop().restart();
    let device = server.client();
    assert_eq!(data(&device.media_begin())["usn"], 2);
    assert_eq!(read_zip(&device.download_files(&["b"]).body)["b"], b"2");
}

#[test]
fn media_survive_a_crash_after_the_answer() {
    let server = TestServer::start();
    server.client().send_media(&[("a", Some(b"1")), ("b", Some(b"2"))]);
    let server = server.as_after_a_crash().restart();
    let device = server.client();
    assert_eq!(data(&device.media_sanity(2)), "OK");
    assert_eq!(read_zip(&device.download_files(&["a", "b"]).body).len(), 2);
}

#[test]
fn media_go_on_during_a_collection_sync() {
    let server = TestServer::start();
    let device = server.client();
    device.start(sync_tests::SEED_USN).ok();
    device.send_media(&[("a", Some(b"1"))]);
    assert_eq!(data(&device.media_sanity(1)), "OK");
    device.finish().ok();
}

/// The layout before 2023, which the official server upgrades as well.
#[test]
fn a_media_database_of_the_older_layout_is_upgraded() {
    let server = TestServer::start();
    let stopped = server.stop();
    let folder = stopped.account_folder(NAME);
    std::fs::create_dir_all(folder.join("media")).unwrap();
    std::fs::write(folder.join("media/a"), b"1").unwrap();
    for old in ["media.db", "media.db-wal", "media.db-shm"] {
        let _ = std::fs::remove_file(folder.join(old));
    }
    let db = rusqlite::Connection::open(folder.join("media.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE media (fname text NOT NULL PRIMARY KEY, csum blob, sz int NOT NULL,
             usn int NOT NULL, deleted int NOT NULL);
         CREATE INDEX ix_usn ON media (usn);
         CREATE TABLE meta (usn int NOT NULL, sz int NOT NULL);
         INSERT INTO meta VALUES (7, 1);
         PRAGMA user_version = 3;",
    )
    .unwrap();
    let csum = Sha1::digest(b"1").to_vec();
    db.execute("INSERT INTO media VALUES ('a', ?, 1, 7, 1234)", [&csum]).unwrap();
    db.execute("INSERT INTO media VALUES ('gone', NULL, 0, 6, 1234)", []).unwrap();
    db.execute("INSERT INTO media VALUES ('deleted', ?, 0, 5, 1234)", [&csum]).unwrap();
    drop(db);
    let server = stopped.restart();
    let device = server.client();
    assert_eq!(
        data(&device.media_changes(0)),
        json!([["deleted", 5, ""], ["a", 7, sha1_hex(b"1")]])
    );
    assert_eq!(data(&device.media_sanity(1)), "OK");
    assert_eq!(device.send_media(&[("b", Some(b"2"))]), json!([1, 8]));
}
