//! Which usn is stored, and who therefore receives what. Conformance cases 20 to 25.

use serde_json::{Value, json};
use sync_tests::{
    Outgoing, SEED_MODIFIED, SEED_USN, TestServer, card, deck, deck_config, note, notetype, revlog,
};

/// One object of each kind, as if from a client that saw `usn` in `meta`.
fn one_of_each(usn: i32) -> Outgoing {
    let with_usn = |mut object: Value| {
        object["usn"] = json!(usn);
        object
    };
    Outgoing {
        graves: Some(json!({"cards": [91], "decks": [92], "notes": [93]})),
        changes: Some(json!({
            "models": [with_usn(notetype(2000, "Mine"))],
            "decks": [[with_usn(deck(3000, "Deck"))], [with_usn(deck_config(4000, "Options"))]],
            "tags": ["tag"],
        })),
        chunk: Some(json!({
            "cards": [card(1).with("usn", usn)],
            "notes": [note(1).with("usn", usn)],
            "revlog": [revlog(1, 1).with("usn", usn)],
        })),
    }
}

#[track_caller]
fn assert_has_one_of_each(received: &sync_tests::Received) {
    assert_eq!(received.graves, json!({"cards": [91], "decks": [92], "notes": [93]}));
    assert_eq!(received.notetype(2000)["name"], "Mine");
    assert_eq!(received.deck(3000)["name"], "Deck");
    assert_eq!(received.deck_config(4000)["name"], "Options");
    assert_eq!(received.changes["tags"], json!(["tag"]));
    assert_eq!((received.cards.len(), received.notes.len(), received.revlog.len()), (1, 1, 1));
}

/// Case 20. H-6.
#[test]
fn finish_raises_the_usn_and_stamps_both_times_with_its_answer() {
    let server = TestServer::start();
    let mut device = server.client();
    let modified = device.fetch(SEED_USN).modified;
    assert!(modified > SEED_MODIFIED);
    let meta = device.meta().ok();
    assert_eq!(meta["mod"], modified);
    assert_eq!(meta["usn"], SEED_USN + 1);
    let collection = server.stop().collection();
    assert_eq!(collection.one::<i64>("SELECT ls FROM col"), modified);
    assert_eq!(collection.one::<i64>("SELECT mod FROM col"), modified);
    assert_eq!(collection.one::<i32>("SELECT usn FROM col"), SEED_USN + 1);
}

/// Case 21.
#[test]
fn the_device_that_sent_the_changes_does_not_receive_them() {
    let server = TestServer::start();
    let mut device = server.client();
    assert!(device.sync(SEED_USN, &one_of_each(SEED_USN)).is_nothing());
    assert!(device.fetch(SEED_USN + 1).is_nothing());
}

/// Case 22.
#[test]
fn every_other_device_receives_what_was_sent() {
    let server = TestServer::start();
    let mut sender = server.client();
    sender.sync(SEED_USN, &one_of_each(SEED_USN));
    let received = sender.twin().fetch(SEED_USN);
    assert_has_one_of_each(&received);
    assert_eq!(received.notetype(2000)["usn"], SEED_USN);
    assert_eq!(received.deck(3000)["usn"], SEED_USN);
    assert_eq!(received.deck_config(4000)["usn"], SEED_USN);
    assert_eq!(received.cards[0], card(1));
    assert_eq!(received.notes[0], note(1));
    assert_eq!(received.revlog[0], revlog(1, 1));
}

/// Case 23. H-3.
#[test]
fn objects_with_a_low_usn_are_still_found_by_others() {
    for usn in [-1, 0, SEED_USN - 1, SEED_USN + 1000] {
        let server = TestServer::start();
        let mut sender = server.client();
        sender.sync(SEED_USN, &one_of_each(usn));
        assert_has_one_of_each(&sender.twin().fetch(SEED_USN));
        let collection = server.stop().collection();
        for table in ["notetypes", "decks", "deck_config", "tags", "cards", "notes", "revlog"] {
            let highest = collection.one::<i32>(&format!("SELECT max(usn) FROM {table}"));
            assert_eq!(highest, SEED_USN, "{table}");
        }
    }
}

/// Case 24. H-3.
#[test]
fn a_sync_between_meta_and_start_of_another_loses_nothing() {
    let server = TestServer::start();
    let mut slow = server.client();
    let mut quick = slow.twin();
    let seen = slow.meta().ok()["usn"].as_i64().unwrap() as i32;
    quick.fetch(SEED_USN);
    slow.sync(SEED_USN, &one_of_each(seen));
    assert_has_one_of_each(&quick.fetch(SEED_USN + 1));
}

/// Case 25.
#[test]
fn a_failed_sync_changes_neither_time_nor_usn() {
    let server = TestServer::start();
    let mut device = server.client();
    let before = device.meta().ok();
    let failures: [fn(&sync_tests::Client); 3] = [
        |device| assert_eq!(device.abort().ok(), Value::Null),
        |device| device.apply_chunk(&json!({"notes": [note(1).with("mid", 7)]})).refused(400),
        |device| {
            let counts = json!([[0, 0, 0], 9, 9, 9, 9, 9, 9, 9]);
            assert_eq!(device.sanity_check(&counts).ok()["status"], "bad");
        },
    ];
    for fail in failures {
        device.new_session();
        device.start(SEED_USN).ok();
        device.apply_chunk(&json!({"cards": [card(1)]})).ok();
        fail(&device);
        let mut after = device.twin().meta().ok();
        after["ts"] = before["ts"].clone();
        assert_eq!(after, before);
    }
}
