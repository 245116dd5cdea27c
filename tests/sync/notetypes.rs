//! Notetypes: who wins, names, what comes back. Conformance cases 36 to 46.

use serde_json::{Value, json};
use sync_tests::{BASIC, Client, JsonEdit, SEED_USN, TestServer, notetype};

/// Sends notetypes from one device and fetches everything with another.
#[track_caller]
fn exchange(sender: &mut Client, notetypes: &[Value]) -> sync_tests::Received {
    let usn = sender.meta().ok()["usn"].as_i64().unwrap() as i32;
    sender.send_changes(usn, json!({"models": notetypes}));
    sender.twin().fetch(SEED_USN)
}

/// What the server answers to a sync with one notetype.
#[track_caller]
fn status_for(device: &Client, notetype: &Value) -> u16 {
    device.start_newer(SEED_USN).ok();
    let status = device.apply_changes(&json!({"models": [notetype]})).status;
    if status == 200 {
        device.finish().ok();
    }
    // An operation that failed has ended the sync; a body that did not parse has not.
    status
}

/// Case 36.
#[test]
fn the_later_or_equally_old_notetype_replaces_the_stored_one() {
    let server = TestServer::start();
    let mut device = server.client();
    let with_css = |css: &str, modified: i64| {
        notetype(BASIC, "Basic").with("/css", css).with("/mod", modified)
    };
    for (css, modified, expected) in
        [("first", 1000, "first"), ("equal", 1000, "equal"), ("older", 999, "equal")]
    {
        let received = exchange(&mut device, &[with_css(css, modified)]);
        assert_eq!(received.notetype(BASIC)["css"], expected);
    }
}

/// Case 37.
#[test]
fn a_newer_notetype_of_another_shape_fails_the_sync() {
    let mut one_field = notetype(BASIC, "Basic");
    one_field["flds"].as_array_mut().unwrap().pop();
    let mut two_templates = notetype(BASIC, "Basic");
    let second = two_templates["tmpls"][0].clone().with("/name", "Card 2");
    two_templates["tmpls"].as_array_mut().unwrap().push(second);
    for other_shape in [one_field, two_templates] {
        let server = TestServer::start();
        let device = server.client();
        device.start_newer(SEED_USN).ok();
        device.apply_changes(&json!({"models": [other_shape]})).refused(400);
        device.chunk().refused(409);
    }
}

/// Case 37.
#[test]
fn an_older_notetype_of_another_shape_is_skipped() {
    let server = TestServer::start();
    let device = server.client();
    let mut older = notetype(BASIC, "Renamed").with("/mod", 499);
    older["flds"].as_array_mut().unwrap().pop();
    assert_eq!(status_for(&device, &older), 200);
    let collection = server.stop().collection();
    assert_eq!(collection.one::<String>("SELECT name FROM notetypes"), "Basic");
    assert_eq!(collection.count("fields"), 2);
}

/// Case 38.
#[test]
fn a_second_notetype_of_a_name_gets_a_plus() {
    let server = TestServer::start();
    let mut device = server.client();
    let received = exchange(&mut device, &[notetype(2000, "bAsIc"), notetype(2001, "BASIC")]);
    let renamed = received.notetype(2000);
    assert_eq!(renamed["name"], "bAsIc+");
    assert_eq!(renamed["usn"], SEED_USN);
    assert!(renamed["mod"].as_i64().unwrap() > 1_700_000_000, "{}", renamed["mod"]);
    assert_eq!(received.notetype(2001)["name"], "BASIC++");
}

#[test]
fn a_notetype_may_keep_its_own_name_in_another_case() {
    let server = TestServer::start();
    let received = exchange(&mut server.client(), &[notetype(BASIC, "BASIC")]);
    assert_eq!(received.notetype(BASIC)["name"], "BASIC");
    assert_eq!(received.notetype(BASIC)["mod"], 1000);
}

/// Case 39.
#[test]
fn the_position_in_the_list_counts_not_ord() {
    let server = TestServer::start();
    let sent = notetype(2000, "Mine")
        .with("/flds/0/ord", 1)
        .with("/flds/1/ord", Value::Null)
        .without("/tmpls/0/ord");
    let received = exchange(&mut server.client(), &[sent]).notetype(2000);
    assert_eq!(
        (&received["flds"][0]["name"], &received["flds"][0]["ord"]),
        (&json!("Front"), &json!(0))
    );
    assert_eq!(
        (&received["flds"][1]["name"], &received["flds"][1]["ord"]),
        (&json!("Back"), &json!(1))
    );
    assert_eq!(received["tmpls"][0]["ord"], 0);
    let collection = server.stop().collection();
    assert_eq!(
        collection.column::<String>("SELECT name FROM fields WHERE ntid = 2000 ORDER BY ord"),
        ["Front", "Back"]
    );
}

#[test]
fn ord_of_a_wrong_type_is_refused() {
    let server = TestServer::start();
    let device = server.client();
    let sent = notetype(2000, "Mine").with("/flds/0/ord", "0");
    assert_eq!(status_for(&device, &sent), 400);
}

/// Case 40.
#[test]
fn two_fields_or_templates_of_one_name_fail_the_sync() {
    let server = TestServer::start();
    let device = server.client();
    let fields = notetype(2000, "Mine").with("/flds/0/name", "back");
    let mut templates = notetype(2000, "Mine");
    let second = templates["tmpls"][0].clone().with("/name", "CARD 1");
    templates["tmpls"].as_array_mut().unwrap().push(second);
    for twice in [fields, templates] {
        device.start_newer(SEED_USN).ok();
        device.apply_changes(&json!({"models": [twice]})).refused(400);
        device.chunk().refused(409);
    }
}

/// Case 41.
#[test]
fn a_notetype_with_id_0_fails_the_sync() {
    let server = TestServer::start();
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    device.apply_changes(&json!({"models": [notetype(0, "Zero")]})).refused(400);
    device.chunk().refused(409);
}

/// Case 41.
#[test]
fn a_notetype_may_have_a_negative_id_or_one_as_text() {
    let server = TestServer::start();
    let sent = [notetype(-5, "Negative"), notetype(0, "Text").with("/id", "-6")];
    let received = exchange(&mut server.client(), &sent);
    assert_eq!(received.notetype(-5)["name"], "Negative");
    assert_eq!(received.notetype(-6)["name"], "Text");
}

/// Case 42.
#[test]
fn unknown_keys_travel_on() {
    let server = TestServer::start();
    let unknown = json!({"a": [1, 2.5, null, "x", 12345678901234567890_u64]});
    let sent = notetype(2000, "Mine")
        .with("/addon", unknown.clone())
        .with("/flds/1/media", json!([]))
        .with("/flds/1/addon", unknown.clone())
        .with("/tmpls/0/addon", unknown.clone());
    let received = exchange(&mut server.client(), &[sent]).notetype(2000);
    assert_eq!(received["addon"], unknown);
    assert_eq!(received["flds"][1]["media"], json!([]));
    assert_eq!(received["flds"][1]["addon"], unknown);
    assert_eq!(received["tmpls"][0]["addon"], unknown);
    assert!(received["flds"][0].get("addon").is_none());
}

#[test]
fn unknown_keys_are_replaced_as_a_set() {
    let server = TestServer::start();
    let mut device = server.client();
    exchange(&mut device, &[notetype(2000, "Mine").with("/old", 1).with("/flds/0/old", 1)]);
    let received = exchange(&mut device, &[notetype(2000, "Mine").with("/new", 2)]).notetype(2000);
    assert_eq!(received["new"], 2);
    assert!(received.get("old").is_none());
    assert!(received["flds"][0].get("old").is_none());
}

#[test]
fn every_known_key_comes_back_as_it_was_sent() {
    let server = TestServer::start();
    let sent = notetype(2000, "Mine")
        .with("/type", 1)
        .with("/sortf", 1)
        .with("/did", 7)
        .with("/latexsvg", true)
        .with("/req", json!([[0, "all", [0, 1]], [1, "none", []], [2, "any", [1]]]))
        .with("/originalStockKind", 5)
        .with("/originalId", -1234)
        .with(
            "/tmpls/0",
            json!({"name": "T", "ord": 0, "qfmt": "q", "afmt": "a", "bqfmt": "bq",
            "bafmt": "ba", "did": 9, "bfont": "F", "bsize": 12, "id": i64::MIN}),
        )
        .with(
            "/flds/0",
            json!({"name": "F", "ord": 0, "sticky": true, "rtl": true, "font": "X",
            "size": 33, "description": "d", "plainText": true, "collapsed": true,
            "excludeFromSearch": true, "id": i64::MAX, "tag": 4, "preventDeletion": true}),
        );
    let received = exchange(&mut server.client(), std::slice::from_ref(&sent)).notetype(2000);
    assert_eq!(received, sent);
}

/// Case 43.
#[test]
fn malformed_requirements_become_none() {
    let server = TestServer::start();
    let bad = [
        json!([[0, "any", [0]], [1, "sometimes", [0]]]),
        json!("x"),
        json!(null),
        json!([[0, "any"]]),
    ];
    let mut device = server.client();
    for (req, id) in bad.into_iter().zip(2000..) {
        let sent = notetype(id, &format!("N{id}")).with("/req", req);
        let received = exchange(&mut device, &[sent]).notetype(id);
        assert_eq!(received["req"], json!([]));
    }
}

/// Case 44.
#[test]
fn sticky_is_read_loosely() {
    let server = TestServer::start();
    let mut device = server.client();
    let values = [
        (json!("true"), true),
        (json!("TRUE"), true),
        (json!(1), true),
        (json!(1.0), true),
        (json!("1"), true),
        (json!("false"), false),
        (json!(0), false),
        (json!(0.0), false),
    ];
    for ((sticky, expected), id) in values.into_iter().zip(2000..) {
        let sent = notetype(id, &format!("N{id}"))
            .with("/flds/0/sticky", sticky.clone())
            .with("/flds/1/rtl", sticky.clone());
        let received = exchange(&mut device, &[sent]).notetype(id);
        assert_eq!(received["flds"][0]["sticky"], expected, "{sticky}");
        assert_eq!(received["flds"][1]["rtl"], expected, "{sticky}");
    }
}

/// Case 44.
#[test]
fn sticky_is_not_read_from_anything() {
    let server = TestServer::start();
    let device = server.client();
    for sticky in [json!(2), json!(null), json!("x"), json!([])] {
        let sent = notetype(2000, "Mine").with("/flds/0/sticky", sticky.clone());
        assert_eq!(status_for(&device, &sent), 400, "{sticky}");
    }
    let sent = notetype(2000, "Mine").without("/flds/0/sticky");
    assert_eq!(status_for(&device, &sent), 400);
}

/// Case 45.
#[test]
fn an_unknown_origin_is_left_out() {
    let server = TestServer::start();
    let sent =
        notetype(2000, "Mine").with("/originalStockKind", 0).with("/originalId", Value::Null);
    let received = exchange(&mut server.client(), &[sent]).notetype(2000);
    assert!(received.get("originalStockKind").is_none());
    assert!(received.get("originalId").is_none());
}

/// Case 46.
#[test]
fn ids_keep_all_their_digits() {
    let server = TestServer::start();
    let sent = notetype(2000, "Mine")
        .with("/flds/0/id", 9_007_938_039_013_806_543_i64)
        .with("/flds/1/id", -3_133_388_648_777_692_161_i64)
        .with("/tmpls/0/id", -8_706_922_889_125_286_665_i64);
    let mut device = server.client();
    device.send_changes(SEED_USN, json!({"models": [sent]}));
    device.new_session();
    device.start_newer(SEED_USN).ok();
    let text = device.apply_changes(&json!({})).text().to_owned();
    for digits in [":9007938039013806543,", ":-3133388648777692161,", ":-8706922889125286665"] {
        assert!(text.contains(digits), "{digits} in {text}");
    }
}

#[test]
fn lax_keys_fall_back_to_their_default() {
    let server = TestServer::start();
    let sent = notetype(2000, "Mine")
        .with("/latexsvg", 1)
        .with("/css", 5)
        .with("/did", "7")
        .with("/flds/0/description", 1)
        .with("/flds/0/collapsed", "true")
        .with("/flds/0/id", "5")
        .with("/flds/0/tag", -1)
        .with("/tmpls/0/bfont", Value::Null)
        .with("/tmpls/0/bsize", 300)
        .with("/tmpls/0/did", -7);
    let received = exchange(&mut server.client(), &[sent]).notetype(2000);
    assert_eq!(received["latexsvg"], false);
    assert_eq!(received["css"], "");
    assert_eq!(received["did"], Value::Null);
    let field = &received["flds"][0];
    assert_eq!(field["description"], "");
    assert_eq!(field["collapsed"], false);
    assert_eq!(field["id"], Value::Null);
    assert_eq!(field["tag"], Value::Null);
    let template = &received["tmpls"][0];
    assert_eq!(template["bfont"], "");
    assert_eq!(template["bsize"], 0);
    assert_eq!(template["did"], Value::Null);
}

#[test]
fn required_keys_and_strict_types_are_insisted_on() {
    let server = TestServer::start();
    let device = server.client();
    let whole = || notetype(2000, "Mine");
    for key in ["id", "name", "type", "mod", "usn", "sortf", "did", "tmpls", "flds", "css"] {
        assert_eq!(status_for(&device, &whole().without(&format!("/{key}"))), 400, "{key}");
    }
    for key in ["name", "rtl", "font", "size"] {
        let sent = whole().without(&format!("/flds/0/{key}"));
        assert_eq!(status_for(&device, &sent), 400, "field {key}");
    }
    for key in ["name", "qfmt"] {
        let sent = whole().without(&format!("/tmpls/0/{key}"));
        assert_eq!(status_for(&device, &sent), 400, "template {key}");
    }
    for (pointer, value) in [
        ("/id", json!("x")),
        ("/id", json!(1.0)),
        ("/type", json!(2)),
        ("/mod", json!(1.0)),
        ("/mod", json!("1")),
        ("/usn", json!(3_000_000_000_i64)),
        ("/sortf", json!(70_000)),
        ("/originalStockKind", json!("1")),
        ("/originalId", json!(1.5)),
        ("/latexPre", json!(null)),
        ("/tmpls/0/afmt", json!(null)),
        ("/flds/0/size", json!(-1)),
    ] {
        assert_eq!(status_for(&device, &whole().with(pointer, value)), 400, "{pointer}");
    }
}

/// H-5.
#[test]
fn an_old_client_does_not_reset_what_it_does_not_know() {
    let server = TestServer::start();
    let mut device = server.client();
    let rich = notetype(2000, "Mine")
        .with("/latexsvg", true)
        .with("/originalStockKind", 1)
        .with("/originalId", 99)
        .with("/flds/0/description", "kept")
        .with("/flds/0/preventDeletion", true)
        .with("/flds/0/tag", 3)
        .with("/addon", 1);
    exchange(&mut device, &[rich]);
    let old = notetype(2000, "Renamed")
        .with("/mod", 1001)
        .without("/latexsvg")
        .without("/flds/0/description")
        .without("/flds/0/preventDeletion")
        .without("/flds/0/id")
        .without("/flds/0/tag")
        .without("/tmpls/0/id");
    let received = exchange(&mut device, &[old]).notetype(2000);
    assert_eq!(received["name"], "Renamed");
    assert_eq!(received["latexsvg"], true);
    assert_eq!(received["originalStockKind"], 1);
    assert_eq!(received["originalId"], 99);
    let field = &received["flds"][0];
    assert_eq!(field["description"], "kept");
    assert_eq!(field["preventDeletion"], true);
    assert_eq!(field["id"], 11);
    assert_eq!(field["tag"], 3);
    assert_eq!(received["tmpls"][0]["id"], 77);
    assert!(received.get("addon").is_none());
}

#[test]
fn template_rows_carry_neither_usn_nor_time() {
    let server = TestServer::start();
    server.client().send_changes(SEED_USN, json!({"models": [notetype(2000, "Mine")]}));
    let collection = server.stop().collection();
    let sql = "SELECT usn || ',' || mtime_secs FROM templates WHERE ntid = 2000";
    assert_eq!(collection.one::<String>(sql), "0,0");
    collection.assert_sound();
}

#[test]
fn an_empty_notetype_is_accepted() {
    let server = TestServer::start();
    let sent = notetype(2000, "").with("/flds", json!([])).with("/tmpls", json!([]));
    let received = exchange(&mut server.client(), &[sent]).notetype(2000);
    assert_eq!(received["name"], "");
    assert_eq!(received["flds"], json!([]));
}
