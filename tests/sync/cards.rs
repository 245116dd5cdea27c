//! Cards: who wins, what is read and what is stored. Conformance cases 70 to 76 and 85.

use serde_json::{Value, json};
use sync_tests::{Row, SEED_USN, TestServer, card};

/// What one card looks like to other devices.
#[track_caller]
fn as_others_see(sent: &Row) -> Value {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_chunk(SEED_USN, json!({"cards": [sent]}));
    device.twin().fetch(SEED_USN).cards.remove(0)
}

/// The data of cards after they were received, in the order sent.
#[track_caller]
fn stored_data(sent: &[&str]) -> Vec<String> {
    let server = TestServer::start();
    let cards: Vec<Row> =
        sent.iter().zip(1..).map(|(data, id)| card(id).with("data", *data)).collect();
    server.client().send_chunk(SEED_USN, json!({"cards": cards}));
    server.stop().collection().column("SELECT data FROM cards ORDER BY id")
}

/// Case 70.
#[test]
fn a_card_unchanged_on_the_server_is_replaced_even_by_an_older_one() {
    let server = TestServer::start_with(|collection| {
        collection.add_card(1, 5000, SEED_USN - 1);
    });
    let sent = card(1).with("mtime", 1000).with("due", 77);
    server.client().send_chunk(SEED_USN, json!({"cards": [sent]}));
    let collection = server.stop().collection();
    assert_eq!(collection.one::<String>("SELECT mod || ' ' || due FROM cards"), "1000 77");
}

/// Case 71.
#[test]
fn a_card_changed_on_the_server_is_replaced_only_by_a_later_one() {
    for (modified, due) in [(4999, 7), (5000, 7), (5001, 77)] {
        let server = TestServer::start_with(|collection| {
            collection.add_card(1, 5000, SEED_USN);
        });
        let sent = card(1).with("mtime", modified).with("due", 77);
        server.client().send_chunk(SEED_USN, json!({"cards": [sent]}));
        let collection = server.stop().collection();
        assert_eq!(collection.one::<i32>("SELECT due FROM cards"), due, "{modified}");
    }
}

/// Case 72.
#[test]
fn due_is_any_number_cut_to_32_bits() {
    for (due, expected) in [
        (json!(1.9), 1),
        (json!(-1.9), -1),
        (json!(3_000_000_000_i64), -1_294_967_296),
        (json!(1e300), -1),
        (json!(-5), -5),
    ] {
        let received = as_others_see(&card(1).with("due", due.clone()).with("odue", due.clone()));
        assert_eq!((&received[8], &received[14]), (&json!(expected), &json!(expected)), "{due}");
    }
}

/// Case 73.
#[test]
fn interval_and_time_are_any_number() {
    let received = as_others_see(&card(1).with("ivl", -5).with("mtime", 1.9));
    assert_eq!((&received[9], &received[4]), (&json!(0), &json!(1)));
    let received = as_others_see(&card(1).with("ivl", 12.7));
    assert_eq!(received[9], 12);
}

/// Cases 72 and 73.
#[test]
fn values_of_a_wrong_type_or_range_are_refused() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    for (key, value) in [
        ("due", json!("1")),
        ("due", json!(null)),
        ("odue", json!("1")),
        ("ivl", json!(null)),
        ("mtime", json!("1")),
        ("factor", json!(2500.0)),
        ("factor", json!(70_000)),
        ("factor", json!(-1)),
        ("left", json!(1.0)),
        ("flags", json!(256)),
        ("ctype", json!(4)),
        ("ctype", json!(-1)),
        ("queue", json!(5)),
        ("queue", json!(-4)),
        ("queue", json!(1.0)),
        ("ord", json!(70_000)),
        ("reps", json!(-1)),
        ("lapses", json!("1")),
        ("id", json!("1")),
        ("did", json!(1.0)),
        ("odid", json!(null)),
        ("usn", json!(3_000_000_000_i64)),
        ("data", json!(null)),
        ("data", json!({})),
    ] {
        let answer = device.apply_chunk(&json!({"cards": [card(1).with(key, value.clone())]}));
        assert_eq!(answer.status, 400, "{key} {value}");
    }
    device.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 0);
}

/// Case 74.
#[test]
fn a_card_is_a_tuple_of_18_or_an_object() {
    let server = TestServer::start();
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(1).cut_before("data")]})).refused(400);
    device.apply_chunk(&json!({"cards": [card(1).and_one_more()]})).refused(400);
    device.apply_chunk(&json!({"cards": [card(1).as_object()]})).ok();
    device.finish().ok();
    assert_eq!(device.twin().fetch(SEED_USN).cards[0], card(1));
}

/// Case 75.
#[test]
fn data_that_says_nothing_is_stored_as_an_empty_object() {
    let sent = [
        "",
        "junk",
        "[]",
        "{\"s\":1}",
        "{\"d\":1}",
        "{\"cd\":\"{}\"}",
        "{\"cd\":\"\"}",
        "{\"cd\":{}}",
        "{\"pos\":1,\"cd\":{}}",
    ];
    for (sent, stored) in sent.iter().zip(stored_data(&sent)) {
        assert_eq!(stored, "{}", "{sent}");
    }
}

/// Case 76.
#[test]
fn data_is_rounded_and_ordered() {
    let cases = [
        (
            r#"{"decay":0.15432,"dr":0.876,"d":5.55555,"s":12.34567}"#,
            r#"{"s":12.3457,"d":5.556,"dr":0.88,"decay":0.154}"#,
        ),
        (
            r#"{"cd":"{\"a\":1}","lrt":1795397991,"pos":2}"#,
            r#"{"pos":2,"lrt":1795397991,"cd":"{\"a\":1}"}"#,
        ),
        (r#"{"pos":-1,"lrt":"x","dr":0.9}"#, r#"{"dr":0.9}"#),
        (r#"{"s":1,"d":"x","pos":1}"#, r#"{"pos":1}"#),
        (r#"{"s":1,"d":2}"#, r#"{"s":1.0,"d":2.0}"#),
    ];
    for ((sent, expected), stored) in cases.iter().zip(stored_data(&cases.map(|(sent, _)| sent))) {
        assert_eq!(stored, *expected, "{sent}");
    }
}

/// H-12.
#[test]
fn unknown_keys_of_data_are_kept_after_the_known_ones() {
    let sent = [r#"{"new":[1,{"a":null}],"pos":1}"#, r#"{"x":1}"#];
    assert_eq!(stored_data(&sent), [r#"{"pos":1,"new":[1,{"a":null}]}"#, r#"{"x":1}"#]);
}

/// Case 85.
#[test]
fn a_card_needs_neither_its_note_nor_its_deck() {
    let sent = card(1).with("nid", 4711).with("did", 4712);
    assert_eq!(as_others_see(&sent), sent);
}

#[test]
fn every_value_of_a_card_comes_back_as_it_was_sent() {
    let values = json!([
        i64::MAX,
        -5,
        -6,
        65_535,
        1_795_397_991,
        SEED_USN,
        3,
        -3,
        i32::MIN,
        u32::MAX,
        65_535,
        u32::MAX,
        u32::MAX,
        u32::MAX,
        i32::MAX,
        -7,
        255,
        "{\"pos\":4294967295}"
    ]);
    let keys = [
        "id", "nid", "did", "ord", "mtime", "usn", "ctype", "queue", "due", "ivl", "factor",
        "reps", "lapses", "left", "odue", "odid", "flags", "data",
    ];
    let sent = keys
        .iter()
        .zip(values.as_array().unwrap())
        .fold(card(1), |card, (key, value)| card.with(key, value.clone()));
    assert_eq!(as_others_see(&sent), sent);
}

/// H-8.
#[test]
fn a_stored_card_with_odd_values_does_not_stop_syncing() {
    let server = TestServer::start_with(|collection| {
        for id in 1..=6 {
            collection.add_card(id, 1000, SEED_USN);
        }
        collection.batch(
            "UPDATE cards SET factor = 2500.7 WHERE id = 1;
             UPDATE cards SET queue = 7, type = 9 WHERE id = 2;
             UPDATE cards SET due = 'soon', odue = 1e20 WHERE id = 3;
             UPDATE cards SET left = -4, flags = 300, ord = -1 WHERE id = 4;
             UPDATE cards SET data = x'ff', reps = 1e12 WHERE id = 5;
             UPDATE cards SET mod = 1000.9, ivl = 3.5, did = 1.0 WHERE id = 6;",
        );
    });
    let received = server.client().fetch(SEED_USN);
    assert_eq!(received.cards.len(), 6);
    let numbers = |id| -> Vec<f64> {
        received.card(id).as_array().unwrap()[..17].iter().map(|n| n.as_f64().unwrap()).collect()
    };
    assert!((2500.0..=2501.0).contains(&numbers(1)[10]));
    assert!((0.0..=3.0).contains(&numbers(2)[6]) && (-3.0..=4.0).contains(&numbers(2)[7]));
    assert_eq!(numbers(3)[8], 0.0);
    assert_eq!(numbers(4)[13], 0.0);
    assert_eq!(received.card(5)[17], "{}");
    assert_eq!((numbers(6)[4], numbers(6)[9]), (1000.0, 3.0));
    for id in 1..=6 {
        assert!(
            received.card(id).as_array().unwrap()[..17].iter().all(|n| !n.is_f64()),
            "clients refuse floats: {}",
            received.card(id)
        );
    }
}
