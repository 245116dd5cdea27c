#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::collection::test_collection::TestCollection;

const USN: Usn = Usn(7);
const NOW: TimestampSecs = TimestampSecs(5000);

fn notetype(id: i64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "type": 0, "mod": 100, "usn": -1, "sortf": 1, "did": null,
        "css": ".card {}", "top": {"unknown": [1]},
        "tmpls": [
            {"name": "Card 1", "qfmt": "{{Front}}", "ord": 1, "did": 3, "bfont": "Mono",
             "bsize": 12, "id": 2_305_843_009_213_693_953_i64, "t": null},
            {"name": "Card 2", "qfmt": "{{Back}}"}
        ],
        "flds": [
            {"name": "Front", "ord": 1, "sticky": true, "rtl": false, "font": "Arial", "size": 20,
             "description": "hint", "plainText": true, "collapsed": true,
             "excludeFromSearch": true, "preventDeletion": true, "tag": 0,
             "id": -9_223_372_036_854_775_807_i64, "media": []},
            {"name": "Back", "ord": 0, "sticky": false, "rtl": true, "font": "Arial", "size": 20}
        ],
        "latexPre": "pre", "latexPost": "post", "latexsvg": true, "originalStockKind": 5,
        "originalId": 77, "req": [[0, "any", [0]], [1, "all", [0, 1]]]
    })
}

fn merge(collection: &TestCollection, notetype: Value) -> Result<(), StoreError> {
    collection.merge_notetypes(vec![serde_json::from_value(notetype).unwrap()], USN, NOW)
}

fn stored(collection: &TestCollection, id: i64) -> Value {
    let row = NotetypeRow::load(&collection.db, id).unwrap().unwrap();
    serde_json::to_value(row.into_legacy()).unwrap()
}

#[test]
fn a_notetype_comes_back_as_it_was_sent_with_the_servers_usn() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let mut expected = notetype(5, "Mine");
    expected["usn"] = 7.into();
    for (list, ord) in [("tmpls", 0), ("tmpls", 1), ("flds", 0), ("flds", 1)] {
        expected[list][ord]["ord"] = ord.into();
    }
    let got = stored(&collection, 5);
    // Keys that the sender left out are all there.
    for (key, value) in expected.as_object().unwrap() {
        if key != "tmpls" && key != "flds" {
            assert_eq!(&got[key], value, "{key}");
        }
    }
    assert_eq!(got["tmpls"][0]["did"], 3);
    assert_eq!(got["tmpls"][0]["t"], Value::Null);
    assert_eq!(got["tmpls"][0]["id"], expected["tmpls"][0]["id"], "digit for digit");
    assert_eq!(got["tmpls"][1]["did"], Value::Null);
    assert_eq!(got["tmpls"][1]["afmt"], "");
    for (key, value) in expected["flds"][0].as_object().unwrap() {
        assert_eq!(&got["flds"][0][key], value, "{key}");
    }
    assert_eq!(got["flds"][1]["tag"], Value::Null);
}

#[test]
fn positions_in_the_lists_count_not_ord() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let fields: String =
        collection.value("SELECT group_concat(ord || name) FROM fields WHERE ntid = 5");
    assert_eq!(fields, "0Front,1Back");
}

#[test]
fn keys_that_an_older_client_left_out_are_kept() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let before = stored(&collection, 5);
    let mut from_old_client = notetype(5, "Mine");
    for key in ["latexPre", "latexPost", "latexsvg", "originalStockKind", "originalId", "req"] {
        from_old_client.as_object_mut().unwrap().remove(key);
    }
    for key in [
        "description",
        "plainText",
        "collapsed",
        "excludeFromSearch",
        "preventDeletion",
        "id",
        "tag",
    ] {
        from_old_client["flds"][0].as_object_mut().unwrap().remove(key);
    }
    for key in ["did", "bfont", "bsize", "id"] {
        from_old_client["tmpls"][0].as_object_mut().unwrap().remove(key);
    }
    merge(&collection, from_old_client).unwrap();
    assert_eq!(stored(&collection, 5), before);
}

#[test]
fn null_is_not_the_same_as_left_out() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let mut cleared = notetype(5, "Mine");
    cleared["originalId"] = Value::Null;
    cleared["flds"][0]["tag"] = Value::Null;
    cleared["tmpls"][0]["did"] = Value::Null;
    merge(&collection, cleared).unwrap();
    let got = stored(&collection, 5);
    assert_eq!(got.get("originalId"), None);
    assert_eq!(got["flds"][0]["tag"], Value::Null);
    assert_eq!(got["tmpls"][0]["did"], Value::Null);
}

#[test]
fn unknown_keys_are_replaced_as_a_set() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let mut other = notetype(5, "Mine");
    other.as_object_mut().unwrap().remove("top");
    other["new"] = 1.into();
    merge(&collection, other).unwrap();
    let got = stored(&collection, 5);
    assert_eq!((got.get("top"), &got["new"]), (None, &json!(1)));
}

#[test]
fn a_stored_stale_copy_of_a_known_key_is_not_sent() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let mut row = NotetypeRow::load(&collection.db, 5).unwrap().unwrap();
    row.config.other = br#"{"css":"stale","kept":1}"#.to_vec();
    row.fields[0].config.other = b"no json".to_vec();
    row.write(&collection.db).unwrap();
    let text = serde_json::to_string(
        &NotetypeRow::load(&collection.db, 5).unwrap().unwrap().into_legacy(),
    )
    .unwrap();
    assert!(!text.contains("stale") && text.contains(r#""kept":1"#));
}

#[test]
fn an_older_notetype_is_skipped_and_an_equally_old_one_wins() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let mut older = notetype(5, "Older");
    older["mod"] = 99.into();
    older["flds"].as_array_mut().unwrap().pop();
    merge(&collection, older).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "Mine", "even with another field count");
    merge(&collection, notetype(5, "Equal")).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "Equal");
}

#[test]
fn another_number_of_fields_or_templates_needs_a_full_sync() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    for list in ["flds", "tmpls"] {
        let mut changed = notetype(5, "Mine");
        changed[list].as_array_mut().unwrap().pop();
        let result = merge(&collection, changed);
        assert!(matches!(result, Err(StoreError::NotetypeShape { id: 5 })), "{list}");
    }
}

#[test]
fn a_name_that_is_taken_gets_a_plus_and_a_new_time() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "bAsIc")).unwrap();
    merge(&collection, notetype(6, "bAsIc")).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "bAsIc+");
    assert_eq!(stored(&collection, 6)["name"], "bAsIc++");
    assert_eq!(stored(&collection, 6)["mod"], 5000);
    let basic: i64 = collection.value("SELECT count(*) FROM notetypes WHERE name = 'Basic'");
    assert_eq!(basic, 1, "the one that had the name keeps it");
}

#[test]
fn equal_names_of_fields_are_refused() {
    let collection = TestCollection::new();
    let mut twice = notetype(5, "Mine");
    twice["flds"][1]["name"] = "FRONT".into();
    let result = merge(&collection, twice);
    assert!(matches!(result, Err(StoreError::DuplicateName { notetype: 5 })), "{result:?}");
}

#[test]
fn id_0_is_refused_and_a_negative_one_stored() {
    let collection = TestCollection::new();
    assert!(matches!(
        merge(&collection, notetype(0, "Zero")),
        Err(StoreError::ZeroId { object: "notetype" })
    ));
    merge(&collection, notetype(-5, "Minus")).unwrap();
    assert_eq!(stored(&collection, -5)["name"], "Minus");
}

#[test]
fn malformed_requirements_become_none() {
    let collection = TestCollection::new();
    let mut malformed = notetype(5, "Mine");
    malformed["req"] = json!([[0, "any", [0]], [1, "some", []]]);
    merge(&collection, malformed).unwrap();
    assert_eq!(stored(&collection, 5)["req"], json!([]));
}

#[test]
fn stock_kind_0_and_no_original_id_are_not_sent() {
    let collection = TestCollection::new();
    let mut plain = notetype(5, "Mine");
    plain["originalStockKind"] = 0.into();
    plain.as_object_mut().unwrap().remove("originalId");
    merge(&collection, plain).unwrap();
    let got = stored(&collection, 5);
    assert_eq!((got.get("originalStockKind"), got.get("originalId")), (None, None));
}

#[test]
fn only_notetypes_since_the_usn_are_pending() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    let ids = |since| -> Vec<i64> {
        collection.pending_notetypes(Usn(since)).unwrap().iter().map(|n| n.id).collect()
    };
    assert_eq!(ids(7), [5]);
    assert!(ids(8).is_empty());
    assert_eq!(ids(0).len(), 7, "with the stock notetypes");
}

#[test]
fn the_shape_of_a_notetype_is_known() {
    let collection = TestCollection::new();
    merge(&collection, notetype(5, "Mine")).unwrap();
    assert_eq!(
        collection.notetype_shape(NotetypeId(5)).unwrap(),
        Some(NotetypeShape { field_count: 2, sort_field: 1 })
    );
    assert_eq!(collection.notetype_shape(NotetypeId(6)).unwrap(), None);
}
