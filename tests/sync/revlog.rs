//! The review log. Conformance cases 83 and 84.

use serde_json::json;
use sync_tests::{SEED_USN, TestServer, revlog};

/// Case 83.
#[test]
fn a_review_that_exists_is_ignored() {
    let server = TestServer::start_with(|collection| collection.add_review(1, 1, 0));
    let sent = json!({"revlog": [revlog(1, 999), revlog(2, 999)]});
    server.client().send_chunk(SEED_USN, sent);
    let collection = server.stop().collection();
    assert_eq!(collection.column::<i64>("SELECT cid FROM revlog ORDER BY id"), [1, 999]);
}

/// Case 84.
#[test]
fn the_type_of_a_review_may_be_unknown_or_missing() {
    let server = TestServer::start();
    let mut device = server.client();
    let sent = json!({"revlog": [
        revlog(1, 1).with("type", 9),
        revlog(2, 1).cut_before("type"),
        revlog(3, 1).with("type", "x"),
        revlog(4, 1).with("type", 5),
        revlog(5, 1).with("type", -1),
    ]});
    device.send_chunk(SEED_USN, sent);
    let collection = server.stop().collection();
    assert_eq!(collection.column::<i64>("SELECT type FROM revlog ORDER BY id"), [0, 0, 0, 5, 0]);
}

/// Case 84.
#[test]
fn numbers_of_a_review_are_read_loosely() {
    let server = TestServer::start();
    let mut device = server.client();
    let sent = revlog(1, 1)
        .with("time", -5)
        .with("ivl", -630.9)
        .with("lastIvl", 3_000_000_000_i64)
        .with("factor", 2500.9);
    device.send_chunk(SEED_USN, json!({"revlog": [sent]}));
    let expected = revlog(1, 1)
        .with("time", 0)
        .with("ivl", -630)
        .with("lastIvl", -1_294_967_296)
        .with("factor", 2500);
    assert_eq!(device.twin().fetch(SEED_USN).revlog[0], expected);
}

/// Case 84.
#[test]
fn a_review_has_at_least_8_elements() {
    let server = TestServer::start();
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    device.apply_chunk(&json!({"revlog": [revlog(1, 1).cut_before("time")]})).refused(400);
    device.apply_chunk(&json!({"revlog": [revlog(1, 1).and_one_more()]})).refused(400);
    for (key, value) in
        [("id", json!("1")), ("ease", json!(256)), ("ease", json!(1.0)), ("time", json!(null))]
    {
        device.apply_chunk(&json!({"revlog": [revlog(1, 1).with(key, value)]})).refused(400);
    }
    device.apply_chunk(&json!({"revlog": [revlog(1, 1).as_object()]})).ok();
    device.finish().ok();
    assert_eq!(device.twin().fetch(SEED_USN).revlog[0], revlog(1, 1));
}

#[test]
fn reviews_of_cards_that_are_gone_are_kept() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_chunk(SEED_USN, json!({"revlog": [revlog(1, 4711)]}));
    device.send_graves(SEED_USN + 1, json!({"cards": [4711], "decks": [], "notes": []}));
    assert_eq!(device.twin().fetch(SEED_USN).revlog[0], revlog(1, 4711));
}
