//! Changes that a normal sync cannot carry.

use serde_json::json;

use crate::pair::Pair;

/// After a change of a notetype's fields both devices are asked for a full sync; it goes
/// up from the device that made it, or is thrown away by a download.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for first_writes in [true, false] {
        let (writer, reader) = pair.writer_and_reader(first_writes);
        let field = format!("Extra {first_writes}");
        writer.call("add_field", json!({ "notetype": "Basic", "field": field }));
        let note = writer.call("find_notes", json!({ "query": "tag:seed1" }))[0].clone();
        let last = writer.call("fields", json!({ "id": note })).as_array().unwrap().len() - 1;
        writer.call("edit_note", json!({ "id": note, "fields": { last.to_string(): "ü new" } }));
        assert_eq!(writer.try_sync().unwrap(), "FULL_SYNC");
        writer.call("upload", json!({}));
        assert_eq!(reader.try_sync().unwrap(), "FULL_SYNC");
        reader.call("download", json!({}));
        assert_eq!(reader.call("fields", json!({ "id": note }))[last], "ü new");
        pair.converge();
        pair.assert_same();
    }
    for first_writes in [true, false] {
        let (writer, _) = pair.writer_and_reader(first_writes);
        writer.call("add_field", json!({ "notetype": "Cloze", "field": "Regretted" }));
        assert_eq!(writer.try_sync().unwrap(), "FULL_SYNC");
        writer.call("download", json!({}));
        pair.converge();
        pair.assert_same();
    }
    // Deleting a notetype or options is a change of that kind too.
    pair.first.call("copy_notetype", json!({ "name": "Basic", "new_name": "Gone soon" }));
    pair.converge();
    pair.second.call("delete_notetype", json!({ "name": "Gone soon" }));
    assert_eq!(pair.second.try_sync().unwrap(), "FULL_SYNC");
    pair.second.call("upload", json!({}));
    assert_eq!(pair.first.try_sync().unwrap(), "FULL_SYNC");
    pair.first.call("download", json!({}));
    pair.finish();
}
