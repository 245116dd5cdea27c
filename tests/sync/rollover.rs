//! The turn of the day, which unburies cards at `start`. Conformance cases 95 to 99.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use sync_tests::{Collection, SEED_USN, TestServer, seed, template};

const DAY_SECS: i64 = 86_400;

fn now_secs() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// Makes the collection 10 days old in UTC, so that today is day 10 whatever the time.
fn ten_days_old(collection: &Collection) {
    let midnight = now_secs() / DAY_SECS * DAY_SECS;
    collection.run("UPDATE col SET crt = ?", [midnight - 10 * DAY_SECS]);
    collection.set_config("creationOffset", "0");
    collection.set_config("localOffset", "0");
    collection.set_config("rollover", "0");
}

fn bury(collection: &Collection, id: i64, kind: i64, queue: i64, due: i64) {
    collection.add_card(id, 1000, 0);
    let values = [kind, queue, due, id];
    collection.run("UPDATE cards SET type = ?, queue = ?, due = ? WHERE id = ?", values);
}

/// Runs an empty sync and returns the collection.
#[track_caller]
fn after_a_sync(prepare: impl FnOnce(&Collection)) -> Collection {
    let server = TestServer::start_with(prepare);
    server.client().fetch(SEED_USN);
    server.stop().collection()
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
    // A turn of the real day during this test makes it 11.
    let today = collection.config("lastUnburied").unwrap();
    assert!(["10", "11"].contains(&today.as_str()), "{today}");
}

/// Case 95.
#[test]
fn on_the_same_day_nothing_is_unburied() {
    // The real day may turn during this test, from day 10 to 11; a day that
    // lies a little ahead is treated as the present one.
    for last in ["11", "12", "17"] {
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
        collection.set_config("lastUnburied", "19");
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
        collection.run("UPDATE col SET crt = ?", [now_secs() + 400 * DAY_SECS]);
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
        let server = TestServer::start_with(|collection| {
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

#[cfg(any())]
/// Case 99.
#[test]
fn the_day_turns_at_the_rollover_hour_of_the_devices_place() {
    // 4:00 on 2024-01-10 in UTC+10.
    let turn = 1_704_823_200;
    let at = |now: i64| {
        let file = template(|collection| {
            seed(collection);
            collection.run("UPDATE col SET crt = ?", [turn - 9 * DAY_SECS]);
            collection.set_config("creationOffset", "-600");
            collection.set_config("localOffset", "-600");
            collection.set_config("rollover", "4");
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("collection.anki2");
        std::fs::write(&path, file).unwrap();
        let mut store = CollectionStore::open(&path, TimestampMillis(now * 1000)).unwrap();
        store.begin_sync().unwrap();
        store.roll_over_day(Usn(SEED_USN), TimestampSecs(now)).unwrap();
        store.finish_sync(TimestampMillis(now * 1000)).unwrap();
        store.close().unwrap();
        Collection::open(&path).config("lastUnburied").unwrap()
    };
    assert_eq!(at(turn - 60), "8", "at 3:59 it is still the day before");
    assert_eq!(at(turn - 1), "8");
    assert_eq!(at(turn), "9", "at 4:00 it is the next day");
}

/// Case 99.
#[test]
fn the_devices_offset_counts_not_the_servers_zone() {
    // The offset sets the device's clock to half an hour before or after the
    // turn, whatever the time is here.
    let minutes_of_day = now_secs() % DAY_SECS / 60;
    let last_unburied = |local_minutes: i64| {
        let collection = after_a_sync(|collection| {
            ten_days_old(collection);
            collection.set_config("rollover", "12");
            collection
                .set_config("localOffset", &(minutes_of_day - local_minutes).to_string());
        });
        collection.config("lastUnburied").unwrap().parse::<i64>().unwrap()
    };
    let before = last_unburied(12 * 60 - 30);
    let after = last_unburied(12 * 60 + 30);
    assert_eq!(after, before + 1);
}
