//! What `meta` says. Conformance cases 100 to 103.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sync_tests::{
    Framing, NAME, SEED_MODIFIED, SEED_SCHEMA_MODIFIED, SEED_USN, TestServer, seed, template,
};

/// Case 100.
#[test]
fn a_new_account_is_empty_and_was_never_changed() {
    let server = TestServer::builder().empty_account(NAME).start();
    let meta = server.client().meta().ok();
    assert_eq!((&meta["mod"], &meta["usn"], &meta["empty"]), (&json!(0), &json!(0), &json!(true)));
    assert_eq!(meta["cont"], true);
    let created = meta["scm"].as_i64().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    assert!((now - created).abs() < 60_000, "{created}");
    let again = server.client().meta().ok();
    assert_eq!(again["scm"], meta["scm"], "it is created once");
}

#[test]
fn meta_tells_the_collections_stamps_and_the_servers_clock() {
    let server = TestServer::start_with(|collection| collection.add_card(1, 1000, 0));
    let mut meta = server.client().meta().ok();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    assert!((meta["ts"].as_i64().unwrap() - now).abs() < 60);
    meta["ts"] = json!(0);
    let expected = json!({"mod": SEED_MODIFIED, "scm": SEED_SCHEMA_MODIFIED, "usn": SEED_USN,
        "ts": 0, "msg": "", "cont": true, "hostNum": 0, "empty": false, "media_usn": 0});
    assert_eq!(meta, expected);
}

#[test]
fn meta_tells_the_media_usn() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a.jpg", Some(b"1")), ("b.jpg", Some(b"2"))]);
    assert_eq!(device.meta().ok()["media_usn"], 2);
}

/// Case 101.
#[test]
fn an_unknown_version_in_meta_is_501() {
    let server = TestServer::start();
    for device in [server.client(), server.client().old()] {
        for version in [0, 7, 12, 255] {
            device.meta_of_version(version).refused(501);
        }
    }
}

/// Case 101.
#[test]
fn an_unknown_version_in_the_header_is_400() {
    let server = TestServer::start();
    let mut device = server.client();
    for version in [0, 7, 12, 255] {
        device.framing = Framing::Header(version);
        device.meta_of_version(11).refused(400);
    }
}

/// Case 101.
#[test]
fn a_version_that_is_no_small_number_is_400() {
    let server = TestServer::start();
    let device = server.client();
    for version in [json!("11"), json!(11.0), json!(null), json!(256), json!(-1)] {
        device.meta_of_version(version).refused(400);
    }
    device.json("sync/meta", &json!({"v": 11})).refused(400);
    device.json("sync/meta", &json!({"cv": "x"})).refused(400);
    device.json("sync/meta", &json!({"v": 11, "cv": null})).refused(400);
    device.json("sync/meta", &json!({"v": 11, "cv": "x", "more": 1})).ok();
}

/// Case 102.
#[test]
fn clients_before_the_v2_scheduler_are_told_so() {
    let verdict = |meta: Value| (meta["cont"].clone(), meta["msg"].clone());
    let go_on = (json!(true), json!(""));
    let no_scheduler = (json!(false), json!("Your client does not support the v2 scheduler"));
    let no_timezones =
        (json!(false), json!("Your client does not support the new timezone handling."));

    let server =
        TestServer::start_with(|collection| collection.set_config("creationOffset", "-60"));
    let device = server.client().old();
    assert_eq!(verdict(device.meta_of_version(8).ok()), no_scheduler);
    assert_eq!(verdict(device.meta_of_version(9).ok()), no_timezones);
    assert_eq!(verdict(device.meta_of_version(10).ok()), go_on);

    let server =
        TestServer::start_with(|collection| collection.set_config("creationOffset", "null"));
    let device = server.client().old();
    assert_eq!(verdict(device.meta_of_version(8).ok()), no_scheduler);
    assert_eq!(verdict(device.meta_of_version(9).ok()), go_on);

    let server = TestServer::start_with(|collection| {
        collection.set_config("schedVer", "1");
        collection.set_config("creationOffset", "0");
    });
    let device = server.client().old();
    assert_eq!(verdict(device.meta_of_version(8).ok()), no_timezones);
    assert_eq!(verdict(device.meta_of_version(10).ok()), go_on);
}

/// Case 103.
#[test]
fn a_collection_over_the_limit_never_agrees_about_its_schema() {
    let file = template(|collection| {
        seed(collection);
        collection.add_note(1, 1000, 0);
        collection.batch("UPDATE notes SET flds = printf('%.*c', 3300000, 'x')");
    });
    let server = TestServer::builder().account(NAME, &file).max_payload_bytes(1 << 20).start();
    let device = server.client();
    let first = device.meta().ok();
    // The next millisecond is wanted.
    let second = (0..1000)
        .map(|_| device.meta().ok())
        .find(|meta| meta["scm"] != first["scm"])
        .expect("another schema time");
    assert!(second["scm"].as_i64() > first["scm"].as_i64());
    assert_eq!(first["mod"], SEED_MODIFIED);
}

#[test]
fn a_collection_under_the_limit_tells_its_schema_time() {
    let file = template(seed);
    let server = TestServer::builder().account(NAME, &file).max_payload_bytes(1 << 20).start();
    assert_eq!(server.client().meta().ok()["scm"], SEED_SCHEMA_MODIFIED);
}
