//! Connections that break and clients that die, at every step of a sync.

use serde_json::json;

use crate::client::Client;
use crate::pair::Pair;
use crate::relay::{Moment, Relay};

const MOMENTS: [Moment; 3] = [Moment::BeforeRequest, Moment::InsideRequest, Moment::BeforeReply];

/// Every step of a normal sync.
const NORMAL_SYNC: [&str; 8] = [
    "sync/meta",
    "sync/start",
    "sync/applyGraves",
    "sync/applyChanges",
    "sync/chunk",
    "sync/applyChunk",
    "sync/sanityCheck2",
    "sync/finish",
];

/// After each break the same device just syncs again, and nothing is lost or doubled.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    // Two devices that each make a deck of this name would have two decks.
    pair.first.call("add_deck", json!({ "name": "Interrupted" }));
    pair.first.call("add_deck", json!({ "name": "Doomed" }));
    pair.converge();
    let relay = Relay::start(pair.server.port());
    pair.first.use_server(&relay.address());

    let mut added = 0;
    for step in NORMAL_SYNC {
        for moment in MOMENTS {
            added += 1;
            change_everything(&mut pair.first, added);
            change_everything(&mut pair.second, 1000 + added);
            pair.second.sync();
            relay.break_at(step, moment);
            let broken = pair.first.try_sync();
            assert!(relay.has_broken(), "{step} {moment:?}: the step came");
            // The reply to meta is asked for again by the sync that follows.
            broken.expect_err("a broken sync is told");
            pair.first.sync();
        }
    }
    pair.second.sync();
    for client in [&mut pair.first, &mut pair.second] {
        let notes = client.call("find_notes", json!({ "query": "deck:Interrupted" }));
        assert_eq!(notes.as_array().map(Vec::len), Some(2 * added), "nothing lost or doubled");
    }
    pair.assert_same();
    break_full_syncs(&mut pair, &relay);
    break_media_syncs(&mut pair, &relay);
    let pair = kill_the_client(pair, &relay);
    pair.finish();
}

/// One note more and one fewer, so that every step has something to carry.
fn change_everything(client: &mut Client, number: usize) {
    let fields = [format!("interrupted {number}"), "back".to_owned()];
    client.call(
        "add_note",
        json!({ "deck": "Interrupted", "notetype": "Basic", "fields": fields, "tags": [] }),
    );
    let doomed = client.call(
        "add_note",
        json!({ "deck": "Doomed", "notetype": "Basic", "fields": fields, "tags": [] }),
    );
    client.call("delete_notes", json!({ "query": format!("nid:{doomed}") }));
    client.call("set_config", json!({ "key": "interrupted", "value": number }));
}

fn break_full_syncs(pair: &mut Pair, relay: &Relay) {
    for moment in MOMENTS {
        pair.first
            .call("add_field", json!({ "notetype": "Cloze", "field": format!("{moment:?}") }));
        assert_eq!(pair.first.try_sync().unwrap(), "FULL_SYNC");
        relay.break_at("sync/upload", moment);
        pair.first.try_call("upload", json!({})).expect_err("a broken upload is told");
        assert!(relay.has_broken());
        // After a lost reply both sides are the same already.
        match pair.first.try_sync().unwrap().as_str() {
            "FULL_SYNC" => {
                pair.first.call("upload", json!({}));
            }
            required => {
                assert_eq!((required, moment), ("NO_CHANGES", Moment::BeforeReply));
            }
        }
        assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
        pair.second.call("download", json!({}));

        pair.second
            .call("add_field", json!({ "notetype": "Cloze", "field": format!("{moment:?} 2") }));
        assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
        pair.second.call("upload", json!({}));
        assert_eq!(pair.first.try_sync().unwrap(), "FULL_SYNC");
        relay.break_at("sync/download", moment);
        pair.first.try_call("download", json!({})).expect_err("a broken download is told");
        assert!(relay.has_broken());
        assert_eq!(pair.first.try_sync().unwrap(), "FULL_SYNC");
        pair.first.call("download", json!({}));
        pair.assert_same();
    }
}

fn break_media_syncs(pair: &mut Pair, relay: &Relay) {
    for step in
        ["msync/uploadChanges", "msync/mediaChanges", "msync/downloadFiles", "msync/mediaSanity"]
    {
        for moment in MOMENTS {
            let name = format!("{} {moment:?}", step.trim_start_matches("msync/"));
            pair.second.call(
                "write_many_media",
                json!({ "prefix": format!("{name} down"), "count": 3, "size": 1000 }),
            );
            pair.second.call("sync_media", json!({}));
            pair.first.call(
                "write_many_media",
                json!({ "prefix": format!("{name} up"), "count": 3, "size": 1000 }),
            );
            relay.break_at(step, moment);
            let broken = pair.first.try_call("sync_media", json!({}));
            assert!(relay.has_broken(), "{step} {moment:?}: the step came");
            broken.expect_err("a broken media sync is told");
            pair.first.call("sync_media", json!({}));
            pair.second.call("sync_media", json!({}));
            pair.assert_same_media(&name);
        }
    }
}

/// A device loses power in the middle of a big sync; another one syncs meanwhile.
fn kill_the_client(mut pair: Pair, relay: &Relay) -> Pair {
    let version = pair.first.version();
    let folder = pair.folder().join("first");
    for step in ["sync/applyChunk", "sync/sanityCheck2", "sync/upload", "msync/uploadChanges"] {
        pair.first.call(
            "add_notes",
            json!({ "deck": "Interrupted", "notetype": "Basic", "count": 600, "prefix": "power" }),
        );
        pair.first.call(
            "write_many_media",
            json!({ "prefix": step.replace('/', " "), "count": 60, "size": 1000 }),
        );
        let command = match step {
            "sync/upload" => "upload",
            "msync/uploadChanges" => "sync_media",
            _ => "sync",
        };
        relay.kill_at(step, pair.first.process_id());
        pair.first.try_call(command, json!({})).expect_err("a dead client answers nothing");
        assert!(relay.has_broken());

        pair.second.call("edit_notes", json!({ "query": "tag:seed1", "suffix": "!" }));
        pair.second.sync();
        let restarted = Client::start(version, &folder);
        std::mem::replace(&mut pair.first, restarted).kill();
        let address = relay.address();
        pair.first.log_in(&address, crate::server::NAME, crate::server::PASSWORD);
        match pair.first.try_sync().unwrap().as_str() {
            "NO_CHANGES" => {}
            // It prepared itself for the upload that it was about to make.
            required => {
                assert_eq!((required, step), ("FULL_SYNC", "sync/upload"));
                pair.first.call("upload", json!({}));
                assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
                pair.second.call("download", json!({}));
            }
        }
        pair.first.call("sync_media", json!({}));
        pair.converge();
        pair.second.call("sync_media", json!({}));
        pair.assert_same();
    }
    pair
}
