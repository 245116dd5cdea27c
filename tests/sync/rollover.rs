//! The turn of the day, which unburies cards at `start`. Conformance cases 95 to 99.

use serde_json::json;
use sync_protocol::TimestampMillis;
use sync_tests::{Collection, SEED_USN, TestServer};

const DAY_SECS: i64 = 86_400;
/// Noon in UTC on 2024-01-10, where the server's clock stands in these tests.
const NOON: i64 = 1_704_888_000;

/// Makes the collection 10 days old, with days that begin at midnight in UTC.
fn ten_days_old(collection: &Collection) {
    collection.run("UPDATE col SET crt = ?", [NOON - NOON % DAY_SECS - 10 * DAY_SECS]);
    collection.set_config("creationOffset", "0");
    collection.set_config("localOffset", "0");
    collection.set_config("rollover", "0");
}

fn bury(collection: &Collection, id: i64, kind: i64, queue: i64, due: i64) {
    collection.add_card(id, 1000, 0);
    let values = [kind, queue, due, id];
    collection.run("UPDATE cards SET type = ?, queue = ?, due = ? WHERE id = ?", values);
}

/// Runs an empty sync at a time and returns the collection.
#[track_caller]
fn after_a_sync_at(now: i64, prepare: impl FnOnce(&Collection)) -> Collection {
    let server = TestServer::start_at(TimestampMillis(now * 1000), prepare);
    server.client().fetch(SEED_USN);
    server.stop().collection()
}

/// Runs an empty sync and returns the collection.
#[track_caller]
fn after_a_sync(prepare: impl FnOnce(&Collection)) -> Collection {
    after_a_sync_at(NOON, prepare)
}

/// Case 95.
#[test]
fn a_new_day_unburies_cards_without_marking_them_as_changed() {
    let collection = after_a_sync(|collection| {
        ten_days_old(collection);
        collection.set_config("lastUnburied", "9");
        bury(collection, 1, 0, -2, 1);
        bury(collection, 2, 2, -3, 1);
    });
    assert_eq!(
        collection.column::<String>("SELECT queue || ' ' || mod || ' ' || usn FROM cards"),
        ["0 1000 0", "2 1000 0"]
    );
    assert_eq!(collection.config("lastUnburied").unwrap(), "10");
}

/// Case 95.
#[test]
fn on_the_same_day_nothing_is_unburied() {
    // A day that lies a little ahead is treated as the present one.
    for last in ["10", "11", "17"] {
        let collection = after_a_sync(|collection| {
            ten_days_old(collection);
            collection.set_config("lastUnburied", last);
            bury(collection, 1, 0, -2, 1);
        });
        assert_eq!(collection.config("lastUnburied").unwrap(), last);
        assert_eq!(collection.one::<i64>("SELECT queue FROM cards"), -2);
    }
}

#[test]
fn a_last_day_far_ahead_is_an_old_clock() {
    let collection = after_a_sync(|collection| {
        ten_days_old(collection);
        collection.set_config("lastUnburied", "18");
        bury(collection, 1, 0, -2, 1);
    });
    assert_eq!(collection.one::<i64>("SELECT queue FROM cards"), 0);
}

/// Case 96.
#[test]
fn unburied_learning_cards_wait_by_time_or_by_day() {
    let collection = after_a_sync(|collection| {
        ten_days_old(collection);
        bury(collection, 1, 1, -2, 5);
        bury(collection, 2, 1, -2, 1_700_000_000);
        bury(collection, 3, 3, -3, 5);
        bury(collection, 4, 3, -3, 1_700_000_000);
        bury(collection, 5, 2, -1, 5);
        bury(collection, 6, 1, -2, 1_000_000_000);
        bury(collection, 7, 1, -2, 1_000_000_001);
    });
    assert_eq!(
        collection.column::<i64>("SELECT queue FROM cards ORDER BY id"),
        [3, 1, 3, 1, -1, 3, 1]
    );
}

/// Case 97.
#[test]
fn a_missing_rollover_hour_is_stored_with_the_sync() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.abort().ok();
    let aborted = server.stop();
    assert_eq!(aborted.collection().config("rollover"), None);
    assert_eq!(aborted.collection().config("lastUnburied"), None);
    let server = aborted.restart();
    let device = server.client();
    device.start(SEED_USN).ok();
    let config = device.apply_changes(&json!({})).ok()["conf"].clone();
    device.finish().ok();
    assert_eq!(config["rollover"], 4);
    assert_eq!(server.stop().collection().config("rollover").unwrap(), "4");
}

#[test]
fn the_first_scheduler_has_no_rollover_hour() {
    let collection = after_a_sync(|collection| collection.set_config("schedVer", "1"));
    assert_eq!(collection.config("rollover"), None);
    assert!(collection.config("lastUnburied").unwrap().parse::<u32>().unwrap() > 0);
}

/// Case 98.
#[test]
fn odd_settings_never_fail_a_sync() {
    let in_the_future = |collection: &Collection| {
        collection.run("UPDATE col SET crt = ?", [NOON + 400 * DAY_SECS]);
        collection.set_config("lastUnburied", "4000000000");
    };
    let variants: [fn(&Collection); 5] = [
        |_| {},
        |collection| collection.set_config("localOffset", "\"text\""),
        |collection| collection.set_config("creationOffset", "-100000"),
        |collection| collection.set_config("rollover", "200"),
        |collection| {
            collection.set_config("schedVer", "\"two\"");
            collection.set_config("localOffset", "not json");
        },
    ];
    for odd in variants {
        let server = TestServer::start_at(TimestampMillis(NOON * 1000), |collection| {
            in_the_future(collection);
            odd(collection);
            bury(collection, 1, 0, -2, 1);
        });
        let device = server.client();
        device.start_newer(SEED_USN).ok();
        device.finish().ok();
        let collection = server.stop().collection();
        assert_eq!(collection.config("lastUnburied").unwrap(), "0");
        assert_eq!(collection.one::<i64>("SELECT queue FROM cards"), 0);
    }
}

#[test]
fn a_creation_time_at_the_end_of_numbers_never_fails_a_sync() {
    for created in [i64::MIN, i64::MAX] {
        after_a_sync(|collection| collection.run("UPDATE col SET crt = ?", [created]));
    }
}

/// Case 99.
#[test]
fn the_day_turns_at_the_rollover_hour_of_the_devices_place() {
    // 4:00 on 2024-01-10 in UTC+10.
    const TURN: i64 = 1_704_823_200;
    let day_at = |now: i64| {
        let collection = after_a_sync_at(now, |collection| {
            collection.run("UPDATE col SET crt = ?", [TURN - 9 * DAY_SECS]);
            collection.set_config("creationOffset", "-600");
            collection.set_config("localOffset", "-600");
            collection.set_config("rollover", "4");
        });
        collection.config("lastUnburied").unwrap()
    };
    assert_eq!(day_at(TURN - 60), "8", "at 3:59 it is still the day before");
    assert_eq!(day_at(TURN - 1), "8");
    assert_eq!(day_at(TURN), "9", "at 4:00 it is the next day");
}

#[test]
fn without_a_creation_offset_days_count_from_the_rollover_hour() {
    // Created at 10:00 UTC, 11:00 at the device; its day began at 4:00 there.
    let created = NOON - 2 * 3600 - 10 * DAY_SECS;
    let day_at = |now: i64| {
        let collection = after_a_sync_at(now, |collection| {
            collection.run("UPDATE col SET crt = ?", [created]);
            collection.set_config("localOffset", "-60");
            collection.set_config("rollover", "4");
        });
        collection.config("lastUnburied").unwrap()
    };
    let turn = NOON - NOON % DAY_SECS + 3 * 3600;
    assert_eq!(day_at(turn - 1), "9");
    assert_eq!(day_at(turn), "10");
}

#[test]
fn the_first_scheduler_counts_days_from_the_second_of_creation() {
    let day_at = |now: i64| {
        let collection = after_a_sync_at(now, |collection| {
            collection.run("UPDATE col SET crt = ?", [NOON - 10 * DAY_SECS]);
            collection.set_config("schedVer", "1");
        });
        collection.config("lastUnburied").unwrap()
    };
    assert_eq!(day_at(NOON - 1), "9");
    assert_eq!(day_at(NOON), "10");
}

#[test]
fn the_day_is_computed_afresh_in_every_sync() {
    let server = TestServer::start_at(TimestampMillis(NOON * 1000), |collection| {
        ten_days_old(collection);
        collection.set_config("lastUnburied", "10");
    });
    let mut device = server.client();
    device.fetch(SEED_USN);
    let config = json!({"schedVer": 2, "rollover": 0, "creationOffset": 0, "localOffset": -780,
        "lastUnburied": 10});
    device.send_changes(
        SEED_USN + 1,
        json!({"conf": config, "crt": NOON - NOON % DAY_SECS - 10 * DAY_SECS}),
    );
    device.fetch(SEED_USN + 2);
    // At the device it is 1:00 of the next day.
    assert_eq!(server.stop().collection().config("lastUnburied").unwrap(), "11");
}
