//! Deletions. Conformance cases 26 to 35.

use serde_json::{Value, json};
use sync_tests::{Outgoing, SEED_USN, TestServer, card, deck, note};

fn graves(cards: &[i64], decks: &[i64], notes: &[i64]) -> Value {
    json!({"cards": cards, "decks": decks, "notes": notes})
}

/// Case 26.
#[test]
fn start_needs_no_graves() {
    let server = TestServer::start();
    let device = server.client();
    device.json("sync/start", &json!({"minUsn": 5, "lnewer": true, "graves": null})).ok();
    device.json("sync/start", &json!({"minUsn": 5, "lnewer": true})).ok();
}

/// Case 27.
#[test]
fn graves_in_start_may_be_text() {
    let server = TestServer::start_with(|collection| {
        collection.add_card(1, 1000, 0);
        collection.add_card(2, 1000, 0);
        collection.add_note(4, 1000, 0);
    });
    let device = server.client();
    let as_text = json!({"cards": ["1"], "decks": ["2", "-3"], "notes": ["4"]});
    device.start_with_graves(SEED_USN, &as_text).ok();
    device.finish().ok();
    let collection = server.stop().collection();
    assert_eq!(collection.column::<i64>("SELECT id FROM cards"), [2]);
    assert_eq!(collection.count("notes"), 0);
    assert_eq!(
        collection.column::<String>("SELECT type || ':' || oid FROM graves ORDER BY type, oid"),
        ["0:1", "1:4", "2:-3", "2:2"]
    );
}

/// Case 27.
#[test]
fn graves_in_start_must_be_of_one_form_and_whole() {
    let server = TestServer::start_with(|collection| collection.add_card(1, 1000, 0));
    let device = server.client();
    for refused in [
        json!({"cards": ["1"], "decks": [2], "notes": []}),
        json!({"cards": [1, "1"], "decks": [], "notes": []}),
        json!({"cards": [1], "decks": []}),
        json!({"cards": [1.0], "decks": [], "notes": []}),
        json!({"cards": ["x"], "decks": [], "notes": []}),
        json!({}),
        json!([]),
    ] {
        device.start_with_graves(SEED_USN, &refused).refused(400);
    }
    let further_keys = json!({"cards": [], "decks": [], "notes": [], "more": 1});
    device.start_with_graves(SEED_USN, &further_keys).ok();
}

#[test]
fn graves_in_apply_graves_are_integers() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_graves(&json!({"cards": ["1"], "decks": [], "notes": []})).refused(400);
    device.apply_graves(&json!({"cards": [], "decks": []})).refused(400);
    device.apply_graves(&graves(&[1], &[], &[])).ok();
}

/// Case 28.
#[test]
fn start_lists_the_graves_that_the_client_does_not_know() {
    let server = TestServer::start_with(|collection| {
        collection.batch(
            "INSERT INTO graves (oid, type, usn)
             VALUES (1, 0, 4), (2, 0, 5), (3, 1, 5), (4, 2, 6), (2, 2, 7)",
        );
    });
    let device = server.client();
    let mut answer = device.start_with_graves(SEED_USN, &graves(&[50], &[51], &[52])).ok();
    answer["decks"].as_array_mut().unwrap().sort_by_key(Value::as_i64);
    assert_eq!(answer, json!({"cards": [2], "decks": [2, 4], "notes": [3]}));
}

/// Case 29.
#[test]
fn a_grave_for_something_unknown_is_kept() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_graves(SEED_USN, graves(&[7], &[8], &[9]));
    assert_eq!(device.twin().fetch(SEED_USN).graves, graves(&[7], &[8], &[9]));
}

/// Case 30. H-15.
#[test]
fn a_deck_grave_leaves_cards_and_child_decks() {
    let server = TestServer::start();
    let mut device = server.client();
    let sent = Outgoing {
        changes: Some(json!({"decks": [[deck(3000, "a"), deck(3001, "a::b")], []]})),
        chunk: Some(json!({"cards": [card(1).with("did", 3000), card(2).with("did", 3001)]})),
        ..Outgoing::default()
    };
    device.sync(SEED_USN, &sent);
    device.send_graves(SEED_USN + 1, graves(&[], &[3000], &[]));
    let collection = server.stop().collection();
    assert_eq!(collection.column::<i64>("SELECT did FROM cards ORDER BY id"), [3000, 3001]);
    assert_eq!(collection.column::<i64>("SELECT id FROM decks ORDER BY id"), [1, 3001]);
}

#[test]
fn the_default_deck_is_not_protected() {
    let server = TestServer::start();
    server.client().send_graves(SEED_USN, graves(&[], &[1], &[]));
    assert_eq!(server.stop().collection().count("decks"), 0);
}

/// Case 31.
#[test]
fn a_note_grave_leaves_its_cards() {
    let server = TestServer::start_with(|collection| {
        collection.add_note(1, 1000, 0);
        collection.add_card(1, 1000, 0);
    });
    server.client().send_graves(SEED_USN, graves(&[], &[], &[1]));
    let collection = server.stop().collection();
    assert_eq!((collection.count("notes"), collection.count("cards")), (0, 1));
}

/// Case 32.
#[test]
fn an_id_has_one_grave_of_each_type() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_graves(&graves(&[1, 1], &[], &[1])).ok();
    device.apply_graves(&graves(&[1], &[], &[1])).ok();
    device.finish().ok();
    let collection = server.stop().collection();
    assert_eq!(collection.column::<i64>("SELECT type FROM graves ORDER BY type"), [0, 1]);
}

/// Case 33. H-2.
#[test]
fn a_second_deletion_reaches_those_who_saw_the_object_come_back() {
    let server = TestServer::start_with(|collection| collection.add_card(1, 1000, 0));
    let mut first = server.client();
    let mut second = first.twin();
    first.send_graves(SEED_USN, graves(&[1], &[], &[]));
    first.send_chunk(SEED_USN + 1, json!({"cards": [card(1)]}));
    let after_return = second.fetch(SEED_USN);
    assert_eq!(after_return.cards.len(), 1);
    first.send_graves(SEED_USN + 3, graves(&[1], &[], &[]));
    assert_eq!(second.fetch(SEED_USN + 3).graves, graves(&[1], &[], &[]));
    assert_eq!(server.stop().collection().count("graves"), 1);
}

/// Case 34.
#[test]
fn a_deletion_wins_over_a_later_edit() {
    let server = TestServer::start_with(|collection| {
        collection.add_card(1, 2_000_000_000, SEED_USN);
        collection.add_note(1, 2_000_000_000, SEED_USN);
    });
    server.client().send_graves(SEED_USN, graves(&[1], &[], &[1]));
    let collection = server.stop().collection();
    assert_eq!((collection.count("notes"), collection.count("cards")), (0, 0));
}

/// Case 35.
#[test]
fn a_card_that_came_back_arrives_after_its_grave() {
    let server = TestServer::start_with(|collection| {
        collection.add_card(1, 1000, 0);
        collection.add_note(1, 1000, 0);
    });
    let mut device = server.client();
    device.send_graves(SEED_USN, graves(&[1], &[], &[1]));
    device.send_chunk(SEED_USN + 1, json!({"cards": [card(1)], "notes": [note(1)]}));
    let behind = device.twin().fetch(SEED_USN);
    assert_eq!(behind.graves, graves(&[1], &[], &[1]));
    assert_eq!(behind.cards[0][0], 1);
    assert_eq!(behind.notes[0][0], 1);
}

#[test]
fn a_message_may_hold_more_graves_than_clients_send() {
    let server = TestServer::start();
    let mut device = server.client();
    let many: Vec<i64> = (1..=3000).collect();
    device.send_graves(SEED_USN, graves(&many, &[], &[]));
    assert_eq!(device.twin().fetch(SEED_USN).graves["cards"].as_array().unwrap().len(), 3000);
}
