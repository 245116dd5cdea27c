#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::test_collection::{TestCollection, review};
use super::*;

#[test]
fn every_column_is_stored_and_sent_back() {
    let collection = TestCollection::in_sync();
    let received = RevlogEntry {
        id: RevlogId(1),
        cid: CardId(404),
        usn: Usn(-1),
        ease: 255,
        interval: i32::MIN,
        last_interval: i32::MAX,
        factor: u32::MAX,
        taken_millis: u32::MAX,
        kind: 5,
    };
    collection.merge_revlog(std::slice::from_ref(&received), Usn(4)).unwrap();
    let expected = RevlogEntry { usn: Usn(4), ..received };
    assert_eq!(collection.revlog_entries(&[1]).unwrap(), [expected]);
}

#[test]
fn a_known_review_is_ignored() {
    let collection = TestCollection::in_sync();
    collection.merge_revlog(&[review(1)], Usn(4)).unwrap();
    collection.merge_revlog(&[RevlogEntry { ease: 1, ..review(1) }, review(2)], Usn(5)).unwrap();
    let stored = collection.revlog_entries(&[1, 2]).unwrap();
    assert_eq!((stored[0].ease, stored[0].usn), (3, Usn(4)));
    assert_eq!(stored[1].usn, Usn(5));
}

#[test]
fn oddly_stored_reviews_are_sent_with_valid_values() {
    let collection = TestCollection::in_sync();
    collection.run("INSERT INTO revlog VALUES (1, 2, 3, 300, 1.9, -5000000000, -1, -5, 9)");
    let expected = RevlogEntry {
        id: RevlogId(1),
        cid: CardId(2),
        usn: Usn(3),
        ease: 255,
        interval: 1,
        last_interval: i32::MIN,
        factor: 0,
        taken_millis: 0,
        kind: 0,
    };
    assert_eq!(collection.revlog_entries(&[1]).unwrap(), [expected]);
}
