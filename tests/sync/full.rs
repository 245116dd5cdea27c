//! `upload` and `download` of the whole collection. Conformance cases 104 to 112.

use serde_json::json;
use sync_server::ServerEvent;
use sync_store::accounts::SyncKind;
use sync_tests::{
    BASIC, Collection, NAME, SEED_MODIFIED, SEED_SCHEMA_MODIFIED, SEED_USN, Socket, TestServer,
    card, collection_of_schema_11, seed, template,
};

const CORRUPT: &str = "Your upload was corrupt. Please use Check Database, or restore from backup.";
const TOO_LARGE: &str = "collection exceeds size limit";

/// A collection that differs from the seed in every stamp, with one card.
fn other_collection() -> Vec<u8> {
    template(|collection| {
        seed(collection);
        collection.add_note(1, 1000, 0);
        collection.add_card(1, 1000, 0);
        collection
            .batch("UPDATE col SET mod = 1800000000001, scm = 1800000000002, usn = 44, ls = 3");
    })
}

/// Case 104.
#[test]
fn after_an_upload_meta_tells_the_files_own_stamps() {
    let server = TestServer::start();
    let device = server.client();
    let answer = device.upload(&other_collection());
    assert_eq!(answer.text(), "OK");
    let meta = device.meta().ok();
    assert_eq!(meta["mod"], 1_800_000_000_001_i64);
    assert_eq!(meta["scm"], 1_800_000_000_002_i64);
    assert_eq!((&meta["usn"], &meta["empty"]), (&json!(44), &json!(false)));
    let collection = server.stop().collection();
    assert_eq!(collection.one::<i64>("SELECT ls FROM col"), 3);
    collection.assert_sound();
}

/// Case 105. H-4.
#[test]
fn what_is_no_collection_is_refused_and_the_old_one_stays() {
    let whole = other_collection();
    let with = |sql: &str| {
        template(|collection| {
            seed(collection);
            collection.batch(sql);
        })
    };
    let without_col = template(|collection| collection.batch("DROP TABLE col"));
    let refused: Vec<(&str, Vec<u8>)> = vec![
        ("garbage", b"this is not a database".repeat(1000)),
        ("nothing", Vec::new()),
        ("a truncated file", whole[..whole.len() / 2].to_vec()),
        ("a header alone", whole[..100].to_vec()),
        ("no col table", without_col),
        ("no col row", with("DELETE FROM col")),
        ("version 10", with("UPDATE col SET ver = 10")),
        ("version 12", with("UPDATE col SET ver = 12")),
        ("version 13", with("UPDATE col SET ver = 13")),
        ("version 19", with("UPDATE col SET ver = 19")),
        ("version 256", with("UPDATE col SET ver = 256")),
        ("a version in words", with("UPDATE col SET ver = 'eighteen'")),
        ("no cards", with("DROP TABLE cards")),
        ("no notetypes", with("DROP TABLE notetypes")),
        ("a missing column", with("ALTER TABLE notes RENAME COLUMN csum TO sum")),
        ("col alone", {
            template(|collection| {
                for table in collection.column::<String>(
                    "SELECT name FROM sqlite_master WHERE type = 'table'
                     AND name NOT LIKE 'sqlite%' AND name <> 'col'",
                ) {
                    collection.batch(&format!("DROP TABLE {table}"));
                }
            })
        }),
    ];
    let server = TestServer::start();
    let device = server.client();
    for (what, file) in refused {
        assert_eq!(device.upload(&file).text(), CORRUPT, "{what}");
        let meta = device.meta().ok();
        assert_eq!(meta["mod"], SEED_MODIFIED, "{what}");
        assert_eq!(meta["scm"], SEED_SCHEMA_MODIFIED, "{what}");
    }
    server.stop().collection().assert_sound();
}

/// Case 105.
#[test]
fn a_damaged_page_is_noticed() {
    let mut file = other_collection();
    let page = file.len() / 2 / 4096 * 4096;
    file[page..page + 4096].fill(0xaa);
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(device.upload(&file).text(), CORRUPT);
    assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
}

/// H-4.
#[test]
fn rows_that_an_upload_marks_as_unsent_do_not_poison_the_sanity_check() {
    let file = template(|collection| {
        seed(collection);
        collection.add_card(1, 1000, -1);
        collection.add_note(1, 1000, -1);
        collection.batch("UPDATE decks SET usn = -1");
    });
    let server = TestServer::start();
    let device = server.client();
    match device.upload(&file).text() {
        "OK" => {
            device.start(SEED_USN).ok();
            let counts = json!([[0, 0, 0], 1, 1, 0, 0, 1, 1, 1]);
            assert_eq!(device.sanity_check(&counts).ok()["status"], "ok");
        }
        text => assert_eq!(text, CORRUPT),
    }
}

/// H-4.
#[test]
fn a_copy_of_the_replaced_collection_is_kept() {
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(device.upload(&other_collection()).text(), "OK");
    assert_eq!(device.meta().ok()["mod"], 1_800_000_000_001_i64);
    let stopped = server.stop();
    let kept: Vec<_> = std::fs::read_dir(stopped.account_folder(NAME).join("replaced"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let collection = Collection::open(&kept[0]);
    assert_eq!(collection.one::<i64>("SELECT mod FROM col"), SEED_MODIFIED);
    collection.assert_sound();
}

#[test]
fn the_three_newest_replaced_collections_are_kept() {
    let server = TestServer::start();
    let device = server.client();
    for time in 1..=5 {
        let file = template(|collection| {
            seed(collection);
            collection.run("UPDATE col SET mod = ?", [time]);
        });
        assert_eq!(device.upload(&file).text(), "OK");
    }
    let stopped = server.stop();
    let mut kept: Vec<i64> = std::fs::read_dir(stopped.account_folder(NAME).join("replaced"))
        .unwrap()
        .map(|entry| Collection::open(&entry.unwrap().path()).one("SELECT mod FROM col"))
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, [2, 3, 4]);
}

/// Case 106.
#[test]
fn an_upload_of_the_limit_or_more_is_refused_in_words() {
    const LIMIT: usize = 3 << 20;
    let server =
        TestServer::builder().account(NAME, &template(seed)).max_payload_bytes(1 << 20).start();
    for device in [server.client(), server.client().old()] {
        for size in [LIMIT, LIMIT + 1, LIMIT * 3] {
            assert_eq!(device.upload(&vec![0; size]).text(), TOO_LARGE, "{size}");
        }
        assert_eq!(device.upload(&vec![0; LIMIT - 1]).text(), CORRUPT);
        assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
    }
}

/// Beyond the limit, every later sync would be a full one.
#[test]
fn an_upload_that_the_upgrade_makes_larger_than_the_limit_is_refused_in_words() {
    const LIMIT: usize = 3 << 20;
    let server =
        TestServer::builder().account(NAME, &template(seed)).max_payload_bytes(1 << 20).start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collection.anki2");
    let schema_11 = |filler: usize| {
        let file = collection_of_schema_11(&template(|collection| {
            seed(collection);
            collection.batch(&format!(
                "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
                 INSERT INTO notes SELECT 5000 + i, i, 1000, 1, 1, '', '', '', 0, 0, '' FROM n;
                 UPDATE notes SET data = hex(zeroblob({filler} / 2)) WHERE id = 5001"
            ));
        }));
        std::fs::write(&path, file).unwrap();
        // Otherwise the new index finds room in the file.
        Collection::open(&path).batch("VACUUM");
        std::fs::read(&path).unwrap()
    };
    let device = server.client().old();
    let room = LIMIT - schema_11(0).len();
    let just_fits = schema_11(room - 16 * 1024);
    assert!(just_fits.len() < LIMIT);
    assert_eq!(device.upload(&just_fits).text(), TOO_LARGE);
    assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
    // The upgrade adds an index of the notes.
    assert_eq!(device.upload(&schema_11(room - 600 * 1024)).text(), "OK");
}

/// Case 107. H-4.
#[test]
fn an_old_upload_whose_decks_must_be_renamed_passes_the_next_sanity_check() {
    let server = TestServer::start();
    let device = server.client().old();
    let schema_11 = collection_of_schema_11(&template(|collection| {
        seed(collection);
        collection.add_card(1, 1000, 0);
        collection.batch("UPDATE cards SET factor = 1500, type = 2, queue = 2");
    }));
    // Names that are one and the same after the upgrade.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collection.anki2");
    std::fs::write(&path, schema_11).unwrap();
    let collection = Collection::open(&path);
    let mut decks: serde_json::Value =
        serde_json::from_str(&collection.one::<String>("SELECT decks FROM col")).unwrap();
    for (id, name) in [(3000, "Filt"), (3001, "FILT "), (3002, "a::::b")] {
        decks[id.to_string()] = sync_tests::deck(id, name);
        decks[id.to_string()]["usn"] = json!(0);
    }
    collection.run("UPDATE col SET decks = ?", [decks.to_string()]);
    drop(collection);
    assert_eq!(device.upload(&std::fs::read(&path).unwrap()).text(), "OK");
    device.start(SEED_USN).ok();
    let counts = json!([[0, 0, 0], 1, 0, 0, 0, 1, 4, 1]);
    assert_eq!(device.sanity_check(&counts).ok()["status"], "ok");
    device.finish().ok();
    let collection = server.stop().collection();
    assert_eq!(collection.one::<i32>("SELECT ver FROM col"), 18);
    assert_eq!(collection.one::<i32>("SELECT min(usn) FROM decks"), 0);
    let names: Vec<String> = collection.column("SELECT name FROM decks");
    assert_eq!(names.len(), 4);
    assert!(names.contains(&"a\u{1f}blank\u{1f}b".to_owned()), "{names:?}");
}

/// Case 108.
#[test]
fn an_upload_repairs_a_broken_account() {
    let server = TestServer::builder().account(NAME, b"this is not a database").start();
    let device = server.client();
    device.meta().refused(500);
    device.start(0).refused(500);
    assert_eq!(device.upload(&other_collection()).text(), "OK");
    assert_eq!(device.meta().ok()["usn"], 44);
}

/// Case 109.
#[test]
fn a_download_raises_usn_and_time_and_meta_agrees_with_the_file() {
    let server = TestServer::start();
    let device = server.client();
    let file = Collection::from_bytes(&device.download().body);
    let modified: i64 = file.one("SELECT mod FROM col");
    assert!(modified > SEED_MODIFIED);
    assert_eq!(file.one::<i32>("SELECT usn FROM col"), SEED_USN + 1);
    assert_eq!(file.one::<i64>("SELECT scm FROM col"), SEED_SCHEMA_MODIFIED);
    assert_eq!(file.one::<i64>("SELECT ls FROM col"), SEED_MODIFIED);
    file.assert_sound();
    let meta = device.meta().ok();
    assert_eq!(meta["mod"], modified);
    assert_eq!(meta["usn"], SEED_USN + 1);
    assert_eq!(meta["scm"], SEED_SCHEMA_MODIFIED);
}

#[test]
fn a_download_has_everything_that_was_committed() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_chunk(SEED_USN, json!({"cards": [card(1), card(2)]}));
    let file = Collection::from_bytes(&device.download().body);
    assert_eq!(file.count("cards"), 2);
    assert_eq!(device.fetch(SEED_USN).cards.len(), 2, "the account goes on working");
}

/// Large files have threads of their own, and those from 32 MiB on several.
#[test]
fn large_collections_arrive_whole() {
    for notes in [6, 40] {
        let server = TestServer::start_with(|collection| {
            // Noise, so that each is a megabyte when packed, too.
            collection.batch(&format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {notes})
                 INSERT INTO notes SELECT i, 'g' || i, {BASIC}, 1, 0, '',
                     hex(randomblob(512 * 1024)), '', 0, 0, '' FROM n"
            ));
        });
        let device = server.client();
        let whole = device.download();
        let received = Collection::from_bytes(&whole.body);
        received.assert_sound();
        let old = Collection::from_bytes(&device.old().download().body);
        drop(device);
        let stopped = server.stop();
        let sql = "SELECT * FROM notes ORDER BY id";
        let kept = stopped.collection().rows(sql);
        assert_eq!(kept.len(), notes);
        assert!(received.rows(sql) == kept, "{notes} MiB");
        assert!(old.rows(sql) == kept, "{notes} MiB, for an old client");
    }
}

/// Case 110. H-7.
#[test]
fn each_client_gets_the_schema_it_reads() {
    let server = TestServer::start_with(|collection| {
        collection.batch("INSERT INTO tags (tag, usn, collapsed) VALUES ('open', 2, 0)");
        collection.set_config("hello", "[1]");
        collection.batch("UPDATE config SET usn = 3, mtime_secs = 4");
    });
    let new = server.client();
    let bytes = new.download().body;
    assert_eq!(Collection::from_bytes(&bytes).one::<i32>("SELECT ver FROM col"), 18);

    let answer = new.old().download();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body[18..20], [1, 1], "journal mode delete");
    let old = Collection::from_bytes(&answer.body);
    assert_eq!(old.one::<i32>("SELECT ver FROM col"), 11);
    assert_eq!(old.one::<String>("SELECT tags FROM col"), "{\"open\":2}");
    let decks: serde_json::Value =
        serde_json::from_str(&old.one::<String>("SELECT decks FROM col")).unwrap();
    assert_eq!(decks["1"]["name"], "Default");
    assert_eq!(
        old.column::<String>("SELECT name FROM sqlite_master WHERE name = 'decks'").len(),
        0
    );
    old.assert_sound();

    let stored = server.stop().collection();
    assert_eq!(stored.one::<i32>("SELECT ver FROM col"), 18);
    assert_eq!(stored.one::<i32>("SELECT collapsed FROM tags"), 0);
    assert_eq!(
        stored.one::<String>("SELECT max(usn) || ' ' || max(mtime_secs) FROM config"),
        "3 4"
    );
    assert_eq!(stored.one::<i64>("SELECT mod FROM col"), old.one::<i64>("SELECT mod FROM col"));
}

/// Case 111.
#[test]
fn an_upload_that_breaks_off_leaves_the_old_collection() {
    let server = TestServer::start();
    let device = server.client();
    let body = zstd::encode_all(other_collection().as_slice(), 0).unwrap();
    let header = device.header();
    let headers = [("anki-sync", header.as_str()), ("transfer-encoding", "chunked")];
    for cut in [0, 1, body.len() / 2, body.len() - 1] {
        let mut socket = Socket::open(server.address());
        socket.head("POST /sync/upload", &headers);
        if cut > 0 {
            socket.chunk(&body[..cut]);
        }
        socket.hang_up();
        assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED, "{cut}");
    }
    let stopped = server.stop();
    assert_eq!(stopped.collection().one::<i64>("SELECT mod FROM col"), SEED_MODIFIED);
    let left: Vec<_> = std::fs::read_dir(stopped.account_folder(NAME))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("collection.anki2") && !name.starts_with("media"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "nothing of the broken uploads is left");
}

/// Case 111.
#[test]
fn an_upload_whose_last_chunk_is_missing_is_not_taken() {
    let server = TestServer::start();
    let device = server.client();
    let body = zstd::encode_all(other_collection().as_slice(), 0).unwrap();
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/upload",
        &[("anki-sync", header.as_str()), ("transfer-encoding", "chunked")],
    );
    // All bytes of the file, but not the end of the request.
    socket.chunk(&body);
    socket.hang_up();
    assert_eq!(server.stop().collection().one::<i64>("SELECT mod FROM col"), SEED_MODIFIED);
}

/// Case 112.
#[test]
fn a_download_during_a_sync_has_none_of_its_rows() {
    let server = TestServer::start_with(|collection| collection.add_card(1, 1000, 0));
    let active = server.client();
    active.start(SEED_USN).ok();
    active.apply_chunk(&json!({"cards": [card(2)]})).ok();
    let file = Collection::from_bytes(&active.twin().download().body);
    assert_eq!(file.column::<i64>("SELECT id FROM cards"), [1]);
    active.finish().refused(409);
    assert_eq!(server.stop().collection().count("cards"), 1);
}

#[test]
fn the_event_of_a_full_sync_counts_what_travelled() {
    let server = TestServer::start();
    let device = server.client();
    let mut events = server.events();
    let mut finished = || {
        events.wait_for(|event| match event {
            ServerEvent::SyncFinished(summary) => Some(summary.clone()),
            _ => None,
        })
    };
    assert_eq!(device.upload(&other_collection()).text(), "OK");
    let upload = finished();
    assert_eq!((upload.kind, upload.up.notes, upload.up.cards), (SyncKind::Upload, 1, 1));
    assert_eq!(device.download().status, 200);
    let download = finished();
    assert_eq!((download.kind, download.down.notes), (SyncKind::Download, 1));
}

#[test]
fn a_collection_travels_there_and_back_unchanged() {
    let server = TestServer::start();
    let device = server.client();
    let file = other_collection();
    assert_eq!(device.upload(&file).text(), "OK");
    let sent = Collection::from_bytes(&file);
    let received = Collection::from_bytes(&device.download().body);
    for table in [
        "notes",
        "cards",
        "revlog",
        "graves",
        "deck_config",
        "config",
        "fields",
        "templates",
        "notetypes",
        "decks",
    ] {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        assert_eq!(received.rows(&sql), sent.rows(&sql), "{table}");
    }
}

#[test]
fn an_old_client_uploads_and_downloads_schema_11() {
    let server = TestServer::start();
    let device = server.client().old();
    let file = collection_of_schema_11(&other_collection());
    assert_eq!(device.upload(&file).text(), "OK");
    assert_eq!(device.meta().ok()["mod"], 1_800_000_000_001_i64);
    let received = Collection::from_bytes(&device.download().body);
    let sent = Collection::from_bytes(&file);
    for table in ["notes", "cards", "revlog"] {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        assert_eq!(received.rows(&sql), sent.rows(&sql), "{table}");
    }
    for column in ["models", "decks", "dconf", "conf", "tags"] {
        let sql = format!("SELECT {column} FROM col");
        let [received, sent]: [serde_json::Value; 2] =
            [&received, &sent].map(|file| serde_json::from_str(&file.one::<String>(&sql)).unwrap());
        assert_eq!(received, sent, "{column}");
    }
}
