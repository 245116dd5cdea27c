#![allow(clippy::unwrap_used, reason = "tests")]

use sync_protocol::collection::CardEntry;

use super::super::test_collection::{TestCollection, card};
use super::*;

fn cards(ids: &[i64]) -> Graves {
    Graves { cards: ids.iter().copied().map(CardId).collect(), ..Graves::default() }
}

#[test]
fn a_grave_for_an_unknown_id_is_recorded() {
    let mut collection = TestCollection::in_sync();
    collection.apply_graves(&cards(&[404]), Usn(3)).unwrap();
    assert_eq!(collection.pending_graves(Usn(3)).unwrap(), cards(&[404]));
}

#[test]
fn graves_of_all_kinds_are_sent_by_kind() {
    let mut collection = TestCollection::in_sync();
    let graves = Graves { cards: vec![CardId(1)], notes: vec![NoteId(1)], decks: vec![DeckId(-1)] };
    collection.apply_graves(&graves, Usn(3)).unwrap();
    assert_eq!(collection.pending_graves(Usn(3)).unwrap(), graves);
    assert!(collection.pending_graves(Usn(4)).unwrap().is_empty());
}

#[test]
fn a_deck_grave_leaves_its_cards_and_child_decks() {
    let mut collection = TestCollection::in_sync();
    collection.run(
        "INSERT INTO decks VALUES (10, 'a', 0, 0, x'', x'0a00');
         INSERT INTO decks VALUES (11, 'a' || char(31) || 'b', 0, 0, x'', x'0a00');",
    );
    collection.merge_cards(&[CardEntry { did: DeckId(10), ..card(1) }], Usn(0), Usn(0)).unwrap();
    let graves = Graves { decks: vec![DeckId(10)], ..Graves::default() };
    collection.apply_graves(&graves, Usn(1)).unwrap();
    assert_eq!(collection.value::<i64>("SELECT did FROM cards"), 10);
    assert_eq!(collection.value::<i64>("SELECT count() FROM decks WHERE id IN (10, 11)"), 1);
}

#[test]
fn a_note_grave_leaves_its_cards() {
    let mut collection = TestCollection::in_sync();
    collection.merge_notes(vec![collection.note(1, "a\u{1f}b")], Usn(0), Usn(0)).unwrap();
    collection.merge_cards(&[card(2)], Usn(0), Usn(0)).unwrap();
    let graves = Graves { notes: vec![NoteId(1)], ..Graves::default() };
    collection.apply_graves(&graves, Usn(1)).unwrap();
    let left = collection.counts().unwrap();
    assert_eq!((left.cards, left.notes), (1, 0));
}

#[test]
fn there_is_one_grave_for_an_id_and_kind() {
    let mut collection = TestCollection::in_sync();
    let graves =
        Graves { cards: vec![CardId(1), CardId(1)], notes: vec![NoteId(1)], decks: vec![] };
    collection.apply_graves(&graves, Usn(3)).unwrap();
    collection.apply_graves(&graves, Usn(3)).unwrap();
    assert_eq!(collection.value::<i64>("SELECT count() FROM graves"), 2);
}

#[test]
fn a_second_deletion_reaches_clients_that_synced_after_the_re_adding() {
    let mut collection = TestCollection::in_sync();
    collection.merge_cards(&[card(1)], Usn(0), Usn(1)).unwrap();
    collection.apply_graves(&cards(&[1]), Usn(2)).unwrap();
    collection.merge_cards(&[card(1)], Usn(0), Usn(3)).unwrap();
    collection.apply_graves(&cards(&[1]), Usn(4)).unwrap();
    assert_eq!(collection.pending_graves(Usn(4)).unwrap(), cards(&[1]));
    assert!(collection.is_empty().unwrap());
}

#[test]
fn a_re_added_card_is_sent_along_with_its_grave() {
    let mut collection = TestCollection::in_sync();
    collection.apply_graves(&cards(&[1]), Usn(2)).unwrap();
    collection.merge_cards(&[card(1)], Usn(0), Usn(3)).unwrap();
    assert_eq!(collection.pending_graves(Usn(1)).unwrap(), cards(&[1]));
    assert_eq!(collection.pending_ids(Usn(1)).unwrap().len(), 1);
}

#[test]
fn deletion_wins_over_a_later_change() {
    let mut collection = TestCollection::in_sync();
    let edited = CardEntry { mtime: sync_protocol::TimestampSecs(i64::MAX), ..card(1) };
    collection.merge_cards(&[edited], Usn(0), Usn(9)).unwrap();
    collection.apply_graves(&cards(&[1]), Usn(9)).unwrap();
    assert!(collection.is_empty().unwrap());
}

#[test]
fn graves_of_an_unknown_kind_are_not_sent() {
    let collection = TestCollection::in_sync();
    collection.run("INSERT INTO graves VALUES (1, 3, 5)");
    assert!(collection.pending_graves(Usn(0)).unwrap().is_empty());
}

#[test]
fn nothing_is_deleted_without_a_sync() {
    let mut collection = TestCollection::new();
    collection.apply_graves(&cards(&[1]), Usn(0)).unwrap_err();
    assert_eq!(collection.value::<i64>("SELECT count() FROM graves"), 0);
}

#[test]
fn more_graves_than_any_collection_has_are_refused() {
    let mut collection = TestCollection::in_sync();
    collection.run(
        "DROP INDEX idx_graves_pending;
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000)
         INSERT INTO graves SELECT i, 0, 0 FROM n",
    );
    collection.apply_graves(&Graves::default(), Usn(1)).unwrap();
    collection.apply_graves(&cards(&[1]), Usn(1)).unwrap();
    let refused = collection.apply_graves(&cards(&[-1]), Usn(1));
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
}
