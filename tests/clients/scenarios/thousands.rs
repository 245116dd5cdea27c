//! More than one message of everything.

use serde_json::json;

use crate::pair::Pair;

/// How many notes each device adds: a message carries 250 rows.
const NOTES: usize = 1500;

/// Thousands of new notes, edits, cards and deletions, on both devices at once.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for (first_writes, prefix) in [(true, "up"), (false, "down")] {
        let (writer, reader) = pair.writer_and_reader(first_writes);
        writer.call("add_notes", json!({ "deck": format!("Deck {prefix}"), "notetype": "Basic (and reversed card)", "count": NOTES, "prefix": prefix }));
        reader.call(
            "add_notes",
            json!({ "deck": format!("Deck beside {prefix}"), "notetype": "Basic", "count": 300, "prefix": "beside" }),
        );
    }
    pair.converge();
    for client in [&mut pair.first, &mut pair.second] {
        let notes = client.call("find_notes", json!({ "query": "deck:\"Deck *\"" }));
        assert_eq!(notes.as_array().map(Vec::len), Some(2 * NOTES + 600));
    }
    pair.assert_same();
    pair.first.call("edit_notes", json!({ "query": "deck:\"Deck down\"", "suffix": " edited" }));
    pair.second.call("suspend", json!({ "query": "deck:\"Deck up\"" }));
    pair.second.call("delete_notes", json!({ "query": "deck:\"Deck beside *\"" }));
    pair.finish();
}
