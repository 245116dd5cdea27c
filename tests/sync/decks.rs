//! Decks, normal and filtered. Conformance cases 36 and 47 to 55.

use serde_json::{Value, json};
use sync_tests::{Client, JsonEdit, Received, SEED_USN, TestServer, deck, filtered_deck};

/// Sends decks from one device and fetches everything with another.
#[track_caller]
fn exchange(sender: &mut Client, decks: &[Value]) -> Received {
    let usn = sender.meta().ok()["usn"].as_i64().unwrap() as i32;
    sender.send_changes(usn, json!({"decks": [decks, []]}));
    sender.twin().fetch(SEED_USN)
}

/// What one deck looks like to other devices.
#[track_caller]
fn as_others_see(sent: Value) -> Value {
    let id = sent["id"].as_i64().unwrap();
    let server = TestServer::start();
    exchange(&mut server.client(), &[sent]).deck(id)
}

#[track_caller]
fn status_for(device: &Client, deck: &Value) -> u16 {
    device.start_newer(SEED_USN).ok();
    device.apply_changes(&json!({"decks": [[deck], []]})).status
}

/// Case 36.
#[test]
fn the_later_or_equally_old_deck_replaces_the_stored_one() {
    let server = TestServer::start();
    let mut device = server.client();
    for (description, modified, expected) in
        [("first", 1000, "first"), ("equal", 1000, "equal"), ("older", 999, "equal")]
    {
        let sent = deck(3000, "Deck").with("/desc", description).with("/mod", modified);
        assert_eq!(exchange(&mut device, &[sent]).deck(3000)["desc"], expected);
    }
}

/// Case 47.
#[test]
fn dyn_tells_the_kind() {
    let server = TestServer::start();
    let mut device = server.client();
    for (kind, id) in [json!(false), json!(0), json!(2)].into_iter().zip(3000..) {
        let sent = deck(id, &format!("n{id}")).with("/dyn", kind.clone());
        let received = exchange(&mut device, &[sent]).deck(id);
        assert_eq!(received["dyn"], 0, "{kind}");
        assert_eq!(received["conf"], 1, "{kind}");
    }
    for (kind, id) in [json!(true), json!(1)].into_iter().zip(3100..) {
        let sent = filtered_deck(id, &format!("f{id}")).with("/dyn", kind.clone());
        let received = exchange(&mut device, &[sent]).deck(id);
        assert_eq!(received["dyn"], 1, "{kind}");
        assert!(received.get("conf").is_none(), "{kind}");
    }
}

/// Case 47.
#[test]
fn dyn_of_a_wrong_type_is_refused() {
    let server = TestServer::start();
    let device = server.client();
    for kind in [json!("0"), json!(null), json!(1.0), json!(-1), json!(256)] {
        assert_eq!(status_for(&device, &deck(3000, "d").with("/dyn", kind.clone())), 400, "{kind}");
    }
    assert_eq!(status_for(&device, &deck(3000, "d").without("/dyn")), 400);
}

/// Case 48.
#[test]
fn names_are_cleaned_component_by_component() {
    let server = TestServer::start();
    let mut device = server.client();
    let names = [
        ("a::::b\u{7}", "a::blank::b", "a\u{1f}blank\u{1f}b"),
        ("foo:::bar", "foo::bar", "foo\u{1f}bar"),
        (" x :: :y: ", "x::y", "x\u{1f}y"),
        ("e\u{301}t", "\u{e9}t", "\u{e9}t"),
        ("", "blank", "blank"),
    ];
    for ((name, _, _), id) in names.iter().zip(3000..) {
        device.send_changes(SEED_USN, json!({"decks": [[deck(id, name)], []]}));
    }
    let received = device.twin().fetch(SEED_USN);
    for ((_, wire, _), id) in names.iter().zip(3000..) {
        let deck = received.deck(id);
        assert_eq!(deck["name"], *wire);
        assert_eq!(deck["mod"], 1000, "cleaning a name is no change");
    }
    let collection = server.stop().collection();
    for ((_, _, stored), id) in names.iter().zip(3000..) {
        let sql = format!("SELECT name FROM decks WHERE id = {id}");
        assert_eq!(collection.one::<String>(&sql), *stored);
    }
    collection.assert_sound();
}

/// Case 49.
#[test]
fn a_second_deck_of_a_name_gets_a_plus() {
    let server = TestServer::start();
    let mut device = server.client();
    let sent = [deck(3000, "DEFAULT"), deck(3001, "a::b"), deck(3002, "A::B")];
    let received = exchange(&mut device, &sent);
    let renamed = received.deck(3000);
    assert_eq!(renamed["name"], "DEFAULT+");
    assert_eq!(renamed["usn"], SEED_USN);
    assert!(renamed["mod"].as_i64().unwrap() > 1_700_000_000);
    assert_eq!(received.deck(3001)["name"], "a::b");
    assert_eq!(received.deck(3002)["name"], "A::B+");
}

/// Case 50.
#[test]
fn a_missing_parent_is_not_made() {
    let server = TestServer::start();
    server.client().send_changes(SEED_USN, json!({"decks": [[deck(3000, "a::b::c")], []]}));
    let collection = server.stop().collection();
    assert_eq!(collection.column::<i64>("SELECT id FROM decks ORDER BY id"), [1, 3000]);
}

/// Case 51.
#[test]
fn day_counters_are_folded_into_the_latest_day() {
    let received = as_others_see(
        deck(3000, "d")
            .with("/newToday", json!([5, 3]))
            .with("/revToday", json!([4, 9]))
            .with("/timeToday", json!([5, 100]))
            .with("/lrnToday", json!([9, 1])),
    );
    assert_eq!(received["newToday"], json!([5, 3]));
    assert_eq!(received["revToday"], json!([5, 0]));
    assert_eq!(received["timeToday"], json!([5, 100]));
    assert_eq!(received["lrnToday"], json!([5, 0]));
}

#[test]
fn day_counters_may_be_short_or_odd() {
    let received = as_others_see(
        deck(3000, "d")
            .with("/newToday", json!([7, 2]))
            .with("/revToday", json!([1.5, 2]))
            .with("/timeToday", json!([1]))
            .with("/lrnToday", json!([])),
    );
    assert_eq!(received["newToday"], json!([7, 2]));
    assert_eq!(received["revToday"], json!([7, 0]));
    assert_eq!(received["timeToday"], json!([7, 1]), "kept whatever its day");
    assert_eq!(received["lrnToday"], json!([7, 0]));
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(status_for(&device, &deck(3000, "d").with("/newToday", Value::Null)), 400);
}

/// Case 52.
#[test]
fn desired_retention_of_a_deck_is_a_whole_percentage() {
    for (sent, expected) in
        [(json!(85), json!(85)), (json!(0.85), json!(null)), (json!(70), json!(70))]
    {
        let received = as_others_see(deck(3000, "d").with("/desiredRetention", sent));
        assert_eq!(received["desiredRetention"], expected);
    }
}

/// Case 53.
#[test]
fn a_filtered_deck_is_always_separate_and_may_have_no_delays() {
    let sent = filtered_deck(3000, "f").with("/separate", false).with("/delays", Value::Null);
    let received = as_others_see(sent);
    assert_eq!(received["separate"], true);
    assert_eq!(received["delays"], Value::Null);
    let received = as_others_see(filtered_deck(3000, "f").with("/delays", json!([1, 2.5])));
    assert_eq!(received["delays"], json!([1.0, 2.5]));
}

/// Case 54.
#[test]
fn limits_of_searches_are_read_loosely_and_never_negative() {
    let terms = json!([["t", "5", 99], ["u", -5, 1]]);
    let received = as_others_see(filtered_deck(3000, "f").with("/terms", terms));
    assert_eq!(received["terms"], json!([["t", 5, 99], ["u", 0, 1]]));
    let server = TestServer::start();
    let device = server.client();
    for terms in [json!([["t", 5]]), json!([["t", 5.0, 1]]), json!([["t", 5, 1, 1]]), json!(null)] {
        let sent = filtered_deck(3000, "f").with("/terms", terms.clone());
        assert_eq!(status_for(&device, &sent), 400, "{terms}");
    }
}

/// Case 55.
#[test]
fn a_limit_for_today_needs_its_day() {
    let received = as_others_see(
        deck(3000, "d")
            .with("/reviewLimitToday", json!({"limit": 5}))
            .with("/newLimitToday", json!({"limit": 6, "today": 7})),
    );
    assert_eq!(received["reviewLimitToday"], Value::Null);
    assert_eq!(received["newLimitToday"], json!({"limit": 6, "today": 7}));
}

#[test]
fn every_key_of_a_normal_deck_comes_back_as_it_was_sent() {
    let sent = deck(-3000, "Parent::Child")
        .with("/lrnToday", json!([8, 1]))
        .with("/revToday", json!([8, 2]))
        .with("/newToday", json!([8, 3]))
        .with("/timeToday", json!([8, 4]))
        .with("/collapsed", true)
        .with("/browserCollapsed", true)
        .with("/desc", "description")
        .with("/md", true)
        .with("/conf", 1_795_397_991_260_i64)
        .with("/extendNew", 5)
        .with("/extendRev", 6)
        .with("/reviewLimit", 7)
        .with("/newLimit", 0)
        .with("/desiredRetention", 93)
        .with("/addon", json!({"a": 1}))
        // A key of the other kind is an unknown one here.
        .with("/resched", true);
    assert_eq!(as_others_see(sent.clone()), sent);
}

#[test]
fn every_key_of_a_filtered_deck_comes_back_as_it_was_sent() {
    let sent = filtered_deck(3000, "Filtered")
        .with("/resched", false)
        .with("/terms", json!([["deck:x", 10, 6], ["", 0, 10]]))
        .with("/collapsed", true)
        .with("/delays", json!([0.5]))
        .with("/addon", json!([1]));
    assert_eq!(as_others_see(sent.clone()), sent);
}

#[test]
fn keys_that_do_not_fit_the_kind_are_not_sent() {
    let sent = filtered_deck(3000, "f")
        .with("/conf", 1)
        .with("/return", true)
        .with("/desc", "lost")
        .with("/md", true);
    let received = as_others_see(sent);
    for key in ["conf", "return", "md"] {
        assert!(received.get(key).is_none(), "{key}");
    }
    assert_eq!(received["desc"], "");
}

#[test]
fn markdown_is_left_out_when_false() {
    assert!(as_others_see(deck(3000, "d").with("/md", false)).get("md").is_none());
}

#[test]
fn lax_keys_fall_back_to_their_default() {
    let received = as_others_see(
        deck(3000, "d")
            .with("/extendNew", -10)
            .with("/extendRev", "7")
            .with("/reviewLimit", -1)
            .with("/newLimit", "9"),
    );
    assert_eq!(received["extendNew"], 0);
    assert_eq!(received["extendRev"], 0);
    assert_eq!(received["reviewLimit"], Value::Null);
    assert_eq!(received["newLimit"], Value::Null);
}

#[test]
fn required_keys_and_strict_types_are_insisted_on() {
    let server = TestServer::start();
    let device = server.client();
    for key in
        ["id", "name", "usn", "lrnToday", "revToday", "newToday", "timeToday", "collapsed", "conf"]
    {
        assert_eq!(status_for(&device, &deck(3000, "d").without(&format!("/{key}"))), 400, "{key}");
    }
    for key in ["resched", "terms"] {
        let sent = filtered_deck(3000, "f").without(&format!("/{key}"));
        assert_eq!(status_for(&device, &sent), 400, "{key}");
    }
    for (pointer, value) in [
        ("/id", json!(0)),
        ("/id", json!(1.0)),
        ("/mod", json!(1.5)),
        ("/conf", json!(null)),
        ("/collapsed", json!(1)),
        ("/browserCollapsed", json!(null)),
        ("/desc", json!(null)),
        ("/md", json!(1)),
        ("/usn", json!("1")),
    ] {
        assert_eq!(status_for(&device, &deck(3000, "d").with(pointer, value)), 400, "{pointer}");
    }
}

#[test]
fn ids_and_times_may_be_text() {
    let server = TestServer::start();
    let sent = deck(0, "d").with("/id", "3000").with("/mod", "1234").with("/conf", "77");
    let received = exchange(&mut server.client(), &[sent]).deck(3000);
    assert_eq!((&received["mod"], &received["conf"]), (&json!(1234), &json!(77)));
}

/// H-5.
#[test]
fn an_old_client_does_not_reset_what_it_does_not_know() {
    let server = TestServer::start();
    let mut device = server.client();
    let rich = deck(3000, "d")
        .with("/browserCollapsed", true)
        .with("/reviewLimit", 7)
        .with("/newLimitToday", json!({"limit": 6, "today": 7}))
        .with("/desiredRetention", 85)
        .with("/md", true)
        .with("/extendNew", 3)
        .with("/addon", 1);
    exchange(&mut device, &[rich]);
    let old = deck(3000, "renamed")
        .with("/mod", 1001)
        .without("/browserCollapsed")
        .without("/reviewLimit")
        .without("/newLimit")
        .without("/newLimitToday")
        .without("/desiredRetention");
    let received = exchange(&mut device, &[old]).deck(3000);
    assert_eq!(received["name"], "renamed");
    assert_eq!(received["browserCollapsed"], true);
    assert_eq!(received["reviewLimit"], 7);
    assert_eq!(received["newLimitToday"], json!({"limit": 6, "today": 7}));
    assert_eq!(received["desiredRetention"], 85);
    assert_eq!(received["extendNew"], 0, "a key that is there counts");
    assert!(received.get("md").is_none(), "a missing md is false");
    assert!(received.get("addon").is_none());
}

#[test]
fn a_null_is_not_a_missing_key() {
    let server = TestServer::start();
    let mut device = server.client();
    exchange(&mut device, &[deck(3000, "d").with("/reviewLimit", 7)]);
    let received = exchange(&mut device, &[deck(3000, "d").with("/mod", 1001)]).deck(3000);
    assert_eq!(received["reviewLimit"], Value::Null);
}
