#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::test_collection::{TestCollection, card};
use super::*;

fn modified_and_usn(collection: &TestCollection) -> (i64, i64) {
    (collection.value("SELECT mod FROM cards"), collection.value("SELECT usn FROM cards"))
}

#[test]
fn every_column_is_stored_and_sent_back() {
    let collection = TestCollection::in_sync();
    let received = CardEntry {
        id: CardId(-5),
        nid: NoteId(2),
        did: DeckId(3),
        ord: u16::MAX,
        mtime: TimestampSecs(5),
        usn: Usn(-1),
        ctype: CardType::Relearning,
        queue: CardQueue::UserBuried,
        due: i32::MIN,
        interval: u32::MAX,
        factor: 2500,
        reps: u32::MAX,
        lapses: 13,
        left: u32::MAX,
        odue: -16,
        odid: DeckId(i64::MIN),
        flags: 255,
        data: r#"{"lrt":9, "pos":1}"#.into(),
    };
    collection.merge_cards(std::slice::from_ref(&received), Usn(0), Usn(4)).unwrap();
    let expected = CardEntry { usn: Usn(4), data: r#"{"pos":1,"lrt":9}"#.into(), ..received };
    assert_eq!(collection.card_entries(&[-5]).unwrap(), [expected]);
}

#[test]
fn a_card_changed_on_the_server_yields_to_a_newer_one_only() {
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
        collection.merge_cards(&[card(1)], Usn(0), Usn(5)).unwrap();
        let received = CardEntry { mtime: TimestampSecs(modified), ..card(1) };
        collection.merge_cards(&[received], Usn(client_usn), Usn(7)).unwrap();
        let expected = if wins { (modified, 7) } else { (1000, 5) };
        assert_eq!(
            modified_and_usn(&collection),
            expected,
            "client usn {client_usn}, mod {modified}"
        );
    }
}

#[test]
fn a_received_card_is_found_by_other_clients_whatever_usn_it_came_with() {
    let collection = TestCollection::in_sync();
    let cards = [CardEntry { usn: Usn(-1), ..card(1) }, CardEntry { usn: Usn(2), ..card(2) }];
    collection.merge_cards(&cards, Usn(9), Usn(9)).unwrap();
    assert_eq!(collection.pending_ids(Usn(9)).unwrap().len(), 2);
}

#[test]
fn a_card_without_note_and_deck_is_stored_and_sent_on() {
    let collection = TestCollection::in_sync();
    let lost = CardEntry { nid: NoteId(404), did: DeckId(404), ..card(1) };
    collection.merge_cards(std::slice::from_ref(&lost), Usn(0), Usn(0)).unwrap();
    assert_eq!(collection.card_entries(&[1]).unwrap(), [lost]);
}

#[test]
fn oddly_stored_cards_are_sent_with_the_nearest_valid_values() {
    let collection = TestCollection::in_sync();
    collection.run(
        "INSERT INTO cards VALUES
             (1, 1, 1, 70000, 1.9, 3, 9, 7, 1.5, -5, 2500.7, -1, 5000000000, 'x', 3000000000, 0,
              999, x'7b22706f73223a337d')",
    );
    let sent = collection.card_entries(&[1]).unwrap().remove(0);
    let expected = CardEntry {
        ord: u16::MAX,
        mtime: TimestampSecs(1),
        usn: Usn(3),
        ctype: CardType::Relearning,
        queue: CardQueue::PreviewRepeat,
        due: 0,
        interval: 0,
        factor: 2500,
        reps: 0,
        lapses: u32::MAX,
        left: 0,
        odue: 0,
        flags: 255,
        ..card(1)
    };
    assert_eq!(sent, expected);
}

#[test]
fn data_is_rewritten_when_a_card_is_sent() {
    let collection = TestCollection::in_sync();
    collection.merge_cards(&[card(1)], Usn(0), Usn(0)).unwrap();
    collection.run(r#"UPDATE cards SET data = '{"s":1.23456,"d":5}'"#);
    assert_eq!(collection.card_entries(&[1]).unwrap()[0].data, r#"{"s":1.2346,"d":5.0}"#);
}
