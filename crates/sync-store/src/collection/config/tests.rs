#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::super::test_collection::TestCollection;
use super::*;

const NOW: TimestampSecs = TimestampSecs(1_795_400_000);

fn object(value: serde_json::Value) -> JsonObject {
    serde_json::from_value(value).unwrap()
}

#[test]
fn received_config_replaces_all_keys() {
    let collection = TestCollection::in_sync();
    let config = object(json!({"hello": {"a": null}, "rollover": 3, "n": 1.5}));
    collection.replace_config(&config, Usn(6), NOW).unwrap();
    let mut statement =
        collection.db.prepare("SELECT KEY, usn, mtime_secs, val FROM config ORDER BY KEY").unwrap();
    let rows: Vec<(String, i64, i64, Vec<u8>)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        rows,
        [
            ("hello".into(), 6, NOW.0, br#"{"a":null}"#.to_vec()),
            ("n".into(), 6, NOW.0, b"1.5".to_vec()),
            ("rollover".into(), 6, NOW.0, b"3".to_vec()),
        ]
    );
}

#[test]
fn sent_config_is_whole_and_counts_as_sent() {
    let collection = TestCollection::in_sync();
    let config = object(json!({"a": i64::MAX, "b": [true, "x"], "": {}}));
    collection.replace_config(&config, Usn(6), NOW).unwrap();
    assert_eq!(collection.take_config().unwrap(), config);
    assert_eq!(collection.value::<i64>("SELECT max(usn) FROM config"), 0);
}

#[test]
fn a_setting_that_cannot_be_read_is_left_out() {
    let collection = TestCollection::in_sync();
    collection.run("INSERT INTO config VALUES ('bad', 0, 0, x'7b'), ('null', 0, 0, 5)");
    let config = collection.take_config().unwrap();
    assert!(!config.contains_key("bad") && !config.contains_key("null"));
    assert!(config.contains_key("sortType"), "the other keys are sent");
}

#[test]
fn a_setting_that_takes_all_memory_is_left_out() {
    let collection = TestCollection::in_sync();
    let value = format!("[{}0]", "{\"\":0},".repeat(200_000)).into_bytes();
    collection.db.execute("UPDATE config SET val = ? WHERE KEY = 'sortType'", [value]).unwrap();
    let config = collection.take_config().unwrap();
    assert!(!config.contains_key("sortType") && config.contains_key("activeDecks"));
}

#[test]
fn a_setting_of_another_type_counts_as_missing() {
    let collection = TestCollection::in_sync();
    for (value, number) in [("\"5\"", None), ("5.0", None), ("300", None), ("5", Some(5))] {
        collection.run("DELETE FROM config");
        collection
            .db
            .execute("INSERT INTO config VALUES ('rollover', 0, 0, ?)", [value.as_bytes()])
            .unwrap();
        assert_eq!(collection.config_value::<u8>("rollover").unwrap(), number, "{value}");
    }
}

#[test]
fn storing_an_equal_value_keeps_its_usn_and_time() {
    let collection = TestCollection::in_sync();
    collection.set_config_value("key", 4, Usn(1), NOW).unwrap();
    collection.set_config_value("key", 4, Usn(2), TimestampSecs(5)).unwrap();
    let select = "SELECT usn FROM config WHERE KEY = 'key'";
    assert_eq!(collection.value::<i64>(select), 1);
    collection.set_config_value("key", 5, Usn(2), NOW).unwrap();
    assert_eq!(collection.value::<i64>(select), 2);
}
