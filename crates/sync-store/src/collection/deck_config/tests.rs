#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::collection::test_collection::TestCollection;

const USN: Usn = Usn(7);

fn config(id: i64) -> Value {
    json!({
        "id": id, "mod": 100, "name": "Mine", "usn": -1, "maxTaken": 100, "autoplay": false,
        "timer": 1, "replayq": false, "dyn": false,
        "new": {"bury": true, "delays": [1.0, 10.5], "initialFactor": 2350, "ints": [2, 9, 0],
                "order": 0, "perDay": 30, "zzz": 1},
        "rev": {"bury": true, "ease4": 1.5, "ivlFct": 0.9, "maxIvl": 1000, "perDay": 100,
                "hardFactor": 1.1, "yyy": "s"},
        "lapse": {"delays": [20.0], "leechAction": 0, "leechFails": 9, "minInt": 2, "mult": 0.5,
                  "xxx": null},
        "newMix": 1, "newPerDayMinimum": 3, "interdayLearningMix": 2, "reviewOrder": 99,
        "newSortOrder": 4, "newGatherPriority": 5, "buryInterdayLearning": true,
        "fsrsWeights": [0.1], "fsrsParams5": [0.2], "fsrsParams6": [0.3, 3.33333],
        "desiredRetention": 0.83, "ignoreRevlogsBeforeDate": "2024-01-01",
        "easyDaysPercentages": [1.0, 0.5], "stopTimerOnAnswer": true,
        "secondsToShowQuestion": 1.5, "secondsToShowAnswer": 2.5, "questionAction": 1,
        "answerAction": 4, "waitForAudio": false, "sm2Retention": 0.85, "weightSearch": "deck:x",
        "top": 3.5
    })
}

fn merge(collection: &TestCollection, config: Value) -> Result<(), StoreError> {
    collection.merge_deck_configs(vec![serde_json::from_value(config).unwrap()], USN)
}

/// As text and back, because floats are compared as they are written.
fn stored(collection: &TestCollection, id: i64) -> Value {
    let row = DeckConfigRow::load(&collection.db, id).unwrap().unwrap();
    serde_json::from_str(&serde_json::to_string(&row.into_legacy()).unwrap()).unwrap()
}

/// A config with its settings changed behind the clients' back.
fn with_settings(change: impl FnOnce(&mut DeckConfigSettings)) -> Value {
    let collection = TestCollection::new();
    let mut row = DeckConfigRow::load(&collection.db, 1).unwrap().unwrap();
    change(&mut row.settings);
    row.write(&collection.db).unwrap();
    stored(&collection, 1)
}

#[test]
fn a_config_comes_back_as_it_was_sent_with_the_servers_usn() {
    let collection = TestCollection::new();
    merge(&collection, config(5)).unwrap();
    let mut expected = config(5);
    expected["usn"] = 7.into();
    assert_eq!(stored(&collection, 5), expected);
}

#[test]
fn keys_that_an_older_client_left_out_are_kept() {
    let collection = TestCollection::new();
    merge(&collection, config(5)).unwrap();
    let before = stored(&collection, 5);
    let mut from_old_client = config(5);
    let required =
        ["id", "mod", "name", "usn", "maxTaken", "autoplay", "timer", "new", "rev", "lapse", "top"];
    from_old_client.as_object_mut().unwrap().retain(|key, _| required.contains(&key.as_str()));
    from_old_client["new"].as_object_mut().unwrap().remove("bury");
    from_old_client["rev"].as_object_mut().unwrap().remove("bury");
    from_old_client["rev"].as_object_mut().unwrap().remove("hardFactor");
    merge(&collection, from_old_client).unwrap();
    assert_eq!(stored(&collection, 5), before);
}

#[test]
fn keys_left_out_of_a_new_config_get_their_default() {
    let collection = TestCollection::new();
    let mut short = config(5);
    for key in
        ["desiredRetention", "sm2Retention", "waitForAudio", "replayq", "easyDaysPercentages"]
    {
        short.as_object_mut().unwrap().remove(key);
    }
    short["rev"].as_object_mut().unwrap().remove("hardFactor");
    merge(&collection, short).unwrap();
    let got = stored(&collection, 5);
    assert_eq!(got["desiredRetention"], 0.9);
    assert_eq!(got["sm2Retention"], 0.9);
    assert_eq!(got["waitForAudio"], true);
    assert_eq!(got["replayq"], false);
    assert_eq!(got["easyDaysPercentages"], json!([]));
    assert_eq!(got["rev"]["hardFactor"], 1.2);
}

#[test]
fn order_0_is_stored_as_random() {
    let collection = TestCollection::new();
    merge(&collection, config(5)).unwrap();
    let row = DeckConfigRow::load(&collection.db, 5).unwrap().unwrap();
    assert_eq!(row.settings.new_card_insert_order, 1);
    assert_eq!(stored(&collection, 5)["new"]["order"], 0);
}

#[test]
fn a_bad_required_key_resets_its_group_with_its_unknown_keys() {
    let collection = TestCollection::new();
    let mut bad = config(5);
    bad["new"]["initialFactor"] = "2350".into();
    merge(&collection, bad).unwrap();
    assert_eq!(
        stored(&collection, 5)["new"],
        json!({"bury": false, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0],
               "order": 1, "perDay": 20})
    );
    assert_eq!(stored(&collection, 5)["rev"]["yyy"], "s");
}

#[test]
fn an_older_config_is_skipped_and_an_equally_old_one_wins() {
    let collection = TestCollection::new();
    merge(&collection, config(5)).unwrap();
    let mut older = config(5);
    older["mod"] = 99.into();
    older["name"] = "older".into();
    merge(&collection, older.clone()).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "Mine");
    older["mod"] = 100.into();
    merge(&collection, older).unwrap();
    assert_eq!(stored(&collection, 5)["name"], "older");
}

#[test]
fn values_out_of_range_are_repaired_when_sent_and_kept_in_the_file() {
    let collection = TestCollection::new();
    let mut high = config(5);
    high["maxTaken"] = 20_000.into();
    high["new"]["perDay"] = 10_000.into();
    high["desiredRetention"] = 0.5.into();
    high["lapse"]["mult"] = 1.5.into();
    merge(&collection, high).unwrap();
    let got = stored(&collection, 5);
    assert_eq!(got["maxTaken"], 60);
    assert_eq!(got["new"]["perDay"], 20);
    assert_eq!(got["desiredRetention"], 0.9);
    assert_eq!(got["lapse"]["mult"], 0.0);
    let row = DeckConfigRow::load(&collection.db, 5).unwrap().unwrap();
    assert_eq!(row.settings.cap_answer_time_to_secs, 20_000);
}

#[test]
fn bounds_belong_to_their_range() {
    let got = with_settings(|settings| {
        settings.initial_ease = 1.31;
        settings.desired_retention = 0.99;
        settings.historical_retention = 0.97;
        settings.cap_answer_time_to_secs = 9999;
    });
    assert_eq!(got["new"]["initialFactor"], 1310);
    assert_eq!(got["desiredRetention"], 0.99);
    assert_eq!(got["sm2Retention"], 0.97);
    assert_eq!(got["maxTaken"], 9999);
}

#[test]
fn floats_that_json_cannot_express_become_the_default() {
    let got = with_settings(|settings| {
        settings.initial_ease = f32::NAN;
        settings.seconds_to_show_answer = f32::INFINITY;
        settings.learn_steps = vec![1.0, f32::NAN];
        settings.fsrs_params_6 = vec![f32::NEG_INFINITY];
    });
    assert_eq!(got["new"]["initialFactor"], 2500);
    assert_eq!(got["secondsToShowAnswer"], 0.0);
    assert_eq!(got["new"]["delays"], json!([1.0, 10.0]));
    assert_eq!(got["fsrsParams6"], json!([]));
}

#[test]
fn unknown_actions_are_sent_as_0_and_unknown_orders_as_they_are() {
    let got = with_settings(|settings| {
        settings.question_action = 2;
        settings.answer_action = -1;
        settings.leech_action = 2;
        settings.new_card_insert_order = 7;
        settings.review_order = 42;
    });
    assert_eq!(got["questionAction"], 0);
    assert_eq!(got["answerAction"], 0);
    assert_eq!(got["lapse"]["leechAction"], 0);
    assert_eq!(got["new"]["order"], 1);
    assert_eq!(got["reviewOrder"], 42);
}

#[test]
fn id_0_is_refused() {
    let result = merge(&TestCollection::new(), config(0));
    assert!(matches!(result, Err(StoreError::ZeroId { object: "deck config" })));
}

#[test]
fn only_configs_since_the_usn_are_pending() {
    let collection = TestCollection::new();
    merge(&collection, config(5)).unwrap();
    assert_eq!(collection.pending_deck_configs(Usn(7)).unwrap().len(), 1);
    assert_eq!(collection.pending_deck_configs(Usn(0)).unwrap().len(), 2);
    assert_eq!(collection.pending_deck_configs(Usn(8)).unwrap().len(), 0);
}
