//! The comparison of counts before the end. Conformance cases 91 to 94.

use serde_json::{Value, json};
use sync_tests::{SEED_MODIFIED, SEED_USN, TestServer, card};

/// Case 91.
#[test]
fn due_counts_and_graves_are_not_compared() {
    let server = TestServer::start_with(|collection| {
        collection.add_card(1, 1000, 0);
        collection.batch("INSERT INTO graves (oid, type, usn) VALUES (1, 0, 1), (2, 0, 1)");
    });
    let device = server.client();
    device.start(SEED_USN).ok();
    let answer = device.sanity_check(&json!([[1, 2, 3], 1, 0, 0, 9, 1, 1, 1])).ok();
    let counts = json!([[0, 0, 0], 1, 0, 0, 0, 1, 1, 1]);
    assert_eq!(answer, json!({"status": "ok", "c": counts, "s": counts}));
}

/// Case 92. H-1.
#[test]
fn different_counts_end_the_sync_and_nothing_is_written_after() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    let answer = device.sanity_check(&json!([[0, 0, 0], 2, 0, 0, 0, 1, 1, 1])).ok();
    let expected = json!({
        "status": "bad",
        "c": [[0, 0, 0], 2, 0, 0, 0, 1, 1, 1],
        "s": [[0, 0, 0], 1, 0, 0, 0, 1, 1, 1]
    });
    assert_eq!(answer, expected);
    device.apply_chunk(&json!({"cards": [card(2)]})).refused(409);
    device.finish().refused(409);
    device.sanity_check(&json!([[0, 0, 0], 0, 0, 0, 0, 1, 1, 1])).refused(409);
    let meta = device.meta().ok();
    assert_eq!((&meta["mod"], &meta["usn"]), (&json!(SEED_MODIFIED), &json!(SEED_USN)));
    assert_eq!(server.stop().collection().count("cards"), 0);
}

#[test]
fn each_count_is_compared() {
    let server = TestServer::start();
    let device = server.client();
    let right = json!([[0, 0, 0], 0, 0, 0, 0, 1, 1, 1]);
    for position in [1, 2, 3, 5, 6, 7] {
        let mut wrong = right.clone();
        wrong[position] = json!(7);
        device.start(SEED_USN).ok();
        assert_eq!(device.sanity_check(&wrong).ok()["status"], "bad", "{position}");
    }
    device.start(SEED_USN).ok();
    assert_eq!(device.sanity_check(&right).ok()["status"], "ok");
    device.finish().ok();
}

/// Case 93.
#[test]
fn a_row_that_was_never_sent_fails_the_check_without_counts() {
    let unsent = [
        "INSERT INTO cards VALUES (1, 1, 1, 0, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}')",
        "INSERT INTO notes VALUES (1, 'g', 1000, 1, -1, '', 'a' || char(31), 'a', 0, 0, '')",
        "INSERT INTO revlog VALUES (1, 1, -1, 3, 1, 1, 2500, 1, 1)",
        "INSERT INTO graves (oid, type, usn) VALUES (1, 0, -1)",
        "UPDATE decks SET usn = -1",
        "UPDATE deck_config SET usn = -1",
        "INSERT INTO tags (tag, usn, collapsed) VALUES ('t', -1, 0)",
        "UPDATE notetypes SET usn = -1",
    ];
    for sql in unsent {
        let server = TestServer::start_with(|collection| collection.batch(sql));
        let device = server.client();
        device.start(SEED_USN).ok();
        let counts = json!([[9, 9, 9], 10, 10, 0, 7, 6, 1, 1]);
        let answer = device.sanity_check(&counts).ok();
        assert_eq!(answer, json!({"status": "bad", "c": counts, "s": null}), "{sql}");
        device.finish().refused(409);
    }
}

#[test]
fn config_rows_that_were_never_sent_do_not_matter() {
    let server =
        TestServer::start_with(|collection| collection.batch("UPDATE config SET usn = -1"));
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    let counts = json!([[0, 0, 0], 0, 0, 0, 0, 1, 1, 1]);
    assert_eq!(device.sanity_check(&counts).ok()["status"], "ok");
}

/// Case 94.
#[test]
fn orphans_on_both_sides_agree() {
    let server = TestServer::start_with(|collection| collection.add_card(1, 1000, 0));
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(2).with("did", 4711)]})).ok();
    let counts = json!([[0, 0, 0], 2, 0, 0, 0, 1, 1, 1]);
    assert_eq!(device.sanity_check(&counts).ok()["status"], "ok");
    device.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 2);
}

#[test]
fn malformed_counts_are_refused_and_the_sync_goes_on() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    for counts in [
        json!([[0, 0, 0], 0, 0, 0, 0, 1, 1]),
        json!([[0, 0, 0], 0, 0, 0, 0, 1, 1, 1, 1]),
        json!([[0, 0], 0, 0, 0, 0, 1, 1, 1]),
        json!([[0, 0, 0], -1, 0, 0, 0, 1, 1, 1]),
        json!([[0, 0, 0], 0.0, 0, 0, 0, 1, 1, 1]),
        json!([0, 0, 0, 0, 0, 1, 1, 1]),
        Value::Null,
    ] {
        device.sanity_check(&counts).refused(400);
    }
    let as_object = json!({"counts": {"new": 0, "learn": 0, "review": 0}, "cards": 0, "notes": 0,
        "revlog": 0, "graves": 0, "models": 1, "decks": 1, "deck_config": 1});
    assert_eq!(device.sanity_check(&as_object).ok()["status"], "ok");
    device.finish().ok();
}
