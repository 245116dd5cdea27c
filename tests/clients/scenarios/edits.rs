//! Edits of every kind, on one device after the other.

use serde_json::json;

use crate::client::Client;
use crate::pair::Pair;

/// Everything that can be changed without a full sync arrives on the other device.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for (first_writes, name) in [(true, "one"), (false, "two")] {
        let (writer, reader) = pair.writer_and_reader(first_writes);
        change_everything(writer, name);
        // Easy gives a card a random interval, which the comparison of servers cannot use.
        writer.call("answer", json!({ "deck": format!("New {name}"), "ratings": [4, 4] }));
        writer.sync();
        reader.sync();
        assert_arrived(reader, name);
        pair.converge();
        pair.assert_same();
    }
    // Both write between two syncs, none of it the same object.
    pair.first.call("edit_notes", json!({ "query": "tag:seed1", "suffix": " by the first" }));
    pair.second.call("edit_notes", json!({ "query": "tag:seed2", "suffix": " by the second" }));
    pair.first.call("add_deck", json!({ "name": "From the first" }));
    pair.second.call("add_deck", json!({ "name": "From the second" }));
    pair.first.call("answer", json!({ "deck": "Languages::日本語", "ratings": [3] }));
    pair.second.call("answer", json!({ "deck": "Bulk", "ratings": [3] }));
    pair.finish();
}

/// One edit of every kind. Two calls with different names do not touch the same new objects.
pub fn change_everything(writer: &mut Client, name: &str) {
    change_notes(writer, name);
    change_cards(writer, name);
    change_decks(writer, name);
    change_notetypes(writer, name);
    change_settings(writer, name);
}

fn change_notes(writer: &mut Client, name: &str) {
    writer.call(
        "add_notes",
        json!({ "deck": format!("New {name}"), "notetype": "Basic", "count": 8, "prefix": name }),
    );
    let note = writer.call(
        "add_note",
        json!({
            "deck": "Default", "notetype": "Basic",
            "fields": [format!("e\u{301} {name} 🎴"), "line<br>break &nbsp; <img src='ä b.png'> \u{200b}"],
            "tags": ["Ünïcode", format!("deep::er::{name}")],
        }),
    );
    writer.call("edit_note", json!({ "id": note, "fields": { "1": "edited" } }));
    writer.call("edit_notes", json!({ "query": "tag:seed3", "suffix": format!("+{name}") }));
    writer.call("add_tags", json!({ "query": "tag:odd", "tags": format!("later::{name} ALSO") }));
    writer.call("remove_tags", json!({ "query": "tag:seed4", "tags": "seed4" }));
    writer.call("rename_tag", json!({ "old": "weeks", "new": format!("weeks_{name}") }));
    writer.call("rename_tag", json!({ "old": format!("weeks_{name}"), "new": "weeks" }));
}

fn change_cards(writer: &mut Client, name: &str) {
    let deck = format!("New {name}");
    let ratings = json!([1, 2, 3, 3, 1]);
    let answered = writer.call("answer", json!({ "deck": deck, "ratings": ratings }));
    assert_ne!(answered, 0, "there was something to answer");
    writer.call("suspend", json!({ "query": "tag:seed5" }));
    writer.call("bury", json!({ "query": "tag:seed6" }));
    writer.call("flag", json!({ "query": "tag:seed7", "flag": 3 }));
    writer.call("set_due", json!({ "query": "tag:seed8", "days": "5" }));
    writer.call("move_cards", json!({ "query": "tag:seed9", "deck": format!("Moved {name}") }));
}

fn change_decks(writer: &mut Client, name: &str) {
    let deck = format!("Parent {name}::子 child");
    writer.call("add_deck", json!({ "name": deck, "description": "text\nof two lines" }));
    writer.call("rename_deck", json!({ "old": deck, "new": format!("Renamed {name}::child") }));
    writer.call("collapse_deck", json!({ "name": format!("Parent {name}") }));
    writer.call(
        "add_filtered_deck",
        json!({ "name": format!("Filtered {name}"), "search": "tag:odd", "limit": 2 }),
    );
    writer.call("answer", json!({ "deck": format!("Filtered {name}"), "ratings": [3] }));
    writer.call("rebuild_filtered_deck", json!({ "name": "Cramming" }));
    let options = writer.call(
        "add_options",
        json!({ "name": format!("Options {name}"), "deck": format!("New {name}") }),
    );
    writer.call(
        "edit_options",
        json!({ "id": options, "new_per_day": 7, "steps": [2.0, 20.0, 200.0] }),
    );
    writer.call("edit_options", json!({ "id": 1, "new_per_day": 21, "steps": [3.0] }));
}

fn change_notetypes(writer: &mut Client, name: &str) {
    let copy = format!("Copy {name} of Cloze");
    writer.call("copy_notetype", json!({ "name": "Cloze", "new_name": copy }));
    writer.call(
        "edit_notetype",
        json!({ "name": "Basic", "css": format!(".card {{ /* {name} ü */ }}") }),
    );
    writer.call(
        "add_note",
        json!({ "deck": "Default", "notetype": copy, "fields": ["{{c1::a}} {{c2::b}}"], "tags": [] }),
    );
}

fn change_settings(writer: &mut Client, name: &str) {
    writer.call("set_config", json!({ "key": "seed", "value": { "by": name } }));
    writer.call("set_config", json!({ "key": format!("key {name} ü"), "value": [true, 1e3, ""] }));
    writer.call("set_config", json!({ "key": "short-lived", "value": 1 }));
    writer.call("remove_config", json!({ "key": "short-lived" }));
}

/// Some of it in the reader's own words; the files are compared besides.
fn assert_arrived(reader: &mut Client, name: &str) {
    let notes = reader.call("find_notes", json!({ "query": format!("tag:{name}*") }));
    assert_eq!(notes.as_array().map(Vec::len), Some(8), "the new notes arrived");
    let names = reader.call("deck_names", json!({}));
    assert!(names.as_array().unwrap().contains(&json!(format!("Renamed {name}::child"))));
    let names = reader.call("notetype_names", json!({}));
    assert!(names.as_array().unwrap().contains(&json!(format!("Copy {name} of Cloze"))));
    assert_eq!(reader.call("config", json!({ "key": "seed" })), json!({ "by": name }));
    assert_eq!(reader.call("config", json!({ "key": "short-lived" })), json!(null));
}
