//! Who may call what when: active syncs, session keys, what an error ends.
//! Conformance cases 1 to 19.

use serde_json::{Value, json};
use sync_tests::{Client, NAME, Outgoing, SEED_MODIFIED, SEED_USN, TestServer, card, note};

const STATEFUL: [&str; 6] =
    ["applyGraves", "applyChanges", "chunk", "applyChunk", "sanityCheck2", "finish"];

/// A valid body for each method that needs an active sync.
fn valid_body(method: &str) -> Value {
    match method {
        "applyGraves" => json!({"chunk": {"cards": [], "decks": [], "notes": []}}),
        "applyChanges" => json!({"changes": {"models": [], "decks": [[], []], "tags": []}}),
        "applyChunk" => json!({"chunk": {"done": true}}),
        "sanityCheck2" => json!({"client": [[0, 0, 0], 0, 0, 0, 0, 0, 0, 0]}),
        _ => json!({"_pad": null}),
    }
}

#[track_caller]
fn write_card(client: &Client, id: i64) {
    assert_eq!(client.apply_chunk(&json!({"cards": [card(id)]})).ok(), Value::Null);
}

/// Case 1.
#[test]
fn methods_of_a_sync_need_an_active_sync() {
    let server = TestServer::start();
    let device = server.client();
    for method in STATEFUL {
        let answer = device.json(&format!("sync/{method}"), &valid_body(method));
        assert_eq!(answer.status, 409, "{method}");
        answer.refused(409);
    }
}

#[test]
fn methods_of_a_sync_need_a_session_key() {
    let server = TestServer::start();
    let mut device = server.client();
    device.session_key.clear();
    for method in STATEFUL {
        let answer = device.json(&format!("sync/{method}"), &valid_body(method));
        assert_eq!(answer.status, 400, "{method}");
    }
}

#[test]
fn a_malformed_body_is_told_before_a_missing_sync() {
    let server = TestServer::start();
    let device = server.client();
    for method in STATEFUL {
        let answer = device.post(&format!("sync/{method}"), b"{");
        assert_eq!(answer.status, 400, "{method}");
    }
}

/// Case 2.
#[test]
fn another_session_key_gets_409_and_the_active_sync_goes_on() {
    let server = TestServer::start();
    let active = server.client();
    let other = active.twin();
    active.start(SEED_USN).ok();
    write_card(&active, 1);
    for method in STATEFUL {
        other.json(&format!("sync/{method}"), &valid_body(method)).refused(409);
    }
    write_card(&active, 2);
    active.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 2);
}

/// Case 3.
#[test]
fn start_without_a_session_key_is_400_and_ends_nothing() {
    let server = TestServer::start();
    let active = server.client();
    let mut keyless = active.twin();
    keyless.session_key.clear();
    keyless.start(SEED_USN).refused(400);
    active.start(SEED_USN).ok();
    write_card(&active, 1);
    keyless.start(SEED_USN).refused(400);
    active.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// Case 4.
#[test]
fn start_with_an_invalid_body_is_400_and_ends_nothing() {
    let server = TestServer::start();
    let active = server.client();
    active.start(SEED_USN).ok();
    write_card(&active, 1);
    for body in [
        json!({"minUsn": "5", "lnewer": false}),
        json!({"minUsn": 5.0, "lnewer": false}),
        json!({"minUsn": 3_000_000_000_i64, "lnewer": false}),
        json!({"minUsn": 5, "lnewer": 1}),
        json!({"minUsn": 5}),
        json!({"lnewer": false}),
        json!([]),
        json!(null),
    ] {
        active.twin().json("sync/start", &body).refused(400);
        active.json("sync/start", &body).refused(400);
    }
    active.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// Case 5.
#[test]
fn a_second_start_ends_the_first_sync_and_undoes_it() {
    let server = TestServer::start();
    let first = server.client();
    let second = first.twin();
    first.start(SEED_USN).ok();
    write_card(&first, 1);
    second.start(SEED_USN).ok();
    first.chunk().refused(409);
    write_card(&second, 2);
    second.finish().ok();
    assert_eq!(server.stop().collection().column::<i64>("SELECT id FROM cards"), [2]);
}

#[test]
fn start_with_the_same_session_key_begins_anew() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    write_card(&device, 1);
    device.start(SEED_USN).ok();
    device.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 0);
}

/// Case 6. H-14.
#[test]
fn meta_from_another_device_sees_committed_data_and_leaves_the_sync_alone() {
    let server = TestServer::start();
    let active = server.client();
    let before = active.meta().ok();
    active.start(SEED_USN).ok();
    write_card(&active, 1);
    let mut during = active.twin().meta().ok();
    during["ts"] = before["ts"].clone();
    assert_eq!(during, before);
    write_card(&active, 2);
    active.finish().ok();
    let after = active.twin().meta().ok();
    assert_eq!(after["empty"], false);
    assert_eq!(after["usn"], SEED_USN + 1);
}

/// Case 6.
#[test]
fn meta_without_a_session_key_or_with_the_active_one_never_leaves_half_a_sync() {
    let server = TestServer::start();
    let mut active = server.client();
    for key in [active.session_key.clone(), String::new()] {
        let mut asking = active.clone();
        asking.session_key = key;
        active.new_session();
        let same_key = !asking.session_key.is_empty();
        if same_key {
            active.session_key.clone_from(&asking.session_key);
        }
        let before = active.twin().meta().ok();
        active.start_newer(SEED_USN).ok();
        write_card(&active, 1);
        let during = asking.meta().ok();
        assert_eq!(during["mod"], before["mod"]);
        assert_eq!(during["usn"], before["usn"]);
        assert_eq!(during["empty"], before["empty"]);
        let after = match active.chunk().status {
            409 => before["usn"].clone(),
            200 => {
                active.finish().ok();
                json!(before["usn"].as_i64().unwrap() + 1)
            }
            other => panic!("chunk answered {other}"),
        };
        let meta = active.twin().meta().ok();
        assert_eq!(meta["usn"], after);
        assert_eq!(meta["empty"] == true, after == before["usn"]);
        if after != before["usn"] {
            // Back to an empty collection for the second round.
            active.send_graves(SEED_USN, json!({"cards": [1], "notes": [], "decks": []}));
        }
    }
}

/// Case 7.
#[test]
fn a_malformed_meta_is_400_and_ends_nothing() {
    let server = TestServer::start();
    let active = server.client();
    active.start(SEED_USN).ok();
    write_card(&active, 1);
    active.post("sync/meta", b"{").refused(400);
    active.json("sync/meta", &json!({"v": 11})).refused(400);
    active.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// Case 7.
#[test]
fn meta_of_an_unknown_version_during_a_sync_is_501() {
    let server = TestServer::start();
    let active = server.client();
    active.start(SEED_USN).ok();
    active.twin().meta_of_version(7).refused(501);
    active.meta_of_version(7).refused(501);
}

/// Case 8. H-13.
#[test]
fn abort_of_a_cancelled_sync_leaves_the_sync_that_cancelled_it_alone() {
    let server = TestServer::start();
    let cancelled = server.client();
    let winner = cancelled.twin();
    cancelled.start(SEED_USN).ok();
    winner.start(SEED_USN).ok();
    write_card(&winner, 1);
    cancelled.chunk().refused(409);
    assert_eq!(cancelled.abort().ok(), Value::Null);
    winner.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// Case 8.
#[test]
fn abort_with_the_active_key_or_none_rolls_the_sync_back() {
    let server = TestServer::start();
    let mut active = server.client();
    for key in ["active", ""] {
        active.session_key = "active".into();
        active.start(SEED_USN).ok();
        write_card(&active, 1);
        let mut aborting = active.clone();
        aborting.session_key = key.into();
        assert_eq!(aborting.abort().ok(), Value::Null);
        active.chunk().refused(409);
    }
    assert_eq!(server.stop().collection().count("cards"), 0);
}

/// Case 9.
#[test]
fn abort_without_a_sync_is_answered_with_null() {
    let server = TestServer::start();
    assert_eq!(server.client().abort().text(), "null");
}

/// Case 10.
#[test]
fn upload_and_download_end_the_sync_and_leave_none_of_its_writes() {
    let server = TestServer::start();
    let active = server.client();
    let file = active.download().body;
    let transfers: [fn(&Client, &[u8]); 2] = [
        |client, file| assert_eq!(client.upload(file).text(), "OK"),
        |client, _| assert_eq!(client.download().status, 200),
    ];
    for transfer in transfers {
        active.start(SEED_USN).ok();
        write_card(&active, 1);
        transfer(&active.twin(), &file);
        active.chunk().refused(409);
        active.finish().refused(409);
    }
    assert_eq!(server.stop().collection().count("cards"), 0);
}

#[test]
fn download_with_a_malformed_body_is_400_and_ends_nothing() {
    let server = TestServer::start();
    let active = server.client();
    active.start(SEED_USN).ok();
    active.twin().post("sync/download", b"[").refused(400);
    active.finish().ok();
}

/// Case 11.
#[test]
fn an_unreadable_chunk_is_400_and_the_sync_goes_on() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    write_card(&device, 1);
    device.post("sync/applyChunk", b"{\"chunk\":").refused(400);
    device.apply_chunk(&json!({"cards": [card(2).with("queue", 7)]})).refused(400);
    device.apply_chunk(&json!({"cards": [card(2), card(3).cut_before("data")]})).refused(400);
    device.apply_chunk(&json!({"cards": null})).refused(400);
    device.finish().ok();
    assert_eq!(server.stop().collection().column::<i64>("SELECT id FROM cards"), [1]);
}

/// Case 12.
#[test]
fn a_failed_operation_ends_the_sync_and_undoes_all_of_it() {
    let server = TestServer::start();
    let mut device = server.client();
    device.start_newer(SEED_USN).ok();
    device.apply_changes(&json!({"tags": ["lost"]})).ok();
    write_card(&device, 1);
    let chunk = json!({"notes": [note(1), note(2).with("mid", 4711)]});
    device.apply_chunk(&chunk).refused(400);
    device.chunk().refused(409);
    device.finish().refused(409);
    assert!(device.fetch(0).cards.is_empty());
    let collection = server.stop().collection();
    assert_eq!(collection.count("cards"), 0);
    assert_eq!(collection.count("notes"), 0);
    assert_eq!(collection.count("tags"), 0);
}

/// Case 13.
#[test]
fn writes_of_an_unfinished_sync_do_not_survive_a_crash() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    // More than SQLite keeps in memory, so that some of it reaches the file.
    let long = "x".repeat(100_000);
    for id in 1..=60 {
        let field = format!("{id}\u{1f}{long}");
        device.apply_chunk(&json!({"notes": [note(id).with("fields", field)]})).ok();
    }
    let restarted = server.as_after_a_crash().restart();
    let meta = restarted.client().meta().ok();
    assert_eq!(meta["mod"], SEED_MODIFIED);
    assert_eq!(meta["usn"], SEED_USN);
    let collection = restarted.stop().collection();
    assert_eq!(collection.count("notes"), 0);
    collection.assert_sound();
}

#[test]
fn a_finished_sync_survives_a_crash() {
    let server = TestServer::start();
    let modified = server.client().send_chunk(SEED_USN, json!({"cards": [card(1)]})).modified;
    let restarted = server.as_after_a_crash().restart();
    let meta = restarted.client().meta().ok();
    assert_eq!(meta["mod"], modified);
    assert_eq!(meta["usn"], SEED_USN + 1);
    assert_eq!(meta["empty"], false);
}

/// Case 14.
#[test]
fn a_second_finish_is_409() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.finish().ok();
    device.finish().refused(409);
    assert_eq!(device.meta().ok()["usn"], SEED_USN + 1);
}

/// Case 15.
#[test]
fn finish_without_a_sanity_check_commits() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    write_card(&device, 1);
    device.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// Case 16.
#[test]
fn a_client_that_missed_the_answer_to_finish_syncs_again() {
    let server = TestServer::start();
    let mut device = server.client();
    let everything = Outgoing {
        graves: Some(json!({"cards": [9], "decks": [], "notes": []})),
        changes: Some(json!({"tags": ["tag"], "models": [sync_tests::notetype(2000, "Mine")]})),
        chunk: Some(json!({"cards": [card(1)], "notes": [note(1)],
            "revlog": [sync_tests::revlog(1, 1)]})),
    };
    device.sync(SEED_USN, &everything);
    let again = device.sync(SEED_USN, &everything);
    assert_eq!(again.cards.len(), 1, "its own card comes back once");
    let collection = server.stop().collection();
    for table in ["cards", "notes", "revlog", "graves", "tags"] {
        assert_eq!(collection.count(table), 1, "{table}");
    }
    assert_eq!(
        collection.column::<String>("SELECT name FROM notetypes ORDER BY id"),
        ["Basic", "Mine"]
    );
}

/// Case 17.
#[test]
fn an_unknown_host_key_is_403_everywhere_and_changes_nothing() {
    let server = TestServer::start();
    let active = server.client();
    active.start(SEED_USN).ok();
    write_card(&active, 1);
    for key in ["", "0123456789abcdef0123456789abcdef01234567"] {
        let mut stranger = active.clone();
        stranger.host_key = key.into();
        for method in STATEFUL.iter().chain(&["meta", "start", "abort", "upload", "download"]) {
            // Not even a malformed body is looked at.
            for body in [valid_body(method).to_string(), "{".into()] {
                let answer = stranger.post(&format!("sync/{method}"), body.as_bytes());
                assert_eq!(answer.status, 403, "{method}");
            }
        }
        for method in ["begin", "mediaChanges", "uploadChanges", "downloadFiles", "mediaSanity"] {
            stranger.json(&format!("msync/{method}"), &json!({})).refused(403);
        }
    }
    active.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 1);
}

/// Case 18.
#[test]
fn active_syncs_of_two_accounts_do_not_disturb_each_other() {
    let server = TestServer::builder().empty_account(NAME).empty_account("ben").start();
    let anna = server.client();
    let mut ben = server.log_in("ben");
    // Even the same session key is no contact.
    ben.session_key.clone_from(&anna.session_key);
    anna.start(0).ok();
    ben.start(0).ok();
    write_card(&anna, 1);
    write_card(&ben, 2);
    assert_eq!(ben.abort().ok(), Value::Null);
    anna.finish().ok();
    ben.finish().refused(409);
    assert_eq!(anna.meta().ok()["empty"], false);
    assert_eq!(ben.meta().ok()["empty"], true);
}

/// Case 19. H-10.
#[test]
fn a_method_without_arguments_takes_every_way_of_sending_none() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    for body in [json!({}), json!({"_pad": null}), json!({"anything": [1, "x"]})] {
        assert_eq!(device.json("sync/chunk", &body).ok(), json!({"done": true}));
    }
    device.json("sync/chunk", &json!([1])).refused(400);
    let mut old = device.old();
    old.start(SEED_USN).ok();
    assert_eq!(old.send_form("sync/chunk", &old.form(None)).ok(), json!({"done": true}));
    let mut empty_data = old.form(None);
    empty_data.push(("data".into(), Vec::new()));
    assert_eq!(old.send_form("sync/chunk", &empty_data).ok(), json!({"done": true}));
    old.new_session();
    old.chunk().refused(409);
}

#[test]
fn a_sync_without_any_change_agrees_and_moves_the_usn() {
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(device.start(SEED_USN).ok(), json!({"cards": [], "decks": [], "notes": []}));
    device.apply_changes(&json!({})).ok();
    assert_eq!(device.chunk().ok(), json!({"done": true}));
    assert_eq!(device.apply_chunk(&json!({"done": true})).text(), "null");
    let counts = json!([[0, 0, 0], 0, 0, 0, 0, 1, 1, 1]);
    assert_eq!(device.sanity_check(&counts).ok()["status"], "ok");
    assert!(device.finish().ok().is_i64());
    assert_eq!(device.meta().ok()["usn"], SEED_USN + 1);
}
