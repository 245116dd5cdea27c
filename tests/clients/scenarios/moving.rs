//! Moving from the official server to this one and back, on one storage folder.

use serde_json::json;

use super::edits::change_everything;
use crate::pair::Pair;
use crate::server::Program;

/// Devices that signed in to the official server stay signed in on this one, and so does
/// everything they stored there; then the same the other way.
pub fn run(versions: [&'static str; 2]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut pair = Pair::start_in(folder, Program::Official, versions);
    pair.log_in();
    crate::pair::seed(&mut pair.first);
    pair.first
        .call("write_media", json!({ "name": "from the official server ü.txt", "text": "1" }));
    pair.first.try_sync().expect("the sync works");
    pair.first.call("upload", json!({}));
    pair.first.call("sync_media", json!({}));
    pair.second.try_sync().expect("the sync works");
    pair.second.call("download", json!({}));
    pair.first.call("edit_notes", json!({ "query": "tag:seed1", "suffix": " before" }));
    pair.first.sync();

    pair.move_to(Program::UnderTest);
    pair.second.sync_with_media();
    pair.assert_same();
    pair.assert_same_media("after the move");
    change_everything(&mut pair.second, "moved");
    pair.second.call("delete_notes", json!({ "query": "tag:seed2" }));
    pair.second.call("write_media", json!({ "name": "from this server ü.txt", "text": "2" }));
    pair.second.sync_with_media();

    pair.move_to(Program::Official);
    pair.first.sync_with_media();
    pair.assert_same();
    pair.assert_same_media("after the move back");
    pair.first.call("edit_notes", json!({ "query": "tag:seed3", "suffix": " after" }));
    pair.first.call("delete_media", json!({ "name": "from this server ü.txt" }));
    pair.first.sync_with_media();

    // And once more with a full sync behind it, which each server does in its own way.
    pair.first.call("add_field", json!({ "notetype": "Basic", "field": "Moved" }));
    assert_eq!(pair.first.try_sync().expect("the sync works"), "FULL_SYNC");
    pair.first.call("upload", json!({}));
    pair.move_to(Program::UnderTest);
    assert_eq!(pair.second.try_sync().expect("the sync works"), "FULL_SYNC");
    pair.second.call("download", json!({}));
    pair.second.call("sync_media", json!({}));
    pair.finish();
}
