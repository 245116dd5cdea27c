#![allow(clippy::unwrap_used, reason = "tests")]

use rusqlite::types::Value as SqlValue;

use super::*;
use crate::collection::CollectionStore;

const NOW: TimestampMillis = TimestampMillis(1_795_397_931_493);

fn new_collection(folder: &tempfile::TempDir) -> CollectionStore {
    CollectionStore::open(&folder.path().join("collection.anki2"), NOW).unwrap()
}

#[test]
fn the_day_of_a_new_collection_began_at_four() {
    // 2026-11-23 01:38 UTC
    let now = TimestampSecs(1_795_397_931);
    assert_eq!(day_start(now, 0).0, 1_795_320_000, "the previous day, in UTC");
    assert_eq!(day_start(now, 11 * 3600).0, 1_795_366_800, "the same day, in Sydney");
    assert_eq!(day_start(TimestampSecs(1_795_320_000), 0).0, 1_795_320_000, "4:00 sharp");
}

#[test]
fn a_new_collection_was_never_modified_and_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let store = new_collection(&folder);
    let col: Vec<SqlValue> = store
        .db
        .query_row(
            "SELECT id, mod, scm, ver, dty, usn, ls, conf, models, decks, dconf, tags FROM col",
            [],
            |row| (0..12).map(|column| row.get(column)).collect(),
        )
        .unwrap();
    let int = SqlValue::Integer;
    let empty = || SqlValue::Text(String::new());
    assert_eq!(
        col,
        [
            int(1),
            int(0),
            int(NOW.0),
            int(18),
            int(0),
            int(0),
            int(0),
            empty(),
            empty(),
            empty(),
            empty(),
            empty()
        ]
    );
}

#[test]
fn a_new_collection_has_the_official_settings() {
    let folder = tempfile::tempdir().unwrap();
    let store = new_collection(&folder);
    let rows: Vec<(String, i64, i64, String)> = store
        .db
        .prepare("SELECT KEY, usn, mtime_secs, CAST(val AS text) FROM config ORDER BY KEY")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let text: Vec<String> = rows
        .iter()
        .filter(|row| row.0 != "curModel")
        .map(|(key, usn, modified, value)| {
            assert_eq!((*usn, *modified), (0, 0), "{key}");
            format!("{key}={value}")
        })
        .collect();
    assert_eq!(
        text.join(" "),
        "activeDecks=[1] addToCur=true collapseTime=1200 creationOffset=null curDeck=1 \
         dayLearnFirst=false dueCounts=true estTimes=true newSpread=0 nextPos=1 sched2021=true \
         schedVer=2 sortBackwards=false sortType=\"noteFld\" timeLim=0"
    );
    let current = rows.iter().find(|row| row.0 == "curModel").unwrap();
    assert_eq!((current.1, current.2), (-1, NOW.as_secs().0));
    assert_eq!(current.3, NOW.0.to_string());
}

#[test]
fn a_new_collection_has_the_official_default_deck_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let store = new_collection(&folder);
    let deck: (i64, String, String, String) = store
        .db
        .query_row("SELECT id, name, hex(common), hex(kind) FROM decks", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(deck, (1, "Default".into(), "08011001".into(), "0A020801".into()));
    let config: String = store
        .db
        .query_row("SELECT lower(hex(config)) FROM deck_config", [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        config,
        "0a080000803f00002041120400002041221c0000803f0000803f0000803f0000803f0000803f0000803f\
         0000803f481450c8015d00002040656666a63f6d9a99993f7d0000803f8001949d02880101900101980104\
         a80101b00108c0013cad026666663fc5026666663fe00201"
    );
}

#[test]
fn an_opened_collection_is_held_exclusively() {
    let folder = tempfile::tempdir().unwrap();
    let _store = new_collection(&folder);
    let second = CollectionStore::open(&folder.path().join("collection.anki2"), NOW);
    assert!(matches!(second, Err(StoreError::Busy { .. })), "{second:?}");
}

#[test]
fn closing_leaves_one_complete_file_without_uncommitted_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = new_collection(&folder);
    store
        .db
        .execute_batch(
            "INSERT INTO graves VALUES (1, 0, 0); BEGIN; INSERT INTO graves VALUES (2, 0, 0)",
        )
        .unwrap();
    let path = store.path().to_owned();
    store.close().unwrap();
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["collection.anki2"]);
    let db = Connection::open(path).unwrap();
    let graves: i64 = db.query_row("SELECT sum(oid) FROM graves", [], |row| row.get(0)).unwrap();
    assert_eq!(graves, 1);
}

#[test]
fn an_empty_file_becomes_a_new_collection() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("collection.anki2"), "").unwrap();
    let store = new_collection(&folder);
    let notetypes: i64 =
        store.db.query_row("SELECT count(*) FROM notetypes", [], |row| row.get(0)).unwrap();
    assert_eq!(notetypes, 6);
}

#[test]
fn a_file_that_is_no_database_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collection.anki2");
    std::fs::write(&path, "no database ".repeat(500)).unwrap();
    let result = CollectionStore::open(&path, NOW);
    assert!(matches!(result, Err(StoreError::Corrupt { .. })), "{result:?}");
}
