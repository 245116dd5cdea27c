#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::test_collection::{TestCollection, card, review};
use super::*;

fn pending(revlog: usize, notes: usize, cards: usize) -> PendingIds {
    let ids = |count: usize| (0..count as i64).collect();
    PendingIds { revlog: ids(revlog), notes: ids(notes), cards: ids(cards) }
}

/// Sizes of all batches, with whether each was called the last.
fn batches(mut pending: PendingIds) -> Vec<(usize, bool)> {
    let mut batches = Vec::new();
    loop {
        let (ids, done) = pending.take_chunk();
        batches.push((ids.len(), done));
        if done {
            return batches;
        }
    }
}

#[test]
fn a_batch_that_ends_with_the_last_id_is_followed_by_an_empty_one() {
    assert_eq!(batches(pending(0, 0, 249)), [(249, true)]);
    assert_eq!(batches(pending(0, 0, 250)), [(250, false), (0, true)]);
    assert_eq!(batches(pending(0, 0, 251)), [(250, false), (1, true)]);
}

#[test]
fn kinds_take_turns_and_a_round_is_not_cut() {
    let mut pending = pending(100, 300, 260);
    let (ids, done) = pending.take_chunk();
    assert_eq!((ids.revlog.len(), ids.notes.len(), ids.cards.len(), done), (84, 84, 84, false));
    assert_eq!((ids.cards[0], ids.cards[83]), (259, 176), "from the end");
}

#[test]
fn nothing_pending_is_one_empty_last_batch_as_often_as_asked() {
    let collection = TestCollection::in_sync();
    let mut pending = collection.pending_ids(Usn(0)).unwrap();
    assert!(pending.is_empty());
    for _ in 0..2 {
        let chunk = collection.next_chunk(&mut pending).unwrap();
        assert_eq!(serde_json::to_string(&chunk).unwrap(), r#"{"done":true}"#);
    }
}

#[test]
fn the_newest_usn_comes_first_then_the_highest_id() {
    let collection = TestCollection::in_sync();
    collection.merge_cards(&[card(9), card(1)], Usn(0), Usn(3)).unwrap();
    collection.merge_cards(&[card(2), card(5)], Usn(0), Usn(4)).unwrap();
    let mut pending = collection.pending_ids(Usn(0)).unwrap();
    let chunk = collection.next_chunk(&mut pending).unwrap();
    assert_eq!(chunk.cards.iter().map(|card| card.id.0).collect::<Vec<_>>(), [5, 2, 9, 1]);
}

#[test]
fn only_what_changed_since_the_usn_is_pending() {
    let collection = TestCollection::in_sync();
    for (id, usn) in [(1, -1), (2, 0), (3, 5), (4, 6)] {
        collection.merge_revlog(&[review(id)], Usn(usn)).unwrap();
    }
    let ids = |since| collection.pending_ids(Usn(since)).unwrap().revlog;
    assert_eq!(ids(5), [3, 4]);
    assert_eq!(ids(7), [0; 0]);
    assert_eq!(ids(-1), [1], "a partner at -1 gets what is marked as unsent");
}

#[test]
fn objects_written_in_the_sync_are_not_sent_back() {
    let mut collection = TestCollection::in_sync();
    collection.merge_cards(&[card(1)], Usn(0), Usn(5)).unwrap();
    let mut pending = collection.pending_ids(Usn(5)).unwrap();
    let received = Chunk { cards: vec![card(2)], ..Chunk::default() };
    collection.apply_chunk(received, Usn(5), Usn(5)).unwrap();
    let chunk = collection.next_chunk(&mut pending).unwrap();
    assert_eq!(chunk.cards.iter().map(|card| card.id.0).collect::<Vec<_>>(), [1]);
}

#[test]
fn an_object_deleted_since_it_was_listed_is_left_out() {
    let collection = TestCollection::in_sync();
    collection.merge_cards(&[card(1), card(2)], Usn(0), Usn(5)).unwrap();
    let mut pending = collection.pending_ids(Usn(5)).unwrap();
    collection.run("DELETE FROM cards WHERE id = 2");
    let chunk = collection.next_chunk(&mut pending).unwrap();
    assert_eq!((chunk.cards.len(), chunk.done), (1, true));
}

#[test]
fn a_received_batch_of_all_kinds_is_merged() {
    let mut collection = TestCollection::in_sync();
    let chunk = Chunk {
        done: true,
        revlog: vec![review(1)],
        cards: vec![card(2)],
        notes: vec![collection.note(3, "a\u{1f}b"), collection.note(4, "c\u{1f}d")],
    };
    collection.apply_chunk(chunk, Usn(0), Usn(1)).unwrap();
    let mut pending = collection.pending_ids(Usn(1)).unwrap();
    let sent = collection.next_chunk(&mut pending).unwrap();
    assert_eq!((sent.revlog.len(), sent.cards.len(), sent.notes.len()), (1, 1, 2));
}

#[test]
fn a_batch_sent_again_after_a_lost_answer_doubles_nothing() {
    let mut collection = TestCollection::in_sync();
    let chunk = Chunk {
        done: true,
        revlog: vec![review(1)],
        cards: vec![card(2)],
        notes: vec![collection.note(3, "a\u{1f}b")],
    };
    collection.apply_chunk(chunk.clone(), Usn(5), Usn(5)).unwrap();
    collection.apply_chunk(chunk, Usn(5), Usn(6)).unwrap();
    assert_eq!(collection.pending_ids(Usn(0)).unwrap().len(), 3);
    assert_eq!(collection.pending_ids(Usn(6)).unwrap().len(), 0, "equal ones are kept");
}

#[test]
fn a_batch_is_refused_without_a_sync() {
    let mut collection = TestCollection::new();
    let chunk = Chunk { cards: vec![card(1)], ..Chunk::default() };
    collection.apply_chunk(chunk, Usn(0), Usn(1)).unwrap_err();
    assert!(collection.is_empty().unwrap());
}

#[test]
fn hundred_thousand_pending_ids_take_eight_bytes_each() {
    let collection = TestCollection::in_sync();
    collection.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         INSERT INTO revlog SELECT i, 1, 5, 3, 1, 1, 2500, 1000, 1 FROM n",
    );
    let mut pending = collection.pending_ids(Usn(5)).unwrap();
    assert_eq!((pending.len(), pending.revlog.capacity()), (100_000, 100_000));
    let chunk = collection.next_chunk(&mut pending).unwrap();
    assert_eq!((chunk.revlog.len(), chunk.done), (250, false));
}

proptest! {
    #[test]
    fn batches_rejoin_to_the_whole(revlog in 0..800usize, notes in 0..800usize, cards in 0..800usize) {
        let mut left = pending(revlog, notes, cards);
        let whole = left.len();
        let mut seen = BTreeSet::new();
        let mut count = 0;
        loop {
            let (ids, done) = left.take_chunk();
            prop_assert!(ids.len() <= 252);
            count += ids.len();
            seen.extend(ids.revlog.iter().map(|id| ('r', *id)));
            seen.extend(ids.notes.iter().map(|id| ('n', *id)));
            seen.extend(ids.cards.iter().map(|id| ('c', *id)));
            if done {
                break;
            }
        }
        prop_assert!(left.is_empty());
        prop_assert_eq!((count, seen.len()), (whole, whole));
    }
}

#[test]
fn a_batch_ends_early_when_its_notes_are_large() {
    let text = "hex(zeroblob(1500000))";
    for columns in [format!("i, 1, 1, 5, '', {text}"), format!("{text} || i, 1, 1, 5, '', ''")] {
        assert_eq!(
            batches_of_ten(&columns),
            [vec![10, 9, 8], vec![7, 6, 5], vec![4, 3, 2], vec![1]],
            "{columns}"
        );
    }
}

/// The ids in the batches of ten notes with these columns.
fn batches_of_ten(columns: &str) -> Vec<Vec<i64>> {
    let collection = TestCollection::in_sync();
    collection.run(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
         INSERT INTO notes SELECT i, {columns}, '', 0, 0, '' FROM n",
    ));
    let mut pending = collection.pending_ids(Usn(0)).unwrap();
    let mut batches = Vec::new();
    loop {
        let chunk = collection.next_chunk(&mut pending).unwrap();
        batches.push(chunk.notes.iter().map(|note| note.id.0).collect::<Vec<_>>());
        if chunk.done {
            return batches;
        }
    }
}
