//! Tags, the config and the creation time. Conformance cases 63 to 69.

use serde_json::{Value, json};
use sync_tests::{Collection, SEED_USN, TestServer};

fn stored_tags(collection: &Collection) -> Vec<String> {
    collection.column("SELECT tag || ' ' || usn || ' ' || collapsed FROM tags ORDER BY tag")
}

#[track_caller]
fn send_tags(server: &TestServer, tags: &[&str]) {
    server.client().send_changes(SEED_USN, json!({"tags": tags}));
}

/// Case 63.
#[test]
fn a_known_tag_keeps_its_spelling_and_usn() {
    let server = TestServer::start_with(|collection| {
        collection.batch("INSERT INTO tags (tag, usn, collapsed) VALUES ('foo', 3, 0)");
    });
    send_tags(&server, &["Foo", "FOO"]);
    assert_eq!(stored_tags(&server.stop().collection()), ["foo 3 0"]);
}

/// Case 64.
#[test]
fn a_new_tag_takes_the_spelling_of_its_parent() {
    let server = TestServer::start_with(|collection| {
        collection.batch("INSERT INTO tags (tag, usn, collapsed) VALUES ('a::b', 3, 0)");
    });
    send_tags(&server, &["A::B::c", "A::B::C::d::e", "x::y"]);
    let expected = ["a::b 3 0", "a::b::c 5 1", "a::b::c::d::e 5 1", "x::y 5 1"];
    assert_eq!(stored_tags(&server.stop().collection()), expected);
}

/// Case 65.
#[test]
fn tags_are_normalised() {
    let server = TestServer::start();
    send_tags(&server, &["x y", "", "e\u{301}t", "p\u{3000}q\u{7}", "::z"]);
    let collection = server.stop().collection();
    let expected = ["blank 5 1", "blank::z 5 1", "pq 5 1", "xy 5 1", "\u{e9}t 5 1"];
    assert_eq!(stored_tags(&collection), expected);
    collection.assert_sound();
}

/// Case 66.
#[test]
fn the_config_comes_only_to_the_older_side() {
    let server = TestServer::start_with(|collection| {
        collection.set_config("hello", "{\"a\":null}");
        collection.batch("UPDATE config SET usn = 2");
    });
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    let changes = device.apply_changes(&json!({})).ok();
    assert!(changes.get("conf").is_none() && changes.get("crt").is_none());
    device.abort().ok();
    device.start(SEED_USN).ok();
    let changes = device.apply_changes(&json!({})).ok();
    device.finish().ok();
    assert_eq!(changes["crt"], 1_600_000_000);
    assert_eq!(changes["conf"]["hello"], json!({"a": null}));
    let mut sent: Vec<String> = changes["conf"].as_object().unwrap().keys().cloned().collect();
    sent.sort();
    let collection = server.stop().collection();
    let mut stored: Vec<String> = collection.column("SELECT KEY FROM config");
    stored.sort();
    assert_eq!(sent, stored);
    assert_eq!(collection.one::<i32>("SELECT max(usn) FROM config"), 0);
}

/// Case 67.
#[test]
fn a_received_config_replaces_the_stored_one() {
    let server = TestServer::start_with(|collection| collection.set_config("old", "1"));
    let sent = json!({"schedVer": 2, "rollover": 4, "new": {"b": 1, "a": [2.0, null, "é"]},
        "big": 9_223_372_036_854_775_807_i64});
    let mut device = server.client();
    device.send_changes(SEED_USN, json!({"conf": sent, "crt": 1_500_000_000}));
    let collection = server.stop().collection();
    assert_eq!(
        collection.column::<String>("SELECT KEY FROM config ORDER BY KEY"),
        ["big", "new", "rollover", "schedVer"]
    );
    assert_eq!(collection.config("new").unwrap(), "{\"a\":[2.0,null,\"é\"],\"b\":1}");
    assert_eq!(collection.config("big").unwrap(), "9223372036854775807");
    assert_eq!(collection.one::<i64>("SELECT crt FROM col"), 1_500_000_000);
    assert_eq!(collection.column::<i32>("SELECT DISTINCT usn FROM config"), [SEED_USN]);
    assert!(collection.one::<i64>("SELECT min(mtime_secs) FROM config") > 1_700_000_000);
}

/// Case 68.
#[test]
fn an_empty_config_leaves_none_and_the_next_sync_works() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_changes(SEED_USN, json!({"conf": {}, "crt": 1_600_000_000}));
    device.new_session();
    device.start(SEED_USN + 1).ok();
    let changes = device.apply_changes(&json!({})).ok();
    device.finish().ok();
    let keys: Vec<&String> = changes["conf"].as_object().unwrap().keys().collect();
    // Only what the day's turn writes by itself.
    assert!(
        keys.iter().all(|key| ["lastUnburied", "rollover"].contains(&key.as_str())),
        "{keys:?}"
    );
}

/// Case 69.
#[test]
fn a_null_config_changes_nothing() {
    let server = TestServer::start_with(|collection| collection.set_config("kept", "1"));
    server.client().send_changes(SEED_USN, json!({"conf": null, "crt": null}));
    let collection = server.stop().collection();
    assert_eq!(collection.config("kept").unwrap(), "1");
    assert_eq!(collection.one::<i64>("SELECT crt FROM col"), 1_600_000_000);
}

#[test]
fn malformed_changes_are_refused_and_the_sync_goes_on() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    for changes in [
        json!({"conf": []}),
        json!({"crt": "1"}),
        json!({"crt": 1.0}),
        json!({"tags": [1]}),
        json!({"tags": null}),
        json!({"decks": [[]]}),
        json!({"decks": [[], [], []]}),
        json!({"decks": null}),
        json!({"models": {}}),
    ] {
        device.apply_changes(&changes).refused(400);
    }
    for key in ["models", "decks", "tags"] {
        let mut changes = json!({"models": [], "decks": [[], []], "tags": []});
        changes.as_object_mut().unwrap().remove(key);
        device.json("sync/applyChanges", &json!({"changes": changes})).refused(400);
    }
    device.apply_changes(&json!({"decks": {"decks": [], "config": []}, "more": 1})).ok();
    assert!(device.finish().ok().is_i64());
}

#[test]
fn pending_tags_are_sent_once() {
    let server = TestServer::start_with(|collection| {
        collection.batch(
            "INSERT INTO tags (tag, usn, collapsed) VALUES ('known', 4, 0), ('new', 5, 0), ('newer', 9, 1)",
        );
    });
    let received = server.client().fetch(SEED_USN);
    let mut tags: Vec<&Value> = received.changes["tags"].as_array().unwrap().iter().collect();
    tags.sort_by_key(|tag| tag.as_str());
    assert_eq!(tags, ["new", "newer"]);
}
