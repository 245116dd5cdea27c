//! What a device changes in a round, and what has to come of it.

use std::collections::BTreeMap;

use serde_json::json;

use crate::client::Client;
use crate::content::{CONFIG, Content, Media, Note};
use crate::random::Random;

/// Notes and files of one round: enough for several steps of a sync.
const NOTES: usize = 40;
const FILES: usize = 30;

/// A file's size in bytes, about.
const FILE_BYTES: usize = 20_000;

/// Adds notes, sets the setting, and edits a note, deletes one, or both. The same
/// happens to what is expected.
pub fn change_collection(
    client: &mut Client,
    tag: &str,
    both_have: &Content,
    expected: &mut Content,
    random: &mut Random,
) {
    let (both_have, expected) = (&both_have.collection, &mut expected.collection);
    for number in 0..NOTES {
        let (front, back) = (format!("{tag} {number}"), format!("back of {tag} {number}"));
        let note = json!({
            "deck": "Killed", "notetype": "Basic", "fields": [front, back], "tags": [tag],
        });
        let id = client.call("add_note", note).as_i64().unwrap();
        expected.notes.insert(front, Note { id, back });
    }
    client.call("set_config", json!({ "key": CONFIG, "value": tag }));
    expected.config = Some(json!(tag));

    let (edits, deletes) = edits_and_deletes(random);
    if edits {
        let front = random.pick(&untouched(&both_have.notes, &expected.notes)).clone();
        let note = expected.notes.get_mut(&front).unwrap();
        note.back = format!("edited in {tag}");
        client.call("edit_note", json!({ "id": note.id, "fields": { "1": note.back } }));
    }
    if deletes {
        let front = random.pick(&untouched(&both_have.notes, &expected.notes)).clone();
        let note = expected.notes.remove(&front).unwrap();
        let deleted = client.call("delete_notes", json!({ "query": format!("nid:{}", note.id) }));
        assert_ne!(deleted, 0, "{front}");
    }
}

/// Adds media files, and writes over one, deletes one, or both. The same happens to what
/// is expected.
pub fn change_media(
    client: &mut Client,
    tag: &str,
    both_have: &Content,
    expected: &mut Content,
    random: &mut Random,
) {
    let (both_have, expected) = (&both_have.media, &mut expected.media);
    add_files(client, tag, expected);
    let (edits, deletes) = edits_and_deletes(random);
    if edits {
        let name = random.pick(&untouched(both_have, expected)).clone();
        write(client, name, &format!("written over in {tag} "), expected);
    }
    if deletes {
        let name = random.pick(&untouched(both_have, expected)).clone();
        client.call("delete_media", json!({ "name": name }));
        expected.remove(&name);
    }
}

/// Adds media files only.
pub fn add_files(client: &mut Client, tag: &str, expected: &mut Media) {
    for number in 0..FILES {
        write(client, format!("{tag} {number}.txt"), &format!("{tag} {number} "), expected);
    }
}

fn write(client: &mut Client, name: String, words: &str, expected: &mut Media) {
    let text = words.repeat(FILE_BYTES.div_ceil(words.len()));
    client.call("write_media", json!({ "name": name, "text": text }));
    expected.insert(name, text.into_bytes());
}

/// Whether to change what is there already, and whether to delete some: one or both.
fn edits_and_deletes(random: &mut Random) -> (bool, bool) {
    *random.pick(&[&(true, false), &(false, true), &(true, true)])
}

/// What both devices have, and neither has changed in this round: to change one thing on
/// both at once would be a conflict, which is another test's.
fn untouched<'a, V: PartialEq>(
    both_have: &'a BTreeMap<String, V>,
    expected: &BTreeMap<String, V>,
) -> Vec<&'a String> {
    let same = both_have.iter().filter(|(key, value)| expected.get(*key) == Some(value));
    same.map(|(key, _)| key).collect()
}
