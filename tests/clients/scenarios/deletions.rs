//! What one device deletes is gone on the other.

use serde_json::json;

use crate::pair::Pair;

/// Notes, their cards, decks with their cards, and filtered decks; then the
/// same object deleted on both devices, and more of them than fit one message.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for (first_writes, tag, deck) in [(true, "seed1", "Doomed one"), (false, "seed2", "Doomed two")]
    {
        let (writer, reader) = pair.writer_and_reader(first_writes);
        writer.call("add_notes", json!({ "deck": format!("{deck}::child"), "notetype": "Basic", "count": 5, "prefix": "doomed" }));
        writer.call(
            "add_filtered_deck",
            json!({ "name": format!("{deck} filtered"), "search": "tag:doomed1", "limit": 5 }),
        );
        writer.sync();
        reader.sync();

        let deleted = writer.call("delete_notes", json!({ "query": format!("tag:{tag}") }));
        assert_ne!(deleted, 0);
        writer.call("delete_deck", json!({ "name": deck }));
        writer.call("delete_deck", json!({ "name": format!("{deck} filtered") }));
        writer.sync();
        reader.sync();
        let left =
            reader.call("find_notes", json!({ "query": format!("tag:{tag} or tag:doomed*") }));
        assert_eq!(left, json!([]), "what was deleted is gone");
        let names = reader.call("deck_names", json!({})).to_string();
        assert!(!names.contains("Doomed"), "deleted decks are gone: {names}");
        pair.converge();
        pair.assert_same();
    }

    // Both delete the same, and each something else.
    for client in [&mut pair.first, &mut pair.second] {
        client.call("delete_notes", json!({ "query": "tag:seed3" }));
        client.call("delete_deck", json!({ "name": "Cramming" }));
    }
    pair.first.call("delete_notes", json!({ "query": "tag:seed4" }));
    pair.second.call("delete_notes", json!({ "query": "tag:seed5" }));
    pair.converge();
    pair.assert_same();

    // A message carries at most 250 graves.
    pair.first.call(
        "add_notes",
        json!({ "deck": "Many", "notetype": "Basic", "count": 400, "prefix": "many" }),
    );
    pair.converge();
    pair.second.call("delete_notes", json!({ "query": "deck:Many" }));
    pair.converge();
    assert_eq!(pair.first.call("find_notes", json!({ "query": "deck:Many" })), json!([]));
    pair.finish();
}
