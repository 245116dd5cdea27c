#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::collection::test_collection::TestCollection;

const USN: Usn = Usn(7);
const NOW: TimestampSecs = TimestampSecs(5000);

fn normal(id: i64, name: &str) -> Value {
    json!({
        "id": id, "mod": 100, "name": name, "usn": -1, "lrnToday": [3, 1], "revToday": [3, 2],
        "newToday": [3, 4], "timeToday": [3, 5], "collapsed": true, "browserCollapsed": true,
        "desc": "hello", "md": true, "dyn": 0, "customKey": {"a": [1, 2]}, "conf": 9,
        "extendNew": 1, "extendRev": 2, "reviewLimit": 0, "newLimit": 7,
        "reviewLimitToday": {"limit": 3, "today": 5}, "newLimitToday": {"limit": 4, "today": 6},
        "desiredRetention": 87
    })
}

fn filtered(id: i64, name: &str) -> Value {
    json!({
        "id": id, "mod": 100, "name": name, "usn": -1, "lrnToday": [0, 0], "revToday": [0, 0],
        "newToday": [0, 0], "timeToday": [0, 0], "collapsed": false, "browserCollapsed": false,
        "desc": "", "dyn": 1, "resched": false, "terms": [["deck:a", 55, 6], ["is:due", 10, 99]],
        "separate": true, "delays": [1.5, 10.0], "previewDelay": 1, "previewAgainSecs": 61,
        "previewHardSecs": 600, "previewGoodSecs": 2
    })
}

fn merge(collection: &TestCollection, deck: Value) -> Result<(), StoreError> {
    collection.merge_decks(vec![serde_json::from_value(deck).unwrap()], USN, NOW)
}

fn stored(collection: &TestCollection, id: i64) -> Value {
    let row = DeckRow::load(&collection.db, id).unwrap().unwrap();
    serde_json::to_value(row.into_legacy()).unwrap()
}

#[test]
fn decks_of_both_kinds_come_back_as_sent_with_the_servers_usn() {
    let collection = TestCollection::new();
    for mut deck in [normal(5, "a::b"), filtered(6, "Filtered")] {
        merge(&collection, deck.clone()).unwrap();
        deck["usn"] = 7.into();
        assert_eq!(stored(&collection, deck["id"].as_i64().unwrap()), deck);
    }
}

#[test]
fn keys_that_an_older_client_left_out_are_kept() {
    let collection = TestCollection::new();
    for (deck, keys) in [
        (
            normal(5, "a"),
            vec![
                "browserCollapsed",
                "desc",
                "extendNew",
                "extendRev",
                "reviewLimit",
                "newLimit",
                "reviewLimitToday",
                "newLimitToday",
                "desiredRetention",
            ],
        ),
        (
            filtered(6, "f"),
            vec![
                "browserCollapsed",
                "delays",
                "previewDelay",
                "previewAgainSecs",
                "previewHardSecs",
                "previewGoodSecs",
            ],
        ),
    ] {
        let id = deck["id"].as_i64().unwrap();
        merge(&collection, deck.clone()).unwrap();
        let before = stored(&collection, id);
        let mut from_old_client = deck;
        for key in keys {
            from_old_client.as_object_mut().unwrap().remove(key);
        }
        merge(&collection, from_old_client).unwrap();
        assert_eq!(stored(&collection, id), before);
    }
}

#[test]
fn null_clears_a_limit_and_a_missing_md_is_false() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "a")).unwrap();
    let mut cleared = normal(5, "a");
    cleared["newLimit"] = Value::Null;
    cleared.as_object_mut().unwrap().remove("md");
    merge(&collection, cleared).unwrap();
    let got = stored(&collection, 5);
    assert_eq!((&got["newLimit"], got.get("md")), (&Value::Null, None));
}

#[test]
fn a_deck_may_change_its_kind() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "a")).unwrap();
    let mut changed = filtered(5, "a");
    changed.as_object_mut().unwrap().remove("delays");
    merge(&collection, changed).unwrap();
    assert_eq!(stored(&collection, 5)["dyn"], 1);
    assert_eq!(stored(&collection, 5)["delays"], Value::Null);
}

#[test]
fn an_older_deck_is_skipped_and_an_equally_old_one_wins() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "a")).unwrap();
    let mut older = normal(5, "older");
    older["mod"] = 99.into();
    merge(&collection, older).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "a");
    merge(&collection, normal(5, "equal")).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "equal");
}

#[test]
fn a_name_that_is_taken_gets_a_plus_and_a_new_time() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "DEFAULT")).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "DEFAULT+");
    assert_eq!(stored(&collection, 5)["mod"], 5000);
    assert_eq!(stored(&collection, 1)["name"], "Default");
}

#[test]
fn a_cleaned_name_is_no_change() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "a::::\u{1}b")).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "a::blank::b");
    assert_eq!(stored(&collection, 5)["mod"], 100);
}

#[test]
fn no_parent_is_made_for_a_child() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "parent::child")).unwrap();
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM decks"), 2);
}

#[test]
fn every_retention_in_use_comes_back() {
    let collection = TestCollection::new();
    for percent in 70..=99 {
        let mut deck = normal(5, "a");
        deck["desiredRetention"] = percent.into();
        merge(&collection, deck).unwrap();
        assert_eq!(stored(&collection, 5)["desiredRetention"], percent);
    }
    let mut fraction = normal(5, "a");
    fraction["desiredRetention"] = 0.85.into();
    merge(&collection, fraction).unwrap();
    assert_eq!(stored(&collection, 5)["desiredRetention"], Value::Null);
}

#[test]
fn filtered_decks_are_always_separate_and_without_empty_delays() {
    let collection = TestCollection::new();
    let mut deck = filtered(5, "f");
    deck["separate"] = false.into();
    deck["delays"] = json!([]);
    merge(&collection, deck).unwrap();
    assert_eq!(stored(&collection, 5)["separate"], true);
    assert_eq!(stored(&collection, 5)["delays"], Value::Null);
}

#[test]
fn keys_of_the_other_kind_stay_with_the_deck() {
    let collection = TestCollection::new();
    let mut deck = normal(5, "a");
    deck["resched"] = true.into();
    merge(&collection, deck).unwrap();
    assert_eq!(stored(&collection, 5)["resched"], true);
    let mut deck = filtered(6, "f");
    deck["conf"] = 1.into();
    merge(&collection, deck).unwrap();
    assert_eq!(stored(&collection, 6).get("conf"), None, "kept, but never sent");
    let common: Vec<u8> = collection.value("SELECT common FROM decks WHERE id = 6");
    assert!(String::from_utf8_lossy(&common).contains(r#"{"conf":1}"#));
}

#[test]
fn a_stored_float_that_json_cannot_express_is_not_sent() {
    let collection = TestCollection::new();
    merge(&collection, filtered(5, "f")).unwrap();
    let mut row = DeckRow::load(&collection.db, 5).unwrap().unwrap();
    if let DeckKind::Filtered(deck) = &mut row.kind {
        deck.delays = vec![f32::NAN, 2.0, f32::INFINITY];
    }
    row.write(&collection.db).unwrap();
    assert_eq!(stored(&collection, 5)["delays"], json!([2.0]));
}

#[test]
fn id_0_is_refused() {
    let collection = TestCollection::new();
    let result = merge(&collection, normal(0, "zero"));
    assert!(matches!(result, Err(StoreError::ZeroId { object: "deck" })));
}

#[test]
fn only_decks_since_the_usn_are_pending() {
    let collection = TestCollection::new();
    merge(&collection, normal(5, "a")).unwrap();
    assert_eq!(collection.pending_decks(Usn(7)).unwrap().len(), 1);
    assert_eq!(collection.pending_decks(Usn(0)).unwrap().len(), 2);
    assert_eq!(collection.pending_decks(Usn(8)).unwrap().len(), 0);
}

#[test]
fn an_unreadable_deck_is_named() {
    let collection = TestCollection::new();
    collection.run("UPDATE decks SET kind = ''");
    let result = collection.pending_decks(Usn(0));
    assert!(
        matches!(&result, Err(StoreError::UnreadableRow { table: "decks", row }) if row == "1"),
        "{result:?}"
    );
}
