#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::test_collection::{TestCollection, card};
use super::*;
use sync_protocol::Usn;

/// What a client that agrees would send, and the server's answer.
fn agreeing_counts(collection: &TestCollection) -> SanityCheckCounts {
    collection.sanity_counts().unwrap().unwrap()
}

#[test]
fn due_counts_and_graves_are_not_compared_and_come_back_as_zero() {
    let collection = TestCollection::in_sync();
    collection.run("INSERT INTO graves VALUES (1, 0, 3)");
    let agreeing = agreeing_counts(&collection);
    assert_eq!((agreeing.notetypes, agreeing.decks, agreeing.deck_config), (6, 1, 1));
    let client = SanityCheckCounts {
        counts: DueCounts { new: 1, learn: 2, review: 3 },
        graves: 9,
        ..agreeing
    };
    let expected =
        SanityCheckResponse { status: SanityStatus::Ok, client: agreeing, server: Some(agreeing) };
    assert_eq!(collection.sanity_check(client).unwrap(), expected);
}

#[test]
fn one_card_more_on_the_client_is_bad_and_both_counts_are_told() {
    let collection = TestCollection::in_sync();
    let server = agreeing_counts(&collection);
    let client = SanityCheckCounts { cards: server.cards + 1, ..server };
    let expected = SanityCheckResponse { status: SanityStatus::Bad, client, server: Some(server) };
    assert_eq!(collection.sanity_check(client).unwrap(), expected);
}

#[test]
fn an_unsent_row_in_any_table_is_bad_and_the_client_counts_stay() {
    let insert = [
        "INSERT INTO cards VALUES (1,1,1,0,0,-1,0,0,0,0,0,0,0,0,0,0,0,'')",
        "INSERT INTO notes VALUES (1,'g',1,0,-1,'','','',0,0,'')",
        "INSERT INTO revlog VALUES (1,1,-1,1,1,1,1,1,1)",
        "INSERT INTO graves VALUES (1,0,-1)",
        "INSERT INTO decks VALUES (5,'d',0,-1,x'',x'0a00')",
        "INSERT INTO deck_config VALUES (5,'c',0,-1,x'')",
        "INSERT INTO tags VALUES ('t',-1,1,NULL)",
        "INSERT INTO notetypes VALUES (5,'n',0,-1,x'')",
    ];
    for sql in insert {
        let collection = TestCollection::in_sync();
        let client = SanityCheckCounts {
            counts: DueCounts { new: 9, learn: 9, review: 9 },
            graves: 7,
            ..agreeing_counts(&collection)
        };
        collection.run(sql);
        let expected = SanityCheckResponse { status: SanityStatus::Bad, client, server: None };
        assert_eq!(collection.sanity_check(client).unwrap(), expected, "{sql}");
    }
}

#[test]
fn config_may_hold_unsent_rows() {
    let collection = TestCollection::in_sync();
    collection.run("UPDATE config SET usn = -1");
    assert_eq!(
        collection.sanity_check(agreeing_counts(&collection)).unwrap().status,
        SanityStatus::Ok
    );
}

#[test]
fn a_failure_to_count_is_bad() {
    let collection = TestCollection::in_sync();
    let client = agreeing_counts(&collection);
    collection.run("DROP TABLE revlog");
    let expected = SanityCheckResponse { status: SanityStatus::Bad, client, server: None };
    assert_eq!(collection.sanity_check(client).unwrap(), expected);
}

#[test]
fn orphans_do_not_fail_the_check_but_are_told_as_problems() {
    let collection = TestCollection::in_sync();
    collection.merge_cards(&[card(1)], Usn(0), Usn(0)).unwrap();
    assert_eq!(
        collection.sanity_check(agreeing_counts(&collection)).unwrap().status,
        SanityStatus::Ok
    );
    assert_eq!(collection.integrity_problems().unwrap(), ["Cards without a note: 1."]);
}

#[test]
fn a_fresh_collection_has_no_problems() {
    assert_eq!(TestCollection::new().integrity_problems().unwrap(), [""; 0]);
}

#[test]
fn problems_name_the_table_of_unsent_rows() {
    let collection = TestCollection::in_sync();
    collection.run("INSERT INTO tags VALUES ('t',-1,1,NULL)");
    let problems = collection.integrity_problems().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("Rows in table tags "), "{problems:?}");
}
