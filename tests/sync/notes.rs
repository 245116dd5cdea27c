//! Notes: who wins, and what is computed for the file. Conformance cases 71 and 77 to 82.

use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use sync_tests::{Client, Collection, SEED_USN, TestServer, note};

fn checksum(text: &str) -> u32 {
    let hash = Sha1::digest(text.as_bytes());
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// The collection after it received notes with these first fields, from id 1 on.
#[track_caller]
fn stored_with_fronts(fronts: &[&str]) -> Collection {
    let server = TestServer::start();
    let notes: Vec<_> = fronts
        .iter()
        .zip(1..)
        .map(|(front, id)| note(id).with("fields", format!("{front}\u{1f}back")))
        .collect();
    server.client().send_chunk(SEED_USN, json!({"notes": notes}));
    server.stop().collection()
}

#[track_caller]
fn send(device: &mut Client, notes: Value) {
    device.send_chunk(SEED_USN, json!({"notes": notes}));
}

/// Case 71.
#[test]
fn a_note_changed_on_the_server_is_replaced_only_by_a_later_one() {
    for (modified, expected) in [(4999, "guid1"), (5000, "guid1"), (5001, "sent")] {
        let server = TestServer::start_with(|collection| {
            collection.add_note(1, 5000, SEED_USN);
        });
        let sent = note(1).with("mod", modified).with("guid", "sent");
        send(&mut server.client(), json!([sent]));
        let collection = server.stop().collection();
        assert_eq!(collection.one::<String>("SELECT guid FROM notes"), expected, "{modified}");
    }
}

/// Case 70.
#[test]
fn a_note_unchanged_on_the_server_is_replaced_even_by_an_older_one() {
    let server = TestServer::start_with(|collection| {
        collection.add_note(1, 5000, SEED_USN - 1);
    });
    send(&mut server.client(), json!([note(1).with("guid", "sent")]));
    let collection = server.stop().collection();
    assert_eq!(collection.one::<String>("SELECT mod || guid FROM notes"), "1000sent");
}

/// Case 77.
#[test]
fn another_number_of_fields_fails_the_sync() {
    let server = TestServer::start();
    let device = server.client();
    for fields in ["only one", "a\u{1f}b\u{1f}c", ""] {
        device.start(SEED_USN).ok();
        device.apply_chunk(&json!({"notes": [note(1)]})).ok();
        device.apply_chunk(&json!({"notes": [note(2).with("fields", fields)]})).refused(400);
        device.finish().refused(409);
    }
    assert_eq!(server.stop().collection().count("notes"), 0);
}

#[test]
fn a_note_that_loses_is_not_looked_at() {
    let server = TestServer::start_with(|collection| collection.add_note(1, 5000, SEED_USN));
    send(&mut server.client(), json!([note(1).with("fields", "only one")]));
    assert_eq!(server.stop().collection().one::<i64>("SELECT mod FROM notes"), 5000);
}

/// Case 78.
#[test]
fn control_characters_except_tab_and_newline_are_removed() {
    let server = TestServer::start();
    let mut device = server.client();
    send(&mut device, json!([note(1).with("fields", "a\0b\rc\td\ne\u{7f}f\u{1f}\u{1b}g")]));
    let received = device.twin().fetch(SEED_USN);
    assert_eq!(received.note(1)[6], "abc\td\nef\u{1f}g");
    assert_eq!(
        server.stop().collection().one::<String>("SELECT flds FROM notes"),
        "abc\td\nef\u{1f}g"
    );
}

#[test]
fn fields_are_not_normalised() {
    let server = TestServer::start();
    let mut device = server.client();
    send(&mut device, json!([note(1).with("fields", "e\u{301}\u{1f}")]));
    assert_eq!(device.twin().fetch(SEED_USN).note(1)[6], "e\u{301}\u{1f}");
}

/// Case 79.
#[test]
fn computed_columns_are_text_on_the_wire_and_ignored() {
    let server = TestServer::start();
    let mut device = server.client();
    device.start_newer(SEED_USN).ok();
    device.apply_chunk(&json!({"notes": [note(1).with("sfld", 1)]})).refused(400);
    device.apply_chunk(&json!({"notes": [note(1).with("csum", 1)]})).refused(400);
    device.abort().ok();
    let sent = note(1)
        .with("sfld", "anything")
        .with("csum", "at all")
        .with("flags", 7)
        .with("data", "data");
    send(&mut device, json!([sent]));
    assert_eq!(device.twin().fetch(SEED_USN).notes[0], note(1));
    let collection = server.stop().collection();
    assert_eq!(collection.one::<String>("SELECT sfld FROM notes"), "front 1");
    assert_eq!(collection.one::<u32>("SELECT csum FROM notes"), checksum("front 1"));
    assert_eq!(collection.one::<String>("SELECT flags || data FROM notes"), "0");
}

/// Case 80.
#[test]
fn tags_of_a_note_are_split_and_joined_but_not_registered() {
    let server = TestServer::start();
    let mut device = server.client();
    let notes = json!([
        note(1).with("tags", "a\u{3000}b  c"),
        note(2).with("tags", "  "),
        note(3).with("tags", "B a B")
    ]);
    send(&mut device, notes);
    let received = device.twin().fetch(SEED_USN);
    assert_eq!(received.note(1)[5], " a b c ");
    assert_eq!(received.note(2)[5], "");
    assert_eq!(received.note(3)[5], " B a B ");
    let collection = server.stop().collection();
    assert_eq!(collection.one::<String>("SELECT tags FROM notes WHERE id = 1"), " a b c ");
    assert_eq!(collection.count("tags"), 0);
}

/// Case 81.
#[test]
fn the_checksum_is_that_of_the_plain_text() {
    let cases = [
        ("<b>a</b>&nbsp;b <img src=\"x.jpg\">", "a b  x.jpg "),
        ("a & b&nbsp;", "a & b&nbsp;"),
        ("a&nbsp;b", "a b"),
        ("a\u{a0}b", "a\u{a0}b"),
        ("<!-- c -->x<style>.y{}</style><SCRIPT>\nz</SCRIPT>", "x"),
        ("", ""),
    ];
    let fronts: Vec<&str> = cases.iter().map(|(front, _)| *front).collect();
    let collection = stored_with_fronts(&fronts);
    for ((front, plain), id) in cases.iter().zip(1..) {
        let csum: u32 = collection.one(&format!("SELECT csum FROM notes WHERE id = {id}"));
        assert_eq!(csum, checksum(plain), "{front}");
        let sfld: String = collection.one(&format!("SELECT sfld FROM notes WHERE id = {id}"));
        assert_eq!(sfld, *plain);
    }
}

/// Case 82.
#[test]
fn numeric_sort_fields_sort_as_numbers() {
    let collection = stored_with_fronts(&["10", "9", "x", "<b>8</b>"]);
    assert_eq!(collection.column::<i64>("SELECT id FROM notes ORDER BY sfld"), [4, 2, 1, 3]);
    assert_eq!(
        collection.column::<String>("SELECT typeof(sfld) FROM notes ORDER BY id"),
        ["integer", "integer", "text", "integer"]
    );
}

#[test]
fn the_sort_field_is_the_one_that_the_notetype_names() {
    let server = TestServer::start();
    let mut device = server.client();
    let mut notetype = sync_tests::notetype(2000, "Mine");
    notetype["sortf"] = json!(1);
    let mut out_of_range = sync_tests::notetype(2001, "Out of range");
    out_of_range["sortf"] = json!(2);
    let notes = json!({"notes": [note(1).with("mid", 2000), note(2).with("mid", 2001)]});
    device.send_changes(SEED_USN, json!({"models": [notetype, out_of_range]}));
    device.send_chunk(SEED_USN + 1, notes);
    let collection = server.stop().collection();
    assert_eq!(collection.column::<String>("SELECT sfld FROM notes ORDER BY id"), ["back", ""]);
    assert_eq!(collection.one::<u32>("SELECT csum FROM notes WHERE id = 1"), checksum("front 1"));
}

#[test]
fn a_note_is_a_tuple_of_11_or_an_object() {
    let server = TestServer::start();
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    device.apply_chunk(&json!({"notes": [note(1).cut_before("data")]})).refused(400);
    device.apply_chunk(&json!({"notes": [note(1).and_one_more()]})).refused(400);
    for (key, value) in
        [("mod", json!(1.0)), ("mid", json!("1000")), ("flags", json!(-1)), ("guid", json!(1))]
    {
        device.apply_chunk(&json!({"notes": [note(1).with(key, value)]})).refused(400);
    }
    device.apply_chunk(&json!({"notes": [note(1).as_object()]})).ok();
    device.finish().ok();
    assert_eq!(device.twin().fetch(SEED_USN).notes[0], note(1));
}

#[test]
fn a_notetype_and_its_first_notes_travel_in_one_sync() {
    let server = TestServer::start();
    let mut device = server.client();
    let sent = sync_tests::Outgoing {
        changes: Some(json!({"models": [sync_tests::notetype(2000, "Mine")]})),
        chunk: Some(json!({"notes": [note(1).with("mid", 2000)]})),
        ..Default::default()
    };
    device.sync(SEED_USN, &sent);
    assert_eq!(device.twin().fetch(SEED_USN).note(1)[2], 2000);
}
