#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::super::test_collection::TestCollection;
use super::*;

const NOW: TimestampSecs = TimestampSecs(1_795_400_000);

fn changes(mut value: Value) -> UnchunkedChanges {
    for (key, default) in [("models", json!([])), ("decks", json!([[], []])), ("tags", json!([]))] {
        value.as_object_mut().unwrap().entry(key).or_insert(default);
    }
    serde_json::from_value(value).unwrap()
}

fn config_keys(collection: &TestCollection) -> i64 {
    collection.value("SELECT count() FROM config")
}

#[test]
fn config_and_creation_time_are_sent_to_the_older_side_only() {
    let mut collection = TestCollection::in_sync();
    let sent = serde_json::to_value(collection.pending_changes(Usn(100), false).unwrap()).unwrap();
    assert_eq!(sent, json!({"models": [], "decks": [[], []], "tags": []}));

    let sent = collection.pending_changes(Usn(100), true).unwrap();
    assert_eq!(sent.config.unwrap().len() as i64, config_keys(&collection));
    assert_eq!(sent.created, Some(collection.stamps().unwrap().created));
}

#[test]
fn received_config_and_creation_time_replace_the_stored_ones() {
    let mut collection = TestCollection::in_sync();
    let received = changes(json!({"conf": {"only": 1}, "crt": 1_600_000_000}));
    collection.apply_changes(received, Usn(1), NOW).unwrap();
    assert_eq!(config_keys(&collection), 1);
    assert_eq!(collection.stamps().unwrap().created, TimestampSecs(1_600_000_000));
}

#[test]
fn no_config_changes_nothing() {
    let mut collection = TestCollection::in_sync();
    let before = (config_keys(&collection), collection.stamps().unwrap());
    let received = changes(json!({"conf": null, "crt": null}));
    collection.apply_changes(received, Usn(1), NOW).unwrap();
    assert_eq!((config_keys(&collection), collection.stamps().unwrap()), before);
}

#[test]
fn an_empty_config_leaves_a_collection_that_still_syncs() {
    let mut collection = TestCollection::in_sync();
    collection.apply_changes(changes(json!({"conf": {}})), Usn(1), NOW).unwrap();
    assert_eq!(config_keys(&collection), 0);
    collection.roll_over_day(Usn(2), NOW).unwrap();
    let sent = collection.pending_changes(Usn(1), true).unwrap();
    assert!(sent.config.is_some());
}

#[test]
fn received_objects_of_all_kinds_are_pending_for_others() {
    let mut collection = TestCollection::in_sync();
    collection.run("UPDATE notetypes SET usn = 0; UPDATE decks SET usn = 0");
    let mut deck = collection.pending_changes(Usn(0), false).unwrap();
    // The stored objects again, with a usn that must not matter.
    for notetype in &mut deck.notetypes {
        notetype.usn = Usn(-1);
    }
    for deck in &mut deck.decks.decks {
        deck.common_mut().usn = Usn(-1);
    }
    for config in &mut deck.decks.config {
        config.usn = Usn(-1);
    }
    deck.tags = vec!["tag".into()];
    let counts = (deck.notetypes.len(), deck.decks.decks.len(), deck.decks.config.len());
    collection.apply_changes(deck, Usn(5), NOW).unwrap();
    let sent = collection.pending_changes(Usn(5), false).unwrap();
    assert_eq!((sent.notetypes.len(), sent.decks.decks.len(), sent.decks.config.len()), counts);
    assert!(counts.0 > 0 && counts.1 > 0 && counts.2 > 0);
    assert_eq!(sent.tags, ["tag"]);
}

#[test]
fn nothing_is_changed_without_a_sync() {
    let mut collection = TestCollection::new();
    collection.pending_changes(Usn(0), true).unwrap_err();
    collection.apply_changes(changes(json!({"tags": ["a"]})), Usn(1), NOW).unwrap_err();
    assert_eq!(collection.value::<i64>("SELECT count() FROM tags"), 0);
}

#[test]
fn a_partner_at_minus_1_gets_what_is_marked_as_unsent() {
    let mut collection = TestCollection::in_sync();
    collection.run(
        "UPDATE decks SET usn = -1; UPDATE deck_config SET usn = -1;
         UPDATE notetypes SET usn = -1 WHERE name = 'Basic'",
    );
    let changes = collection.pending_changes(Usn(-1), false).unwrap();
    assert_eq!(changes.notetypes.len(), 1);
    assert_eq!((changes.decks.decks.len(), changes.decks.config.len()), (1, 1));
    collection.run("UPDATE decks SET usn = 4; UPDATE deck_config SET usn = 4");
    let changes = collection.pending_changes(Usn(-1), false).unwrap();
    assert_eq!((changes.decks.decks.len(), changes.decks.config.len()), (0, 0));
}

#[test]
fn odd_values_in_the_tables_are_coerced() {
    let mut collection = TestCollection::in_sync();
    collection.run(
        "UPDATE decks SET name = CAST(name AS blob), mtime_secs = 1.5, usn = 5e9;
         UPDATE deck_config SET name = 5, mtime_secs = 'x', usn = 3.7;
         UPDATE notetypes SET mtime_secs = 2.5, config = CAST('' AS text);
         UPDATE fields SET name = CAST(name AS blob)",
    );
    let changes = collection.pending_changes(Usn(0), true).unwrap();
    assert_eq!(changes.notetypes.len(), 6);
    assert_eq!(changes.notetypes[0].modified, 2);
    assert_eq!(changes.decks.decks[0].common().name, "Default");
    assert_eq!(changes.decks.decks[0].common().usn, Usn(i32::MAX));
    assert_eq!(changes.decks.config[0].usn, Usn(3));
    let basic = collection.basic();
    assert_eq!(collection.notetype_shape(basic).unwrap().unwrap().field_count, 2);
}

fn large_deck(id: i64, usn: i32) -> UnchunkedChanges {
    let mut deck = json!({
        "id": id, "mod": 1, "name": format!("deck {id}"), "usn": usn, "lrnToday": [0, 0],
        "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0], "collapsed": false,
        "desc": "", "dyn": 0, "conf": 1, "extendNew": 0, "extendRev": 0,
    });
    deck["desc"] = "x".repeat(12_000_000).into();
    changes(json!({"decks": [[deck], []]}))
}

#[test]
fn changes_that_add_up_to_more_than_any_collection_has_are_refused() {
    let mut collection = TestCollection::in_sync();
    collection.apply_changes(large_deck(10, 1), Usn(1), NOW).unwrap();
    collection.apply_changes(large_deck(10, 2), Usn(2), NOW).unwrap();
    collection.apply_changes(large_deck(11, 2), Usn(2), NOW).unwrap();
    let refused = collection.apply_changes(large_deck(12, 3), Usn(3), NOW);
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
}

#[test]
fn what_is_not_written_is_not_looked_at_again() {
    let mut collection = TestCollection::in_sync();
    collection.run("UPDATE config SET val = zeroblob(17000000) WHERE KEY = 'sortType'");
    collection.apply_changes(changes(json!({"tags": ["a"]})), Usn(1), NOW).unwrap();
    let large = json!({"conf": {"a": "x".repeat(17_000_000)}});
    let refused = collection.apply_changes(changes(large), Usn(1), NOW);
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
}

#[test]
fn more_names_than_any_collection_has_are_refused_before_any_is_looked_for() {
    let mut collection = TestCollection::in_sync();
    let tags: Vec<_> = (0..3000).map(|n| format!("{n}{}", "x".repeat(12_000))).collect();
    let refused = collection.apply_changes(changes(json!({"tags": tags})), Usn(1), NOW);
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
    assert_eq!(collection.value::<i64>("SELECT count() FROM tags"), 0);
}
