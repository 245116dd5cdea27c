//! Input made to do harm. What is refused message by message is in `tests/sync`;
//! here is what aims at the server as a whole.

use std::io::Write;

use serde_json::json;
use sync_tests::{
    Client, Collection, NAME, PASSWORD, SEED_MODIFIED, TestServer, collection_of_schema_11, seed,
    template, zip_of,
};

use crate::program::{self, Program};

fn server() -> (TestServer, Client) {
    let server = TestServer::start();
    let client = server.client();
    (server, client)
}

/// A gibibyte of zeros, packed by a program that writes as it goes.
fn bomb<W: Write>(mut packer: W) -> W {
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..1024 {
        packer.write_all(&zeros).unwrap();
    }
    packer
}

#[test]
fn decompression_bombs_of_both_framings_are_refused_and_take_no_memory() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.upload(&template(seed)).text();
    let zstd = bomb(zstd::Encoder::new(Vec::new(), 1).unwrap()).finish().unwrap();
    let level = flate2::Compression::fast();
    let gzip = bomb(flate2::write::GzEncoder::new(Vec::new(), level)).finish().unwrap();
    let before = program.peak_memory();
    for path in ["sync/applyChunk", "sync/meta", "msync/uploadChanges", "msync/downloadFiles"] {
        client.send_with_header(path, &client.header(), &zstd).refused(413);
    }
    let answer = client.send_with_header("sync/upload", &client.header(), &zstd);
    assert_eq!(answer.text(), "collection exceeds size limit");
    let old = client.old();
    for path in ["sync/applyChunk", "msync/uploadChanges", "msync/downloadFiles"] {
        let mut fields = old.form(None);
        fields.push(("data".into(), gzip.clone()));
        old.send_form(path, &fields).refused(413);
    }
    let mut fields = old.form(None);
    fields.push(("data".into(), gzip));
    assert_eq!(old.send_form("sync/upload", &fields).text(), "collection exceeds size limit");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("_meta", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(br#"[["a.jpg","0"]]"#).unwrap();
    zip.start_file("0", zip::write::SimpleFileOptions::default()).unwrap();
    let zip = bomb(zip).finish().unwrap().into_inner();
    for framed in [&client, &old] {
        framed.upload_changes(&zip).refused(400);
    }
    let after = program.peak_memory();
    assert!(after < before + 24 * 1024, "{before} KiB became {after} KiB");
    assert_eq!(client.meta().ok()["mod"], SEED_MODIFIED);
}

#[test]
fn json_nested_without_end_is_refused() {
    let (_server, client) = server();
    client.start_newer(0).ok();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let depth = 100_000;
        let json = format!("{{\"chunk\":{}0{}}}", open.repeat(depth), close.repeat(depth));
        // An unknown key is passed over, however deep it goes.
        let status = client.post("sync/applyChunk", json.as_bytes()).status;
        assert_eq!(status, if open == "[" { 400 } else { 200 });
        let json =
            format!("{{\"changes\":{{\"conf\":{}0{}}}}}", open.repeat(depth), close.repeat(depth));
        client.post("sync/applyChanges", json.as_bytes()).refused(400);
    }
    client.abort().ok();
}

#[test]
fn numbers_and_texts_without_end_are_refused_or_kept() {
    let (_server, mut client) = server();
    client.new_session();
    client.start_newer(0).ok();
    for number in ["1e999", "-1e999", "99999999999999999999999", "0.00000000000000000000000001"] {
        let json = format!("{{\"chunk\":{{\"done\":true,\"cards\":[[{number}]]}}}}");
        let answer = client.post("sync/applyChunk", json.as_bytes());
        assert_eq!(answer.status, 400, "{number}");
    }
}

/// Tables, columns, indexes and settings that would act by themselves.
#[test]
fn nothing_in_an_uploaded_file_acts_on_the_server() {
    let (server, client) = server();
    for (what, sql) in [
        ("a trigger", "CREATE TRIGGER t AFTER UPDATE ON col BEGIN DELETE FROM notes; END"),
        (
            "a trigger on deletion",
            "CREATE TRIGGER t BEFORE DELETE ON cards BEGIN SELECT raise(abort, 'no'); END",
        ),
        ("a view", "CREATE VIEW v AS SELECT * FROM notes"),
        (
            "a view in a table's place",
            "DROP TABLE tags; CREATE VIEW tags AS SELECT 'a' AS tag, 0 AS usn, 0 AS collapsed, NULL AS config",
        ),
        ("a virtual table", "CREATE VIRTUAL TABLE f USING fts5(x)"),
        (
            "a computed column",
            "ALTER TABLE cards ADD COLUMN more GENERATED ALWAYS AS (abs(ivl)) VIRTUAL",
        ),
    ] {
        let file = template(|collection| {
            seed(collection);
            collection.batch(sql);
        });
        let answer = client.upload(&file);
        assert!(answer.status == 200 && answer.text() != "OK", "{what}: {answer:?}");
        assert_eq!(client.meta().ok()["mod"], SEED_MODIFIED, "{what}");
    }
    drop(server);
}

/// What no program of Anki made, but does no harm once it is gone.
#[test]
fn foreign_tables_and_indexes_of_an_uploaded_file_are_gone() {
    let (server, client) = server();
    let file = template(|collection| {
        seed(collection);
        collection.add_note(1, 1000, 0);
        collection.add_card(1, 1000, 0);
        collection.batch(
            "CREATE INDEX partial ON cards (did) WHERE reps > 3;
             CREATE INDEX expression ON notes (lower(flds) || length(tags));
             CREATE TABLE other (x CHECK (x > 3), y REFERENCES cards (id) ON DELETE CASCADE);
             PRAGMA user_version = 77;
             PRAGMA application_id = 5;",
        );
    });
    assert_eq!(client.upload(&file).text(), "OK");
    let usn = client.meta().ok()["usn"].as_i64().unwrap();
    let mut client = client.twin();
    client.send_graves(usn as i32, json!({"cards": [1], "notes": [], "decks": []}));
    let stored = server.stop().collection();
    assert_eq!(stored.count("cards"), 0);
    let foreign =
        "SELECT count() FROM sqlite_master WHERE name IN ('partial', 'expression', 'other')";
    assert_eq!(stored.one::<i64>(foreign), 0);
    stored.assert_sound();
}

#[test]
fn pages_of_any_size_and_other_layouts_of_a_file_are_taken_or_refused() {
    let (server, client) = server();
    for size in [512, 1024, 65536] {
        let file = template(|collection| {
            seed(collection);
            collection.batch(&format!("PRAGMA page_size = {size}; VACUUM"));
        });
        assert_eq!(client.upload(&file).text(), "OK", "{size}");
    }
    let vacuuming = template(|collection| {
        seed(collection);
        collection.batch("PRAGMA auto_vacuum = incremental; VACUUM");
    });
    assert_eq!(client.upload(&vacuuming).text(), "OK");
    let utf16 = template(|collection| {
        seed(collection);
        collection.batch("UPDATE col SET dty = 0");
    });
    // The header's place for the encoding: a lie, as the text is UTF-8.
    let mut lying = utf16;
    lying[59] = 2;
    let answer = client.upload(&lying);
    assert!(answer.status == 200 && answer.text() != "OK", "{answer:?}");
    server.stop().collection().assert_sound();
}

#[test]
fn two_rows_of_the_collections_own_table_become_one() {
    let (server, client) = server();
    let two = |file: &Collection| {
        seed(file);
        file.batch(
            "CREATE TABLE more AS SELECT * FROM col; UPDATE more SET id = 2, usn = 99;
             INSERT INTO col SELECT * FROM more; DROP TABLE more;",
        );
    };
    assert_eq!(client.upload(&template(two)).text(), "OK");
    assert_eq!(client.old().upload(&collection_of_schema_11(&template(two))).text(), "OK");
    assert_eq!(server.stop().collection().count("col"), 1);
}

/// Zeros pack a thousandfold, so that a request far below its limit becomes this much.
#[test]
fn a_zip_whose_files_are_too_large_together_is_refused_and_leaves_nothing() {
    let (server, client) = server();
    let zeros = vec![0; 80 * 1024 * 1024];
    let files = [("a.jpg", Some(&*zeros)), ("b.jpg", Some(&*zeros)), ("c.jpg", Some(&*zeros))];
    client.upload_changes(&sync_tests::upload_zip(&files)).refused(400);
    let media = server.account_folder(NAME).join("media");
    assert_eq!(std::fs::read_dir(media).unwrap().count(), 0);
    let answer = client.upload_changes(&sync_tests::upload_zip(&files[..2]));
    assert_eq!(answer.ok()["data"], json!([2, 2]));
}

#[test]
fn a_zip_that_lies_about_sizes_is_refused_and_leaves_nothing() {
    let (server, client) = server();
    let honest = zip_of(&[("0", b"content of a file"), ("_meta", br#"[["a.jpg","0"]]"#)]);
    let signature = |mark: &[u8]| honest.windows(4).position(|window| window == mark).unwrap();
    let (local, central) = (signature(b"PK\x03\x04"), signature(b"PK\x01\x02"));
    // Sizes, packed and unpacked, and the checksum, in both places.
    let mut tried = 0;
    for at in [local + 14, local + 18, local + 22, central + 16, central + 20, central + 24] {
        for lie in [0_u32, 1, 0x7fff_ffff, u32::MAX] {
            let mut zip = honest.clone();
            zip[at..at + 4].copy_from_slice(&lie.to_le_bytes());
            let answer = client.upload_changes(&zip);
            assert!([200, 400].contains(&answer.status), "{at} {lie}: {}", answer.status);
            tried += u32::from(answer.status == 400);
        }
    }
    assert!(tried > 5, "most lies are noticed");
    // Whatever was believed, the content is that of the file.
    let usn = client.media_begin().ok()["data"]["usn"].as_i64().unwrap();
    if usn > 0 {
        let files = sync_tests::read_zip(&client.download_files(&["a.jpg"]).body);
        assert_eq!(files["a.jpg"], b"content of a file");
    }
    let media = server.account_folder(NAME).join("media");
    let left = std::fs::read_dir(media).unwrap().count();
    assert_eq!(left as i64, usn);
}

#[cfg(unix)]
#[test]
fn links_in_the_storage_folder_are_not_followed_out_of_it() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.txt"), "mine").unwrap();
    let (server, client) = server();
    client.send_media(&[("a.jpg", Some(b"a")), ("b.jpg", Some(b"b"))]);
    let media = server.account_folder(NAME).join("media");
    for name in ["a.jpg", "b.jpg"] {
        std::fs::remove_file(media.join(name)).unwrap();
        symlink(outside.path().join("secret.txt"), media.join(name)).unwrap();
    }
    client.download_files(&["a.jpg"]).refused(409);
    client.send_media(&[("b.jpg", Some(b"other")), ("a.jpg", None)]);
    // A removed account's folder is moved, not what its links lead to.
    symlink(outside.path(), server.account_folder(NAME).join("link")).unwrap();
    server.wait(server.accounts().remove(NAME)).unwrap();
    assert_eq!(std::fs::read_to_string(outside.path().join("secret.txt")).unwrap(), "mine");
}

/// A person may have whole folders on another disk in this way; what was there before stays.
#[cfg(unix)]
#[test]
fn links_in_place_of_an_accounts_own_files_lead_nowhere() {
    use std::os::unix::fs::symlink;
    for name in ["collection.anki2", "media.db", "media", "replaced"] {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("folder");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("a.jpg"), "mine").unwrap();
        let file = outside.path().join("file");
        std::fs::write(&file, "mine").unwrap();
        let server = TestServer::start();
        let client = server.client();
        let stopped = server.stop();
        let path = stopped.account_folder(NAME).join(name);
        let _ = std::fs::remove_file(&path);
        let _ = std::fs::remove_dir_all(&path);
        symlink(if name.contains('.') { &file } else { &folder }, &path).unwrap();
        let server = stopped.restart();
        let mut client = client;
        client.address = server.address();
        client.meta();
        client.upload(&template(seed));
        client.upload(&template(seed));
        client.upload_changes(&sync_tests::upload_zip(&[("a.jpg", None), ("b.jpg", Some(b"b"))]));
        client.new_session();
        client.start_newer(0);
        drop(server.stop());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine", "{name}");
        assert_eq!(std::fs::read_to_string(folder.join("a.jpg")).unwrap(), "mine", "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_waits_for_a_temporary_file_is_not_written_through() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("target");
    std::fs::write(&target, "mine").unwrap();
    let (server, client) = server();
    symlink(&target, server.account_folder(NAME).join("media.redo-1")).unwrap();
    let _ = client.upload_changes(&sync_tests::upload_zip(&[("a.jpg", Some(b"a"))]));
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "mine");
}

#[test]
fn names_that_differ_in_capitals_or_in_how_accents_are_written_are_one_account() {
    let server = TestServer::builder().empty_account("Zoë").start();
    for name in ["zoë", "ZOË", "Zoe\u{308}", "zoe\u{308}"] {
        assert!(server.add_account(name).is_err(), "{name}");
        let mut client = Client::new(server.address());
        let answer = client.log_in(name, PASSWORD).ok();
        client.host_key = answer["key"].as_str().unwrap().to_owned();
        client.upload(&template(seed)).text();
    }
    let folders: Vec<_> = std::fs::read_dir(server.account_folder(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.to_lowercase().starts_with('z'))
        .collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
}

#[test]
fn media_of_a_device_that_is_signed_out_meanwhile_do_not_come() {
    let (server, client) = server();
    client.meta().ok();
    let zip = sync_tests::upload_zip(&[("a.jpg", Some(b"a"))]);
    let body = zstd::encode_all(zip.as_slice(), 0).unwrap();
    let header = client.header();
    let mut socket = sync_tests::Socket::open(server.address());
    let length = body.len().to_string();
    socket.head(
        "POST /msync/uploadChanges",
        &[
            ("anki-sync", header.as_str()),
            ("content-length", length.as_str()),
            ("expect", "100-continue"),
        ],
    );
    // The server asks for the body once it has looked at the key.
    socket.read_some("HTTP/1.1 100 Continue\r\n\r\n".len());
    server.wait(server.accounts().sign_out_all(NAME)).unwrap();
    socket.bytes(&body);
    assert_eq!(socket.response().status, 409);
    let other = server.client();
    assert_eq!(other.media_begin().ok()["data"]["usn"], 0);
}
