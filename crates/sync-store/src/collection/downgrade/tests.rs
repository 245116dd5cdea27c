#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use serde_json::{Value, json};
use sync_protocol::{TimestampMillis, Usn};
use tempfile::TempDir;

use super::*;
use crate::collection::{CollectionStore, check_upload};

const NOW: TimestampMillis = TimestampMillis(1_795_398_217_500);

/// A downgraded collection; the folder goes with the value.
struct Downgraded {
    db: Connection,
    file: PathBuf,
    _folder: TempDir,
}

/// Makes a new collection, changes it and downgrades it.
fn downgraded(sql: &str) -> Result<Downgraded, StoreError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("collection.anki2");
    let store = CollectionStore::open(&file, NOW).unwrap();
    store.db.execute_batch(sql).unwrap();
    store.close().unwrap();
    downgrade_to_schema_11(&file)?;
    // Without the collation `unicase`: nothing in schema 11 needs it.
    let db = Connection::open(&file).unwrap();
    Ok(Downgraded { db, file, _folder: folder })
}

impl Downgraded {
    fn json(&self, column: &str) -> Value {
        let text: String =
            self.db.query_row(&format!("SELECT {column} FROM col"), [], |row| row.get(0)).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

#[test]
fn a_normal_deck_becomes_legacy_json() {
    let file = downgraded(
        "INSERT INTO decks VALUES (1795398217445, 'Foo' || char(31) || 'bar', 1795398217, -1,
           x'08011001fa0f197b22637573746f6d4b6579223a7b2261223a5b312c325d7d7d',
           x'0a210801220e68656c6c6f203c623e783c2f623e280138074204080310055552b85e3f')",
    )
    .unwrap();
    assert_eq!(
        file.json("decks")["1795398217445"],
        json!({
            "id": 1_795_398_217_445_i64, "mod": 1_795_398_217, "name": "Foo::bar", "usn": -1,
            "lrnToday": [0, 0], "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0],
            "collapsed": true, "browserCollapsed": true, "desc": "hello <b>x</b>", "md": true,
            "dyn": 0, "customKey": {"a": [1, 2]}, "conf": 1, "extendNew": 0, "extendRev": 0,
            "reviewLimit": null, "newLimit": 7, "reviewLimitToday": {"limit": 3, "today": 5},
            "newLimitToday": null, "desiredRetention": 87
        })
    );
}

#[test]
fn a_filtered_deck_becomes_legacy_json() {
    let file = downgraded(
        "INSERT INTO decks VALUES (1795398217450, 'Filt', 1795398217, -1, x'08011001',
           x'122d120e0a086465636b3a466f6f10371806120c0a0669733a647565100a18011a080000c03f0000204128d804383d')",
    )
    .unwrap();
    assert_eq!(
        file.json("decks")["1795398217450"],
        json!({
            "id": 1_795_398_217_450_i64, "mod": 1_795_398_217, "name": "Filt", "usn": -1,
            "lrnToday": [0, 0], "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0],
            "collapsed": true, "browserCollapsed": true, "desc": "", "dyn": 1, "resched": false,
            "terms": [["deck:Foo", 55, 6], ["is:due", 10, 1]], "separate": true,
            "delays": [1.5, 10.0], "previewDelay": 0, "previewAgainSecs": 61,
            "previewHardSecs": 600, "previewGoodSecs": 0
        })
    );
}

#[test]
fn a_deck_config_becomes_legacy_json() {
    let other =
        hex::encode(r#"{"rev":{"yyy":"s"},"top":3.5,"new":{"zzz":1},"lapse":{"xxx":null}}"#);
    let blob = format!(
        "0a080000803f00002841120400002041221c0000803f0000803f0000803f0000803f0000803f0000803f\
         0000803f3208cdcccc3dcdcc4c3e481450c8015d66661640656666a63f6d9a99993f7d0000803f8001949d02\
         880101900101980104a80101b00108c0013cad026666663fc5026666663fe00201fa0f42{other}"
    );
    let file = downgraded(&format!(
        "UPDATE deck_config SET mtime_secs = 1795398217, usn = -1, config = x'{blob}'"
    ))
    .unwrap();
    assert_eq!(
        file.json("dconf")["1"],
        json!({
            "id": 1, "mod": 1_795_398_217, "name": "Default", "usn": -1, "maxTaken": 60,
            "autoplay": true, "timer": 0, "replayq": true,
            "new": {"bury": false, "delays": [1.0, 10.5], "initialFactor": 2350,
                    "ints": [1, 4, 0], "order": 1, "perDay": 20, "zzz": 1},
            "rev": {"bury": false, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200,
                    "hardFactor": 1.2, "yyy": "s"},
            "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1,
                      "mult": 0.0, "xxx": null},
            "dyn": false, "newMix": 0, "newPerDayMinimum": 0, "interdayLearningMix": 0,
            "reviewOrder": 0, "newSortOrder": 0, "newGatherPriority": 0,
            "buryInterdayLearning": false, "fsrsWeights": [], "fsrsParams5": [],
            "fsrsParams6": [0.1, 0.2], "desiredRetention": 0.9, "ignoreRevlogsBeforeDate": "",
            "easyDaysPercentages": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
            "stopTimerOnAnswer": false, "secondsToShowQuestion": 0.0,
            "secondsToShowAnswer": 0.0, "questionAction": 0, "answerAction": 0,
            "waitForAudio": true, "sm2Retention": 0.9, "weightSearch": "", "top": 3.5
        })
    );
}

#[test]
fn settings_tags_and_notetypes_become_legacy_json() {
    let file = downgraded(
        "INSERT INTO config VALUES ('x', 5, 5, '{\"a\":12345678901234567890}');
         UPDATE config SET val = CAST(val AS blob);
         INSERT INTO tags VALUES ('a::b', 5, 0, NULL);",
    )
    .unwrap();
    assert_eq!(file.json("conf")["x"], json!({"a": 12_345_678_901_234_567_890_u64}));
    assert_eq!(file.json("conf")["creationOffset"], Value::Null);
    assert_eq!(file.json("tags"), json!({"a::b": 5}));
    let basic = &file.json("models")[NOW.0.to_string()];
    assert_eq!(basic["req"], json!([[0, "any", [0]]]));
    assert_eq!(basic["flds"][1]["ord"], 1);
    assert_eq!(basic["did"], Value::Null);
    assert_eq!(file.json("models").as_object().unwrap().len(), 6);
}

#[test]
fn the_file_has_the_tables_of_schema_11_and_the_old_journal() {
    let file = downgraded("INSERT INTO graves VALUES (5, 2, 7)").unwrap();
    let tables: String = file
        .db
        .query_row(
            "SELECT group_concat(name) FROM
               (SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(
        tables,
        "cards,col,graves,ix_cards_nid,ix_cards_sched,ix_cards_usn,ix_notes_csum,ix_notes_usn,\
         ix_revlog_cid,ix_revlog_usn,notes,revlog"
    );
    let graves: (i64, i64, i64) = file
        .db
        .query_row("SELECT * FROM graves", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!(graves, (7, 5, 2), "usn, oid, type");
    let header = std::fs::read(&file.file).unwrap();
    assert_eq!(header[18..20], [1, 1], "no write-ahead log");
    let files = std::fs::read_dir(file.file.parent().unwrap()).unwrap().count();
    assert_eq!(files, 1);
}

#[test]
fn going_down_and_up_again_changes_nothing_that_schema_11_can_hold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("collection.anki2");
    let content = |store: &CollectionStore| {
        (
            store.pending_notetypes(Usn(0)).unwrap(),
            store.pending_decks(Usn(0)).unwrap(),
            store.pending_deck_configs(Usn(0)).unwrap(),
        )
    };
    let store = CollectionStore::open(&file, NOW).unwrap();
    let before = content(&store);
    store.close().unwrap();
    downgrade_to_schema_11(&file).unwrap();
    let store = CollectionStore::open(&file, NOW).unwrap();
    assert_eq!(content(&store), before);
}

#[test]
fn unreadable_settings_are_left_out_as_in_a_sync() {
    let file = downgraded("INSERT INTO config VALUES ('x', 0, 0, x'7b')").unwrap();
    let settings = file.json("conf");
    assert!(settings.get("x").is_none() && settings.get("schedVer").is_some(), "{settings}");
}

#[test]
fn what_a_real_old_client_wrote_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("collection.anki2");
    std::fs::copy(crate::collection::full::tests::fixture("schema-11-from-2.1.50.anki2"), &file)
        .unwrap();
    let read = |column: &str| -> Value {
        let db = Connection::open(&file).unwrap();
        let text: String =
            db.query_row(&format!("SELECT {column} FROM col"), [], |row| row.get(0)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let columns = ["conf", "models", "decks", "dconf"];
    let before = columns.map(read);
    check_upload(&file, NOW).unwrap();
    downgrade_to_schema_11(&file).unwrap();
    for (mut before, column) in before.into_iter().zip(columns) {
        if column == "dconf" {
            // Too low, and repaired by the upgrade.
            before["1795463913659"]["new"]["initialFactor"] = 2500.into();
        }
        assert_contains(&read(column), &before, column);
    }
}

/// Keys that the old client did not know may have been added; usns of rows that
/// were never sent have changed.
fn assert_contains(after: &Value, before: &Value, path: &str) {
    match (after, before) {
        (Value::Object(after), Value::Object(before)) => {
            for (key, value) in before.iter().filter(|(key, _)| *key != "usn") {
                let after = after.get(key).unwrap_or_else(|| panic!("{path}.{key} is lost"));
                assert_contains(after, value, &format!("{path}.{key}"));
            }
        }
        (Value::Array(after), Value::Array(before)) => {
            assert_eq!(after.len(), before.len(), "{path}");
            for (after, before) in after.iter().zip(before) {
                assert_contains(after, before, path);
            }
        }
        _ => assert_eq!(after, before, "{path}"),
    }
}

#[test]
fn tables_of_others_are_in_nobodys_way() {
    let sql = "CREATE TABLE graves_18 (x);
         CREATE TABLE kept (x);
         INSERT INTO graves (oid, type, usn) VALUES (5, 1, 7)";
    let file = downgraded(sql).unwrap();
    let grave: (i64, i64, i64) =
        file.db.query_row("SELECT usn, oid, type FROM graves", [], |row| row.try_into()).unwrap();
    assert_eq!(grave, (7, 5, 1));
}
