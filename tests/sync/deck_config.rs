//! Deck configs. Conformance cases 56 to 62.

use serde_json::{Value, json};
use sync_tests::{Client, JsonEdit, Received, SEED_USN, TestServer, deck_config};

/// Sends deck configs from one device and fetches everything with another.
#[track_caller]
fn exchange(sender: &mut Client, configs: &[Value]) -> Received {
    let usn = sender.meta().ok()["usn"].as_i64().unwrap() as i32;
    sender.send_changes(usn, json!({"decks": [[], configs]}));
    sender.twin().fetch(SEED_USN)
}

/// What one deck config looks like to other devices.
#[track_caller]
fn as_others_see(sent: Value) -> Value {
    let server = TestServer::start();
    let id = sent["id"].as_i64().unwrap();
    exchange(&mut server.client(), &[sent]).deck_config(id)
}

#[track_caller]
fn status_for(device: &Client, config: &Value) -> u16 {
    device.start_newer(SEED_USN).ok();
    device.apply_changes(&json!({"decks": [[], [config]]})).status
}

/// The value of a field with a varint in a protobuf message; 0 when it is not there.
fn varint_field(mut message: &[u8], wanted: u64) -> u64 {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }
    while !message.is_empty() {
        let tag = varint(&mut message);
        match (tag >> 3, tag & 7) {
            (field, 0) => {
                let value = varint(&mut message);
                if field == wanted {
                    return value;
                }
            }
            (_, 5) => message = &message[4..],
            (_, 2) => {
                let length = varint(&mut message) as usize;
                message = &message[length..];
            }
            other => panic!("unexpected field {other:?}"),
        }
    }
    0
}

/// Case 36.
#[test]
fn the_later_or_equally_old_deck_config_replaces_the_stored_one() {
    let server = TestServer::start();
    let mut device = server.client();
    for (name, modified, expected) in
        [("first", 1000, "first"), ("equal", 1000, "equal"), ("older", 999, "equal")]
    {
        let sent = deck_config(4000, name).with("/mod", modified);
        assert_eq!(exchange(&mut device, &[sent]).deck_config(4000)["name"], expected);
    }
}

/// Case 56.
#[test]
fn the_order_of_new_cards_is_stored_inverted() {
    const NEW_CARD_INSERT_ORDER: u64 = 20;
    for (wire, stored) in [(0, 1), (1, 0)] {
        let server = TestServer::start();
        let sent = deck_config(4000, "c").with("/new/order", wire);
        let received = exchange(&mut server.client(), &[sent]).deck_config(4000);
        assert_eq!(received["new"]["order"], wire);
        let blob: Vec<u8> =
            server.stop().collection().one("SELECT config FROM deck_config WHERE id = 4000");
        assert_eq!(varint_field(&blob, NEW_CARD_INSERT_ORDER), stored);
    }
}

/// Case 57.
#[test]
fn an_incomplete_inner_object_becomes_its_default_as_a_whole() {
    let received = as_others_see(
        deck_config(4000, "c")
            .with("/new/perDay", 99)
            .with("/new/addon", 1)
            .without("/new/initialFactor"),
    );
    let default = json!({"bury": false, "delays": [1.0, 10.0], "initialFactor": 2500,
        "ints": [1, 4, 0], "order": 1, "perDay": 20});
    assert_eq!(received["new"], default);
    let received =
        as_others_see(deck_config(4000, "c").with("/rev/perDay", 9).with("/rev/maxIvl", -1));
    assert_eq!(received["rev"], deck_config(4000, "c")["rev"]);
    let received = as_others_see(deck_config(4000, "c").with("/lapse", "x"));
    assert_eq!(received["lapse"], deck_config(4000, "c")["lapse"]);
}

/// Case 57.
#[test]
fn graduating_intervals_of_old_clients_are_completed() {
    let received = as_others_see(deck_config(4000, "c").with("/new/ints", json!([3, 9])));
    assert_eq!(received["new"]["ints"], json!([3, 9, 0]));
    for bad in [json!([3]), json!("x"), json!([3, -1])] {
        let received = as_others_see(deck_config(4000, "c").with("/new/ints", bad));
        assert_eq!(received["new"]["ints"], json!([1, 4, 0]));
    }
}

/// Case 58.
#[test]
fn values_out_of_range_are_repaired_when_sent() {
    let sent = deck_config(4000, "c")
        .with("/maxTaken", 0)
        .with("/newPerDayMinimum", 10_000)
        .with("/new/perDay", 10_000)
        .with("/new/initialFactor", 1000)
        .with("/new/ints", json!([0, 40_000, 0]))
        .with("/rev/ease4", 9)
        .with("/rev/ivlFct", 0.1)
        .with("/rev/maxIvl", 0)
        .with("/rev/perDay", 10_000)
        .with("/rev/hardFactor", 1.4)
        .with("/lapse/leechFails", 0)
        .with("/lapse/minInt", 40_000)
        .with("/lapse/mult", 1.5)
        .with("/desiredRetention", 0.5)
        .with("/sm2Retention", 0.98);
    assert_eq!(as_others_see(sent), deck_config(4000, "c"));
}

#[test]
fn values_at_the_limits_are_kept() {
    let sent = deck_config(4000, "c")
        .with("/maxTaken", 9999)
        .with("/newPerDayMinimum", 9999)
        .with("/new/perDay", 0)
        .with("/new/initialFactor", 5000)
        .with("/new/ints", json!([36_500, 1, 0]))
        .with("/rev/ease4", 5.0)
        .with("/rev/ivlFct", 0.5)
        .with("/rev/maxIvl", 1)
        .with("/rev/perDay", 9999)
        .with("/rev/hardFactor", 0.5)
        .with("/lapse/leechFails", 9999)
        .with("/lapse/minInt", 36_500)
        .with("/lapse/mult", 1.0)
        .with("/desiredRetention", 0.99)
        .with("/sm2Retention", 0.7);
    let device = TestServer::start();
    let mut sender = device.client();
    sender.send_changes(SEED_USN, json!({"decks": [[], [sent.clone()]]}));
    sender.new_session();
    sender.start_newer(SEED_USN).ok();
    let text = sender.apply_changes(&json!({})).text().to_owned();
    // Shortest text of the 32-bit value, not its digits as a 64-bit one.
    assert!(text.contains("\"desiredRetention\":0.99,"), "{text}");
    let received: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(received["decks"][1][0], sent);
}

/// Case 59.
#[test]
fn a_new_deck_config_of_an_old_client_gets_the_newer_defaults() {
    let sent = deck_config(4000, "c")
        .without("/desiredRetention")
        .without("/sm2Retention")
        .without("/waitForAudio")
        .without("/easyDaysPercentages")
        .without("/replayq")
        .without("/rev/hardFactor")
        .without("/new/bury");
    let received = as_others_see(sent);
    assert_eq!(received["desiredRetention"], 0.9);
    assert_eq!(received["sm2Retention"], 0.9);
    assert_eq!(received["waitForAudio"], true);
    assert_eq!(received["easyDaysPercentages"], json!([]));
    assert_eq!(received["replayq"], false);
    assert_eq!(received["rev"]["hardFactor"], 1.2);
    assert_eq!(received["new"]["bury"], false);
}

/// Case 60.
#[test]
fn unknown_keys_travel_on_at_their_level() {
    let sent = deck_config(4000, "c")
        .with("/fsrsParams7", json!([0.5, 1.25]))
        .with("/weirdTop", json!({"a": [1, 2.5]}))
        .with("/new/weird", 5)
        .with("/new/separate", true)
        .with("/rev/weird", "x")
        .with("/lapse/weird", Value::Null);
    assert_eq!(as_others_see(sent.clone()), sent);
}

/// Case 61.
#[test]
fn actions_are_checked_and_orders_are_not() {
    let server = TestServer::start();
    let device = server.client();
    for (pointer, value) in [("/questionAction", 5), ("/questionAction", 2), ("/answerAction", 5)] {
        let sent = deck_config(4000, "c").with(pointer, value);
        assert_eq!(status_for(&device, &sent), 400, "{pointer} {value}");
    }
    let sent = deck_config(4000, "c")
        .with("/questionAction", 1)
        .with("/answerAction", 4)
        .with("/newMix", 9)
        .with("/interdayLearningMix", -1)
        .with("/reviewOrder", 99)
        .with("/newSortOrder", 50)
        .with("/newGatherPriority", 60);
    assert_eq!(as_others_see(sent.clone()), sent);
}

/// Case 62. H-5.
#[test]
fn an_old_client_does_not_reset_what_it_does_not_know() {
    let server = TestServer::start();
    let mut device = server.client();
    let rich = deck_config(4000, "c")
        .with("/desiredRetention", 0.83)
        .with("/fsrsParams5", json!([4.5]))
        .with("/fsrsParams6", json!([0.1, 2.0, 3.25]))
        .with("/reviewOrder", 7)
        .with("/waitForAudio", false)
        .with("/rev/hardFactor", 1.1)
        .with("/addon", 1);
    exchange(&mut device, &[rich]);
    let mut old = deck_config(4000, "c").with("/mod", 1001).with("/new/perDay", 7);
    for key in [
        "newMix",
        "newPerDayMinimum",
        "interdayLearningMix",
        "reviewOrder",
        "newSortOrder",
        "newGatherPriority",
        "buryInterdayLearning",
        "fsrsWeights",
        "fsrsParams5",
        "fsrsParams6",
        "desiredRetention",
        "ignoreRevlogsBeforeDate",
        "easyDaysPercentages",
        "stopTimerOnAnswer",
        "secondsToShowQuestion",
        "secondsToShowAnswer",
        "questionAction",
        "answerAction",
        "waitForAudio",
        "sm2Retention",
        "weightSearch",
    ] {
        old = old.without(&format!("/{key}"));
    }
    let old = old.without("/rev/hardFactor");
    let received = exchange(&mut device, &[old]).deck_config(4000);
    assert_eq!(received["new"]["perDay"], 7);
    assert_eq!(received["fsrsParams5"], json!([4.5]));
    assert_eq!(received["fsrsParams6"], json!([0.1, 2.0, 3.25]));
    assert_eq!(received["desiredRetention"].as_f64().map(|f| f as f32), Some(0.83_f32));
    assert_eq!(received["reviewOrder"], 7);
    assert_eq!(received["waitForAudio"], false);
    assert_eq!(received["rev"]["hardFactor"].as_f64().map(|f| f as f32), Some(1.1_f32));
    assert!(received.get("addon").is_none(), "unknown keys are replaced as a set");
}

#[test]
fn every_known_key_comes_back_as_it_was_sent() {
    let sent = json!({
        "id": -4000, "mod": 1_795_397_991, "name": "all", "usn": SEED_USN, "maxTaken": 61,
        "autoplay": false, "timer": 1, "replayq": false,
        "new": {"bury": true, "delays": [1.0, 10.5], "initialFactor": 2510, "ints": [2, 5, 0],
            "order": 0, "perDay": 21},
        "rev": {"bury": true, "ease4": 1.5, "ivlFct": 1.25, "maxIvl": 365, "perDay": 201,
            "hardFactor": 1.125},
        "lapse": {"delays": [], "leechAction": 0, "leechFails": 9, "minInt": 2, "mult": 0.5},
        "dyn": false, "newMix": 1, "newPerDayMinimum": 1, "interdayLearningMix": 2,
        "reviewOrder": 12, "newSortOrder": 4, "newGatherPriority": 5, "buryInterdayLearning": true,
        "fsrsWeights": [0.5, 1.5], "fsrsParams5": [2.5], "fsrsParams6": [3.5, -1.0],
        "desiredRetention": 0.75, "ignoreRevlogsBeforeDate": "2020-01-31",
        "easyDaysPercentages": [1.0, 0.5, 0.0, 1.0, 1.0, 1.0, 1.0], "stopTimerOnAnswer": true,
        "secondsToShowQuestion": 1.5, "secondsToShowAnswer": 2.5, "questionAction": 1,
        "answerAction": 3, "waitForAudio": false, "sm2Retention": 0.875,
        "weightSearch": "deck:current"
    });
    assert_eq!(as_others_see(sent.clone()), sent);
}

#[test]
fn names_need_not_be_unique() {
    let server = TestServer::start();
    let received =
        exchange(&mut server.client(), &[deck_config(4000, "c"), deck_config(4001, "C")]);
    assert_eq!(received.deck_config(4000)["name"], "c");
    assert_eq!(received.deck_config(4001)["name"], "C");
}

#[test]
fn lax_keys_fall_back_to_their_default() {
    let received = as_others_see(
        deck_config(4000, "c")
            .with("/timer", true)
            .with("/dyn", 7)
            .with("/new/perDay", "5")
            .with("/new/delays", json!([1, null]))
            .with("/new/order", 2)
            .with("/lapse/leechAction", "x")
            .with("/maxTaken", -5),
    );
    assert_eq!(received["timer"], 0);
    assert_eq!(received["dyn"], false);
    assert_eq!(received["new"]["perDay"], 0);
    assert_eq!(received["new"]["delays"], json!([]));
    assert_eq!(received["new"]["order"], 1);
    assert_eq!(received["lapse"]["leechAction"], 1);
    assert_eq!(received["maxTaken"], 60);
}

#[test]
fn required_keys_and_strict_types_are_insisted_on() {
    let server = TestServer::start();
    let device = server.client();
    for key in ["id", "mod", "name", "usn", "maxTaken", "autoplay", "timer", "new", "rev", "lapse"]
    {
        let sent = deck_config(4000, "c").without(&format!("/{key}"));
        assert_eq!(status_for(&device, &sent), 400, "{key}");
    }
    for (pointer, value) in [
        ("/id", json!(0)),
        ("/mod", json!(1.0)),
        ("/maxTaken", json!(60.0)),
        ("/autoplay", json!(1)),
        ("/replayq", json!(null)),
        ("/newMix", json!("1")),
        ("/newPerDayMinimum", json!(-1)),
        ("/fsrsWeights", json!(null)),
        ("/fsrsParams6", json!(["x"])),
        ("/desiredRetention", json!(null)),
        ("/weightSearch", json!(null)),
        ("/waitForAudio", json!(0)),
    ] {
        let sent = deck_config(4000, "c").with(pointer, value);
        assert_eq!(status_for(&device, &sent), 400, "{pointer}");
    }
}

/// H-11.
#[test]
fn numbers_that_json_does_not_have_are_sent_as_defaults() {
    // Too large for 32 bits: stored as infinity, were nothing done about it.
    let received = as_others_see(
        deck_config(4000, "c")
            .with("/secondsToShowAnswer", 1e300)
            .with("/easyDaysPercentages", json!([1e300, 0.5]))
            .with("/fsrsParams6", json!([-1e300]))
            .with("/new/delays", json!([1e300]))
            .with("/rev/ease4", 1e300)
            .with("/desiredRetention", 1e300),
    );
    assert_eq!(received["secondsToShowAnswer"], 0.0);
    assert_eq!(received["rev"]["ease4"].as_f64().map(|f| f as f32), Some(1.3_f32));
    assert_eq!(received["desiredRetention"].as_f64().map(|f| f as f32), Some(0.9_f32));
    for list in ["/easyDaysPercentages", "/fsrsParams6", "/new/delays"] {
        let list = received.pointer(list).unwrap().as_array().unwrap();
        assert!(list.iter().all(Value::is_number), "{list:?}");
    }
}
