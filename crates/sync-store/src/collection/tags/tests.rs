#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::super::test_collection::TestCollection;
use super::*;

const USN: Usn = Usn(7);

fn merged(tags: &[&str], more: &[&str]) -> Vec<(String, i64, i64)> {
    let collection = TestCollection::in_sync();
    for tag in tags {
        collection
            .db
            .execute("INSERT INTO tags (tag, usn, collapsed) VALUES (?, 2, 0)", [tag])
            .unwrap();
    }
    let more: Vec<String> = more.iter().map(ToString::to_string).collect();
    collection.merge_tags(&more, USN).unwrap();
    let mut statement =
        collection.db.prepare("SELECT tag, usn, collapsed FROM tags ORDER BY tag").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn row(tag: &str, usn: i64, collapsed: i64) -> (String, i64, i64) {
    (tag.into(), usn, collapsed)
}

#[test]
fn a_known_tag_keeps_its_spelling_and_usn() {
    assert_eq!(merged(&["foo"], &["Foo"]), [row("foo", 2, 0)]);
}

#[test]
fn a_new_tag_is_collapsed_and_has_the_server_usn() {
    assert_eq!(merged(&[], &["new"]), [row("new", 7, 1)]);
}

#[test]
fn a_new_tag_takes_the_spelling_of_a_known_ancestor_and_makes_no_parents() {
    assert_eq!(merged(&["a::b"], &["A::B::c"]), [row("a::b", 2, 0), row("a::b::c", 7, 1)]);
    assert_eq!(merged(&["a"], &["A::X::Y"]), [row("a", 2, 0), row("a::X::Y", 7, 1)]);
}

#[test]
fn an_ancestor_of_another_length_is_replaced_whole() {
    // U+1E9E folds to "ss": the same key in another number of bytes.
    assert_eq!(
        merged(&["stra\u{df}e"], &["STRASSE::x"]),
        [row("stra\u{df}e", 2, 0), row("stra\u{df}e::x", 7, 1)]
    );
}

#[test]
fn tags_are_cleaned_before_they_are_stored() {
    let tags = merged(&[], &["x y", "", "cafe\u{301}", "p\u{3000}q", "::end\u{7}"]);
    let names: Vec<_> = tags.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["blank", "blank::end", "caf\u{e9}", "pq", "xy"]);
}

#[test]
fn only_tags_since_the_usn_are_pending() {
    let collection = TestCollection::in_sync();
    collection.merge_tags(&["old".into()], Usn(3)).unwrap();
    collection.merge_tags(&["new".into()], Usn(4)).unwrap();
    assert_eq!(collection.pending_tags(Usn(4)).unwrap(), ["new"]);
    assert_eq!(collection.pending_tags(Usn(0)).unwrap(), ["new", "old"]);
}

proptest! {
    /// What clients send has neither blanks nor control characters.
    #[test]
    fn normalizing_a_tag_twice_is_normalizing_it_once(tag in "[^\\x00-\\x20\\x7f\u{3000}]{0,12}") {
        let once = normalize_tag(&tag);
        prop_assert_eq!(normalize_tag(&once), once);
    }

    /// Taking a blank out can make two colons meet, so that another pass finds
    /// something to do, as in clients; but not for ever.
    #[test]
    fn normalizing_any_tag_comes_to_an_end(tag in "[ :a\u{301}\u{3000}\u{2003}\\x01]{0,12}|.*") {
        let passes = tag.chars().count() + 1;
        let last = (0..passes).fold(tag, |tag, _| normalize_tag(&tag));
        prop_assert_eq!(normalize_tag(&last), last);
    }

    #[test]
    fn a_normal_tag_has_no_separator_and_no_empty_level(tag in ".*") {
        let normal = normalize_tag(&tag);
        prop_assert!(!normal.is_empty());
        prop_assert!(!normal.contains(|c: char| c.is_ascii_control() || separates_tags(c)));
    }
}

#[test]
fn a_tag_with_very_many_levels_is_stored_as_it_is() {
    let collection = TestCollection::in_sync();
    collection.merge_tags(&["A".to_owned()], Usn(1)).unwrap();
    let deep = |levels: usize| format!("a{}", "::x".repeat(levels));
    collection.merge_tags(&[deep(MAX_LEVELS), deep(MAX_LEVELS + 1)], Usn(1)).unwrap();
    let spelled: i64 = collection.value("SELECT count(*) FROM tags WHERE tag GLOB 'A::*'");
    let as_it_is: i64 = collection.value("SELECT count(*) FROM tags WHERE tag GLOB 'a::*'");
    assert_eq!((spelled, as_it_is), (2, 0));
    collection.merge_tags(&[deep(3 * MAX_LEVELS)], Usn(1)).unwrap();
    let as_it_is: i64 = collection.value("SELECT count(*) FROM tags WHERE tag GLOB 'a::*'");
    assert_eq!(as_it_is, 1);
    let too_long = collection.merge_tags(&["x".repeat(20_000)], Usn(1));
    assert!(matches!(too_long, Err(StoreError::NameTooLong { .. })));
}
