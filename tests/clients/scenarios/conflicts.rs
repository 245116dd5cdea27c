//! Both devices change the same object between two syncs.

use serde_json::json;

use crate::pair::Pair;

/// The later change wins, whole and on both devices; a deletion wins over an edit; and
/// nothing that only one device touched is lost.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for first_syncs_first in [true, false] {
        let (early, late) = pair.writer_and_reader(first_syncs_first);
        let notes = early.call("find_notes", json!({ "query": "tag:seed1" }));
        let note = notes[0].clone();

        // The same text as before would be no edit.
        let late_text = format!("late {first_syncs_first}");
        early.call(
            "edit_note",
            json!({ "id": note, "fields": { "1": format!("early {first_syncs_first}") } }),
        );
        // Notes have times in whole seconds, and an equal time decides nothing.
        late.call("let_a_second_pass", json!({}));
        late.call("edit_note", json!({ "id": note, "fields": { "1": late_text } }));
        early.call("suspend", json!({ "query": "tag:seed2" }));
        late.call("let_a_second_pass", json!({}));
        late.call("flag", json!({ "query": "tag:seed2", "flag": 2 }));
        early.call("edit_notes", json!({ "query": "tag:seed3", "suffix": " only early" }));
        late.call("edit_notes", json!({ "query": "tag:seed4", "suffix": " only late" }));

        early.sync();
        late.sync();
        early.sync();
        for client in [early, late] {
            assert_eq!(
                client.call("fields", json!({ "id": note }))[1],
                late_text,
                "{}: the later edit wins",
                client.version()
            );
            for (query, count) in [("only early", 3), ("only late", 3)] {
                let found = client.call("find_notes", json!({ "query": format!("\"*{query}*\"") }));
                assert_eq!(found.as_array().map(Vec::len), Some(count), "{query}");
            }
        }
        pair.assert_same();
        for client in [&mut pair.first, &mut pair.second] {
            client.call("edit_notes", json!({ "query": "tag:seed5", "suffix": " settled" }));
        }
        for tag in ["seed3", "seed4"] {
            let notes = pair.first.call("find_notes", json!({ "query": format!("tag:{tag}") }));
            for note in notes.as_array().unwrap() {
                pair.first.call("edit_note", json!({ "id": note, "fields": { "1": "back" } }));
            }
        }
        pair.converge();
    }

    // The older edit syncs last, and loses.
    let note = pair.first.call("find_notes", json!({ "query": "tag:seed6" }))[0].clone();
    pair.second.call("edit_note", json!({ "id": note, "fields": { "1": "older" } }));
    pair.first.call("let_a_second_pass", json!({}));
    pair.first.call("edit_note", json!({ "id": note, "fields": { "1": "newer" } }));
    pair.converge();
    assert_eq!(pair.second.call("fields", json!({ "id": note }))[1], "newer");

    // One deletes what the other edits.
    pair.first.call("delete_notes", json!({ "query": "tag:seed7" }));
    pair.second.call("edit_notes", json!({ "query": "tag:seed7", "suffix": " too late" }));
    pair.converge();
    assert_eq!(pair.second.call("find_notes", json!({ "query": "tag:seed7" })), json!([]));

    // One deletes the deck that the other adds to. The cards stay, and so does their sync.
    pair.first.call("add_deck", json!({ "name": "Contested" }));
    pair.converge();
    pair.first.call("delete_deck", json!({ "name": "Contested" }));
    pair.second.call("rename_deck", json!({ "old": "Contested", "new": "Contested and renamed" }));
    pair.converge();

    // Both change the same options, notetype and setting.
    for (client, number) in [(&mut pair.first, 5), (&mut pair.second, 6)] {
        client.call("edit_options", json!({ "id": 1, "new_per_day": number, "steps": [9.0] }));
        client
            .call("edit_notetype", json!({ "name": "Cloze", "css": format!(".by{number} {{}}") }));
        client.call("set_config", json!({ "key": "contested", "value": number }));
        client.call("let_a_second_pass", json!({}));
    }
    pair.converge();
    pair.finish();
}
