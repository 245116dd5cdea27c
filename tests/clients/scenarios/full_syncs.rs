//! Whole collections, one way.

use serde_json::json;

use crate::pair::{Pair, seed};

/// The first upload, the download on a second device, and a full sync each way between
/// two collections that have nothing in common.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    pair.assert_same();
    pair.first.sync();
    assert_eq!(pair.first.call("status", json!({})), "NO_CHANGES");

    // A device that had a collection of its own is asked which one to keep. It keeps its own.
    let mut pair = Pair::start(versions);
    pair.log_in();
    seed(&mut pair.first);
    seed(&mut pair.second);
    assert_eq!(pair.first.try_sync().unwrap(), "FULL_UPLOAD");
    pair.first.call("upload", json!({}));
    assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
    pair.second.call("upload", json!({}));
    assert_eq!(pair.first.try_sync().unwrap(), "FULL_SYNC");
    pair.first.call("download", json!({}));
    pair.assert_same();

    // Once more, the other way round.
    pair.first.call("add_field", json!({ "notetype": "Basic", "field": "Mine" }));
    pair.second.call("add_field", json!({ "notetype": "Basic", "field": "Other" }));
    assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
    pair.second.call("upload", json!({}));
    assert_eq!(pair.first.try_sync().unwrap(), "FULL_SYNC");
    pair.first.call("upload", json!({}));
    assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
    pair.second.call("download", json!({}));
    pair.finish();
}
