#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::test_collection::TestCollection;
use super::*;

const TWO_FIELDS: NotetypeShape = NotetypeShape { field_count: 2, sort_field: 0 };

/// Checksums and sort fields that a real client wrote for these first fields.
const WRITTEN_BY_CLIENT: &[(&str, &str, u32)] = &[
    ("", "", 3_661_210_606),
    ("<br>", "", 3_661_210_606),
    ("hello", "hello", 2_868_168_221),
    ("<b>Hello</b>", "Hello", 4_160_724_619),
    (r#"<img src="a b.jpg">"#, " a b.jpg ", 576_267_676),
    ("<img src= foo.jpg>x", "  foo.jpg x", 2_235_747_884),
    (r#"<img alt="a>b" SRC='q.png'/>"#, " q.png ", 173_275_889),
    (r#"<img src="x&amp;y.jpg">"#, " x&y.jpg ", 2_599_129_360),
    ("a\u{a0}b", "a\u{a0}b", 2_737_138_946),
    ("a\u{a0}b &amp;", "a b &", 3_792_336_884),
    ("x &bogus; &amp; y", "x &bogus; &amp; y", 2_350_666_123),
    ("AT&T", "AT&T", 2_973_542_706),
    ("&lt;b&gt;", "<b>", 3_574_796_752),
    ("<style>x</style>a<!-- z -->b", "ab", 3_659_751_758),
    ("[sound:m&amp;n.mp3]", "[sound:m&n.mp3]", 1_899_187_071),
    ("caf\u{e9}", "caf\u{e9}", 4_096_017_706),
    ("a\u{7}b\r\n", "ab\n", 1_383_582_644),
    ("0123", "0123", 3_300_247_659),
    ("<i>12.50</i>", "12.50", 2_400_894_677),
    ("123", "123", 1_086_128_149),
    ("日本語", "日本語", 3_240_181_920),
    (r#"<a href="x?a=1&b=2">link</a>"#, "link", 1_326_097_709),
    ("3 < 5 and 6 > 2", "3  2", 1_645_705_860),
    ("<script>1<2</script>z", "z", 962_459_895),
    ("{{c1::foo}}", "{{c1::foo}}", 3_666_232_014),
    (
        r#"<b>Caf&eacute;</b>&nbsp;<img src="a b.jpg"> &amp; x<br>[sound:q.mp3]"#,
        "Café  a b.jpg  & x[sound:q.mp3]",
        2_436_735_971,
    ),
];

#[test]
fn checksum_and_sort_field_are_those_of_clients() {
    for (field, sort_field, checksum) in WRITTEN_BY_CLIENT {
        let fields = clean_fields(format!("{field}\u{1f}back"));
        let columns = FieldColumns::new(NoteId(1), &fields, TWO_FIELDS).unwrap();
        assert_eq!((&*columns.sort_field, columns.checksum), (*sort_field, *checksum), "{field}");
    }
}

#[test]
fn the_checksum_is_of_the_first_field_whatever_the_sort_field() {
    let shape = NotetypeShape { field_count: 2, sort_field: 1 };
    let columns = FieldColumns::new(NoteId(1), "front\u{1f}<b>7</b>", shape).unwrap();
    assert_eq!((&*columns.sort_field, columns.checksum), ("7", 460_909_371));
}

#[test]
fn a_sort_field_out_of_range_is_empty() {
    let shape = NotetypeShape { field_count: 1, sort_field: 5 };
    assert_eq!(FieldColumns::new(NoteId(1), "front", shape).unwrap().sort_field, "");
}

#[test]
fn a_file_name_keeps_its_blanks_in_the_checksum() {
    let columns = |field: &str| {
        let fields = format!("{field}\u{1f}");
        FieldColumns::new(NoteId(1), &fields, TWO_FIELDS).unwrap().checksum
    };
    assert_eq!(columns("<b>a</b>&nbsp;b <img src=\"x.jpg\">"), checksum("a b  x.jpg "));
    assert_eq!(columns("a & b&nbsp;"), checksum("a & b&nbsp;"));
}

#[test]
fn control_characters_go_but_tabs_and_line_feeds_stay() {
    let dirty = "a\u{0}b\rc\td\ne\u{7f}\u{1f}\u{1}".to_owned();
    assert_eq!(clean_fields(dirty), "abc\td\ne\u{1f}");
}

#[test]
fn tags_are_stored_between_single_blanks() {
    assert_eq!(stored_tags("a\u{3000}b  c"), " a b c ");
    assert_eq!(stored_tags(" Zeta alpha Zeta "), " Zeta alpha Zeta ", "order and doubles stay");
    assert_eq!(stored_tags("  \u{3000}"), "");
}

#[test]
fn a_stored_note_has_computed_columns_and_the_server_usn() {
    let collection = TestCollection::in_sync();
    let note = NoteEntry {
        usn: Usn(-1),
        tags: "x y".into(),
        sfld: "ignored".into(),
        csum: "ignored".into(),
        flags: 9,
        data: "ignored".into(),
        ..collection.note(5, "<b>12</b>\u{1f}back")
    };
    collection.merge_notes(vec![note], Usn(3), Usn(8)).unwrap();
    let row: (i64, String, i64, i64, String, i64) = collection
        .db
        .query_row("SELECT usn, tags, sfld, flags, data, csum FROM notes WHERE id = 5", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .unwrap();
    assert_eq!(row, (8, " x y ".into(), 12, 0, String::new(), i64::from(checksum("12"))));
    assert_eq!(collection.value::<i64>("SELECT count() FROM tags"), 0, "no tag is registered");

    let sent = collection.note_entries(&[5], 1).unwrap().0.remove(0);
    assert_eq!((sent.sfld.as_str(), sent.csum.as_str(), sent.flags), ("", "", 0));
    assert_eq!((sent.tags.as_str(), sent.fields.as_str()), (" x y ", "<b>12</b>\u{1f}back"));
}

#[test]
fn numbers_in_the_sort_field_are_stored_as_numbers() {
    let collection = TestCollection::in_sync();
    let notes = vec![collection.note(1, "10\u{1f}"), collection.note(2, "9\u{1f}")];
    collection.merge_notes(notes, Usn(0), Usn(1)).unwrap();
    let first: i64 = collection.value("SELECT id FROM notes ORDER BY sfld LIMIT 1");
    assert_eq!(first, 2);
}

#[test]
fn a_note_of_an_unknown_notetype_is_refused() {
    let collection = TestCollection::in_sync();
    let note = NoteEntry { mid: NotetypeId(99), ..collection.note(1, "a\u{1f}b") };
    let error = collection.merge_notes(vec![note], Usn(0), Usn(1)).unwrap_err();
    assert!(matches!(error, StoreError::UnknownNotetype { note: 1, notetype: 99 }));
}

#[test]
fn a_note_with_another_number_of_fields_is_refused() {
    let collection = TestCollection::in_sync();
    for (fields, count) in [("a", 1), ("a\u{1f}b\u{1f}c", 3)] {
        let note = collection.note(1, fields);
        let error = collection.merge_notes(vec![note], Usn(0), Usn(1)).unwrap_err();
        assert!(matches!(
            error,
            StoreError::FieldCount { note: 1, fields, expected: 2 } if fields == count
        ));
    }
}

#[test]
fn a_note_that_loses_is_not_looked_into() {
    let collection = TestCollection::in_sync();
    collection.merge_notes(vec![collection.note(1, "a\u{1f}b")], Usn(0), Usn(5)).unwrap();
    let older = NoteEntry { modified: TimestampSecs(999), ..collection.note(1, "one field") };
    collection.merge_notes(vec![older], Usn(5), Usn(6)).unwrap();
    assert_eq!(collection.value::<String>("SELECT flds FROM notes"), "a\u{1f}b");
}

#[test]
fn a_note_changed_on_the_server_yields_to_a_newer_one_only() {
    for (client_usn, modified, wins) in [
        // Not changed since the client synced: even an older one is taken.
        (6, 900, true),
        (6, 1000, true),
        (5, 999, false),
        (5, 1000, false),
        (5, 1001, true),
        // A partner at -1 sees only rows at -1 as changed.
        (-1, 900, true),
    ] {
        let collection = TestCollection::in_sync();
        collection.merge_notes(vec![collection.note(1, "old\u{1f}")], Usn(0), Usn(5)).unwrap();
        let received =
            NoteEntry { modified: TimestampSecs(modified), ..collection.note(1, "new\u{1f}") };
        collection.merge_notes(vec![received], Usn(client_usn), Usn(7)).unwrap();
        let expected = if wins { ("new\u{1f}", 7) } else { ("old\u{1f}", 5) };
        let fields: String = collection.value("SELECT flds FROM notes");
        let usn: i64 = collection.value("SELECT usn FROM notes");
        assert_eq!((fields.as_str(), usn), expected, "client usn {client_usn}, mod {modified}");
    }
}

#[test]
fn an_oddly_stored_note_is_still_sent() {
    let collection = TestCollection::in_sync();
    collection.run(
        "INSERT INTO notes VALUES (1, x'6775ff', 2, 3.7, 99999999999, '', x'61', '', 0, 0, '')",
    );
    let note = collection.note_entries(&[1], 1).unwrap().0.remove(0);
    assert_eq!((note.guid.as_str(), note.fields.as_str()), ("gu\u{fffd}", "a"));
    assert_eq!((note.modified, note.usn), (TimestampSecs(3), Usn(i32::MAX)));
}

#[test]
fn a_note_larger_than_anybodys_is_refused() {
    let collection = TestCollection::in_sync();
    let note = |bytes: usize| {
        let mut note = collection.note(1, "a\u{1f}");
        note.guid = String::new();
        note.tags = "t".into();
        note.fields.push_str(&"b".repeat(bytes - note.fields.len() - note.tags.len()));
        note
    };
    collection.merge_notes(vec![note(MAX_NOTE_BYTES)], Usn(0), Usn(1)).unwrap();
    let larger = NoteEntry { id: NoteId(2), guid: "g".into(), ..note(MAX_NOTE_BYTES) };
    let refused = collection.merge_notes(vec![larger], Usn(0), Usn(1));
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
}
