#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::test_collection::{CREATED, TestCollection, card};
use super::*;

const LATER: TimestampMillis = TimestampMillis(CREATED.0 + 60_000);

#[test]
fn a_fresh_collection_has_no_change_and_no_card() {
    let collection = TestCollection::new();
    let stamps = collection.stamps().unwrap();
    assert_eq!((stamps.modified, stamps.last_sync), (TimestampMillis(0), TimestampMillis(0)));
    assert_eq!((stamps.schema_modified, stamps.usn), (CREATED, Usn(0)));
    assert!(collection.is_empty().unwrap());
    assert_eq!(collection.counts().unwrap(), CollectionCounts { cards: 0, notes: 0 });
}

#[test]
fn finishing_commits_with_new_times_and_the_next_usn() {
    let mut collection = TestCollection::in_sync();
    collection.merge_cards(&[card(1)], Usn(0), Usn(0)).unwrap();
    assert_eq!(collection.finish_sync(LATER).unwrap(), LATER);
    collection.roll_back();
    let stamps = collection.stamps().unwrap();
    assert_eq!((stamps.modified, stamps.last_sync, stamps.usn), (LATER, LATER, Usn(1)));
    assert_eq!(collection.counts().unwrap(), CollectionCounts { cards: 1, notes: 0 });
}

#[test]
fn a_long_log_is_merged_when_asked_and_a_much_longer_one_by_the_commit() {
    let mut collection = TestCollection::in_sync();
    let file = collection.path().to_owned();
    let bytes = |path: &std::path::Path| std::fs::metadata(path).unwrap().len();
    let log = file.with_extension("anki2-wal");
    collection.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         INSERT INTO notes SELECT i, i, 1, 1, 1, '', hex(zeroblob(2000)), '', 0, 0, '' FROM n",
    );
    let before = bytes(&file);
    collection.finish_sync(CREATED).unwrap();
    assert_eq!(bytes(&file), before);
    assert!(bytes(&log) > 8_000_000);
    assert!(collection.has_long_log().unwrap());
    collection.merge_log().unwrap();
    assert!(bytes(&file) > before + 8_000_000);

    // A short one stays, as its pages are likely to change again.
    let merged = bytes(&file);
    collection.begin_sync().unwrap();
    collection.run("UPDATE notes SET mod = 2 WHERE id = 1; CREATE TABLE more (x)");
    collection.finish_sync(CREATED).unwrap();
    assert!(!collection.has_long_log().unwrap());
    assert_eq!(bytes(&file), merged);

    // Nobody asks, whatever the log's length.
    for _ in 0..10 {
        collection.begin_sync().unwrap();
        collection.run("UPDATE notes SET flds = hex(zeroblob(2000))");
        collection.finish_sync(CREATED).unwrap();
    }
    assert!(bytes(&log) < 80_000_000, "{}", bytes(&log));
}

#[test]
fn rolling_back_leaves_everything_as_before() {
    let mut collection = TestCollection::in_sync();
    let before = collection.stamps().unwrap();
    collection.merge_cards(&[card(1)], Usn(0), Usn(0)).unwrap();
    collection.roll_back();
    collection.roll_back();
    assert!(collection.is_empty().unwrap());
    assert_eq!(collection.stamps().unwrap(), before);
    collection.begin_sync().expect("another sync can begin");
}

#[test]
fn nothing_is_written_without_a_sync() {
    let mut collection = TestCollection::new();
    let before = collection.stamps().unwrap();
    collection.finish_sync(LATER).unwrap_err();
    collection.roll_over_day(Usn(0), LATER.as_secs()).unwrap_err();
    assert_eq!(collection.stamps().unwrap(), before);
}

#[test]
fn a_sync_within_the_millisecond_of_the_last_change_still_shows() {
    let mut collection = TestCollection::in_sync();
    collection.finish_sync(LATER).unwrap();
    collection.begin_sync().unwrap();
    assert_eq!(collection.finish_sync(LATER).unwrap(), TimestampMillis(LATER.0 + 1));
}

#[test]
fn a_download_raises_usn_and_modified_only() {
    let mut collection = TestCollection::new();
    let before = collection.stamps().unwrap();
    collection.touch_for_download(LATER).unwrap();
    collection.roll_back();
    let expected = CollectionStamps { modified: LATER, usn: before.usn.next(), ..before };
    assert_eq!(collection.stamps().unwrap(), expected);
}

#[test]
fn the_usn_stops_at_the_largest_one() {
    let mut collection = TestCollection::new();
    collection.run("UPDATE col SET usn = 2147483647");
    collection.touch_for_download(LATER).unwrap();
    assert_eq!(collection.value::<i64>("SELECT usn FROM col"), i64::from(i32::MAX));
}

#[test]
fn requirements_come_from_the_config() {
    for (settings, v2_scheduler, v2_timezones) in [
        ("", false, false),
        ("('schedVer', 0, 0, x'32')", true, false),
        ("('schedVer', 0, 0, x'31')", false, false),
        // JSON null, then -600.
        ("('creationOffset', 0, 0, x'6e756c6c')", false, false),
        ("('schedVer', 0, 0, x'32'), ('creationOffset', 0, 0, x'2d363030')", true, true),
    ] {
        let collection = TestCollection::new();
        collection.run("DELETE FROM config");
        if !settings.is_empty() {
            collection.run(&format!("INSERT INTO config VALUES {settings}"));
        }
        let expected = ClientRequirements { v2_scheduler, v2_timezones };
        assert_eq!(collection.client_requirements().unwrap(), expected, "{settings}");
    }
}
