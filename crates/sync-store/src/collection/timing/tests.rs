#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::super::test_collection::TestCollection;
use super::*;

const USN: Usn = Usn(3);
/// 2026-11-22 04:00 UTC.
const CREATED: i64 = 1_795_320_000;
const HOUR: i64 = 3600;
const DAY: i64 = DAY_SECS;

fn clock(rollover_hour: Option<u8>, local: i32, creation: Option<i32>) -> DayClock {
    DayClock {
        created: TimestampSecs(CREATED),
        rollover_hour,
        local_mins_west: local,
        creation_mins_west: creation,
    }
}

fn day(clock: DayClock, now: i64) -> u32 {
    clock.day_number(TimestampSecs(now))
}

#[test]
fn days_of_the_first_scheduler_start_at_the_time_of_creation() {
    let clock = clock(None, 0, None);
    assert_eq!(day(clock, CREATED + DAY - 1), 0);
    assert_eq!(day(clock, CREATED + DAY), 1);
}

#[test]
fn days_start_at_the_rollover_hour_of_the_local_offset() {
    // UTC+10: created at 14:00 local time.
    for creation in [None, Some(-600)] {
        let clock = clock(Some(4), -600, creation);
        let four_am_next_day = CREATED + 14 * HOUR;
        assert_eq!(day(clock, four_am_next_day - 60), 0, "03:59, {creation:?}");
        assert_eq!(day(clock, four_am_next_day), 1, "04:00, {creation:?}");
        assert_eq!(day(clock, four_am_next_day + 9 * DAY), 10, "{creation:?}");
    }
}

#[test]
fn the_first_day_is_that_of_the_offset_at_creation() {
    // Created at 23:00 of the day before in UTC-5, now in UTC.
    let clock = clock(Some(4), 0, Some(300));
    assert_eq!(day(clock, CREATED), 1);
    assert_eq!(day(clock, CREATED - 1), 0, "before the rollover hour");
}

/// Creation, now, rollover hour, local and creation offset, and the day.
type CountedDay = (i64, i64, Option<u8>, i32, Option<i32>, u32);

/// What a real client (26.9.3) counted.
const COUNTED_BY_CLIENT: &[CountedDay] = &[
    (1_792_587_148, 1_795_464_219, None, -330, Some(1439), 33),
    (1_794_286_203, 1_795_464_223, None, 720, None, 13),
    (1_792_563_731, 1_795_464_220, Some(6), 0, None, 33),
    (1_794_070_708, 1_795_464_222, Some(2), 300, None, 16),
    (1_792_533_846, 1_795_464_220, Some(22), 0, None, 33),
    (1_795_033_253, 1_795_464_218, Some(3), -600, None, 5),
    (1_795_210_083, 1_795_464_218, Some(1), -600, None, 3),
    (1_794_192_024, 1_795_464_221, Some(15), 90, Some(-720), 14),
    (1_792_969_750, 1_795_464_222, Some(6), 300, Some(1439), 30),
    (1_794_188_957, 1_795_464_222, Some(14), 720, Some(1439), 14),
    (1_793_558_601, 1_795_464_218, Some(9), -840, Some(0), 23),
    (1_792_550_502, 1_795_464_220, Some(1), -60, Some(-600), 33),
    (1_792_458_000, 1_795_464_221, Some(6), 90, Some(1439), 35),
    (1_794_168_117, 1_795_464_222, Some(22), 300, Some(300), 14),
];

#[test]
fn day_numbers_are_those_of_clients() {
    for &(created, now, rollover_hour, local_mins_west, creation_mins_west, day) in
        COUNTED_BY_CLIENT
    {
        let created = TimestampSecs(created);
        let clock = DayClock { created, rollover_hour, local_mins_west, creation_mins_west };
        assert_eq!(clock.day_number(TimestampSecs(now)), day, "{clock:?}");
    }
}

#[test]
fn a_moment_before_the_creation_is_on_day_0() {
    for clock in [clock(None, 0, None), clock(Some(4), 0, None), clock(Some(4), 0, Some(0))] {
        assert_eq!(day(clock, CREATED - 100 * DAY), 0);
    }
}

#[test]
fn offsets_of_a_day_and_more_count_as_utc() {
    assert_eq!(west_secs(1439), 1439 * 60);
    assert_eq!(west_secs(-1440), 0);
    assert_eq!(west_secs(i32::MIN), 0);
}

proptest! {
    #[test]
    fn no_clock_overflows(
        created in any::<i64>(), now in any::<i64>(), hour in any::<Option<u8>>(),
        local in any::<i32>(), creation in any::<Option<i32>>(),
    ) {
        let clock = DayClock {
            created: TimestampSecs(created),
            rollover_hour: hour,
            local_mins_west: local,
            creation_mins_west: creation,
        };
        clock.day_number(TimestampSecs(now));
    }
}

/// A collection with four buried cards and one suspended one, and these settings.
fn buried(settings: &[(&str, &str)]) -> TestCollection {
    let collection = TestCollection::in_sync();
    collection.run("DELETE FROM config");
    collection.db.execute("UPDATE col SET crt = ?", [CREATED]).unwrap();
    for (key, value) in settings {
        collection
            .db
            .execute("INSERT INTO config VALUES (?, 0, 0, ?)", (key, value.as_bytes()))
            .unwrap();
    }
    for (id, kind, queue, due) in [
        (1, 0, -2, 5_i64),
        (2, 2, -3, 5),
        (3, 1, -2, 5),
        (4, 1, -3, 1_700_000_000),
        (5, 3, -2, 5),
        (6, 2, -1, 5),
    ] {
        collection
            .db
            .execute(
                "INSERT INTO cards VALUES (?1,1,1,0,7,1,?2,?3,?4,0,0,0,0,0,0,0,0,'')",
                (id, kind, queue, due),
            )
            .unwrap();
    }
    collection
}

fn queues(collection: &TestCollection) -> Vec<i64> {
    let mut statement = collection.db.prepare("SELECT queue FROM cards ORDER BY id").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

const BURIED: [i64; 6] = [-2, -3, -2, -3, -2, -1];
const UNBURIED: [i64; 6] = [0, 2, 3, 1, 3, -1];

fn roll_over(collection: &mut TestCollection, now: i64) {
    collection.roll_over_day(USN, TimestampSecs(now)).unwrap();
}

fn last_unburied(collection: &TestCollection) -> Option<u32> {
    collection.config_value("lastUnburied").unwrap()
}

#[test]
fn a_new_day_unburies_cards_without_marking_them_as_changed() {
    let mut collection = buried(&[("schedVer", "2"), ("rollover", "4"), ("lastUnburied", "1")]);
    roll_over(&mut collection, CREATED + 2 * DAY);
    assert_eq!(queues(&collection), UNBURIED);
    assert_eq!(last_unburied(&collection), Some(2));
    let changed: i64 = collection.value("SELECT count() FROM cards WHERE usn <> 1 OR mod <> 7");
    assert_eq!(changed, 0);
    let usn: i64 = collection.value("SELECT usn FROM config WHERE KEY = 'lastUnburied'");
    assert_eq!(usn, i64::from(USN.0));
}

#[test]
fn cards_stay_buried_on_the_same_day() {
    let mut collection = buried(&[("schedVer", "2"), ("rollover", "4"), ("lastUnburied", "2")]);
    roll_over(&mut collection, CREATED + 2 * DAY);
    assert_eq!(queues(&collection), BURIED);
    assert_eq!(last_unburied(&collection), Some(2));
}

#[test]
fn a_missing_rollover_hour_is_stored_until_the_sync_is_rolled_back() {
    let mut collection = buried(&[]);
    collection.run("INSERT INTO config VALUES ('schedVer', 0, 0, x'32')");
    collection.finish_sync(sync_protocol::TimestampMillis(5)).unwrap();
    collection.begin_sync().unwrap();
    roll_over(&mut collection, CREATED);
    assert_eq!(collection.config_value::<u8>("rollover").unwrap(), Some(4));
    collection.roll_back();
    assert_eq!(collection.config_value::<u8>("rollover").unwrap(), None);
}

#[test]
fn the_first_scheduler_gets_no_rollover_hour() {
    let mut collection = buried(&[]);
    roll_over(&mut collection, CREATED + DAY);
    assert_eq!(collection.config_value::<u8>("rollover").unwrap(), None);
    assert_eq!(queues(&collection), UNBURIED);
}

#[test]
fn odd_settings_never_fail_a_sync_and_a_far_day_is_corrected() {
    for settings in [
        [("schedVer", "2"), ("localOffset", "\"x\""), ("lastUnburied", "4294967295")],
        [("schedVer", "2"), ("creationOffset", "2147483647"), ("lastUnburied", "100000")],
        [("rollover", "99"), ("schedVer", "{"), ("lastUnburied", "8")],
    ] {
        let mut collection = buried(&settings);
        collection.run("UPDATE col SET crt = 99999999999");
        roll_over(&mut collection, CREATED);
        assert_eq!(last_unburied(&collection), Some(0), "{settings:?}");
        assert_eq!(queues(&collection), UNBURIED, "{settings:?}");
    }
}

#[test]
fn a_day_up_to_a_week_ahead_is_left_alone() {
    let mut collection = buried(&[("lastUnburied", "7")]);
    roll_over(&mut collection, CREATED);
    assert_eq!(
        (queues(&collection).as_slice(), last_unburied(&collection)),
        (&BURIED[..], Some(7))
    );
}

#[test]
fn the_day_is_computed_anew_at_every_sync() {
    let mut collection = buried(&[("schedVer", "2"), ("rollover", "4")]);
    roll_over(&mut collection, CREATED);
    assert_eq!(last_unburied(&collection), None);
    collection.run("UPDATE col SET crt = crt - 864000");
    roll_over(&mut collection, CREATED);
    assert_eq!(last_unburied(&collection), Some(10));
}

#[test]
fn a_failure_of_the_step_is_undone_and_the_sync_goes_on() {
    let mut collection = buried(&[("schedVer", "2")]);
    collection.run("ALTER TABLE cards RENAME COLUMN queue TO other");
    roll_over(&mut collection, CREATED + DAY);
    assert_eq!(collection.config_value::<u8>("rollover").unwrap(), None, "undone");
    collection.finish_sync(sync_protocol::TimestampMillis(5)).unwrap();
}
