#![allow(clippy::unwrap_used, reason = "tests")]

use rusqlite::types::FromSql;
use serde_json::{Value, json};

use super::*;
use crate::collection::test_collection::TestCollection;
use crate::collection::unicase_collation;

const NOW: TimestampMillis = TimestampMillis(1_795_398_217_445);

/// The JSON columns of a schema 11 collection with one deck and one config.
struct Legacy {
    decks: Value,
    configs: Value,
    notetypes: Value,
    tags: Value,
}

fn deck() -> Value {
    json!({
        "id": 1, "mod": 5, "name": "Default", "usn": 0, "lrnToday": [0, 0], "revToday": [0, 0],
        "newToday": [0, 0], "timeToday": [0, 0], "collapsed": true, "browserCollapsed": true,
        "desc": "", "dyn": 0, "conf": 1, "extendNew": 0, "extendRev": 0
    })
}

fn config() -> Value {
    json!({
        "id": 1, "mod": 5, "name": "Default", "usn": 0, "maxTaken": 60, "autoplay": true,
        "timer": 0, "replayq": true,
        "new": {"bury": false, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0],
                "order": 1, "perDay": 30},
        "rev": {"bury": false, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200},
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0}
    })
}

fn notetype(id: i64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "type": 0, "mod": 5, "usn": 3, "sortf": 0, "did": null, "css": "",
        "tmpls": [{"name": "Card 1", "qfmt": "{{Front}}", "ord": 5}],
        "flds": [
            {"name": "Front", "ord": 1, "sticky": 0, "rtl": "false", "font": "Arial", "size": 20},
            {"name": "front", "ord": 0, "sticky": 1.0, "rtl": false, "font": "Arial", "size": 20}
        ]
    })
}

impl Legacy {
    fn new() -> Self {
        Self {
            decks: json!({"1": deck()}),
            configs: json!({"1": config()}),
            notetypes: json!({}),
            tags: json!({}),
        }
    }

    /// Upgraded, in a collection with the usn 7.
    fn upgraded(&self) -> Result<Upgraded, StoreError> {
        let mut db = Connection::open_in_memory().unwrap();
        unicase_collation::register(&db).unwrap();
        db.execute_batch(concat!(
            include_str!("../../schema/base.sql"),
            include_str!("../../schema/graves_11.sql"),
            "INSERT INTO col VALUES (1, 0, 0, 0, 11, 0, 7, 0, '{}', '', '', '', '');
             INSERT INTO cards VALUES
               (1, 1, 1, 0, 9, 2, 2, 2, 0, 0, 1500, 0, 0, 0, 0, 0, 0, '');
             INSERT INTO graves VALUES (4, 5, 0), (5, 5, 0), (6, 6, 2);",
        ))
        .unwrap();
        let columns =
            [&self.notetypes, &self.decks, &self.configs, &self.tags].map(Value::to_string);
        db.execute("UPDATE col SET models = ?1, decks = ?2, dconf = ?3, tags = ?4", columns)
            .unwrap();
        upgrade(&mut db, 11, NOW)?;
        Ok(Upgraded(db))
    }
}

struct Upgraded(Connection);

impl Upgraded {
    fn value<T: FromSql>(&self, sql: &str) -> T {
        self.0.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn deck_blob(&self, column: &str) -> String {
        self.value(&format!("SELECT lower(hex({column})) FROM decks"))
    }
}

fn with_deck(change: impl FnOnce(&mut Value)) -> Result<Upgraded, StoreError> {
    let mut legacy = Legacy::new();
    change(&mut legacy.decks["1"]);
    legacy.upgraded()
}

fn with_config(change: impl FnOnce(&mut Value)) -> Result<Upgraded, StoreError> {
    let mut legacy = Legacy::new();
    change(&mut legacy.configs["1"]);
    legacy.upgraded()
}

fn ease(upgraded: &Upgraded) -> f32 {
    settings(upgraded).initial_ease
}

fn settings(upgraded: &Upgraded) -> crate::collection::proto::DeckConfigSettings {
    use prost::Message;
    let blob: Vec<u8> = upgraded.value("SELECT config FROM deck_config");
    Message::decode(&*blob).unwrap()
}

#[test]
fn everything_moves_out_of_the_json_columns() {
    let db = Legacy::new().upgraded().unwrap();
    let col: String =
        db.value("SELECT ver || conf || models || decks || dconf || tags || usn FROM col");
    assert_eq!(col, "187");
}

#[test]
fn dyn_tells_filtered_decks_as_bool_or_number() {
    let filtered = |kind: Value| {
        with_deck(|deck| {
            deck["dyn"] = kind;
            deck["resched"] = true.into();
            deck["terms"] = json!([["x", 5, 0]]);
        })
        .unwrap()
        .deck_blob("kind")
    };
    assert_eq!(filtered(json!(true)), "1209080112050a01781005");
    assert_eq!(filtered(json!(1)), "1209080112050a01781005");
    for normal in [json!(0), json!(2), json!(false)] {
        assert!(filtered(normal).starts_with("0a"));
    }
}

#[test]
fn a_deck_of_unknown_kind_is_refused() {
    for kind in [json!("0"), json!(0.0), json!(null), json!(256), json!(-1)] {
        assert!(with_deck(|deck| deck["dyn"] = kind).is_err());
    }
    let missing = with_deck(|deck| {
        deck.as_object_mut().unwrap().remove("dyn");
    });
    assert!(missing.is_err());
}

#[test]
fn ids_and_times_of_decks_may_be_text() {
    let db = with_deck(|deck| {
        deck["id"] = "1".into();
        deck["mod"] = "55".into();
        deck["conf"] = "1".into();
    })
    .unwrap();
    assert_eq!(db.value::<i64>("SELECT id + mtime_secs FROM decks"), 56);
}

#[test]
fn decks_without_a_required_key_or_with_a_float_are_refused() {
    for key in ["id", "name", "usn", "collapsed", "conf", "lrnToday"] {
        let result = with_deck(|deck| {
            deck.as_object_mut().unwrap().remove(key);
        });
        assert!(matches!(result, Err(StoreError::Corrupt { .. })), "without {key}");
    }
    assert!(with_deck(|deck| deck["id"] = 1.0.into()).is_err());
    assert!(with_deck(|deck| deck["mod"] = 1.5.into()).is_err());
    assert!(with_deck(|deck| deck["id"] = 0.into()).is_err());
}

#[test]
fn four_day_counters_become_one_day() {
    let common = |lrn: Value, rev: Value, new: Value, time: Value| {
        with_deck(|deck| {
            deck["lrnToday"] = lrn;
            deck["revToday"] = rev;
            deck["newToday"] = new;
            deck["timeToday"] = time;
        })
        .unwrap()
        .deck_blob("common")
    };
    assert_eq!(
        common(json!([5, 3]), json!([4, 9]), json!([5, 2.7]), json!([])),
        "0801100118053003"
    );
    assert_eq!(
        common(json!([-1, 3]), json!([-1, 3]), json!([-1, 3]), json!([-1, 77])),
        "0801100118ffffffff0f200328033003384d"
    );
    assert_eq!(
        common(json!([5, 3]), json!([5, 4]), json!([5, 2]), json!([4, 999])),
        "08011001180520022804300338e707"
    );
}

#[test]
fn unusable_limits_of_decks_count_as_absent() {
    let db = with_deck(|deck| {
        deck["extendNew"] = "x".into();
        deck["newLimit"] = (-4).into();
        deck["reviewLimit"] = "9".into();
        deck["desiredRetention"] = 90.5.into();
    })
    .unwrap();
    assert_eq!(db.deck_blob("kind"), "0a020801");
}

#[test]
fn cleaned_deck_names_are_a_change_by_the_server() {
    let db = with_deck(|deck| deck["name"] = " a ::::\u{1}b: ".into()).unwrap();
    assert_eq!(db.value::<String>("SELECT name FROM decks"), "a\u{1f}blank\u{1f}b");
    assert_eq!(db.value::<i64>("SELECT usn FROM decks"), 7);
    assert_eq!(db.value::<i64>("SELECT mtime_secs FROM decks"), NOW.as_secs().0);
}

#[test]
fn deck_names_become_unique_without_regard_to_case() {
    let mut legacy = Legacy::new();
    for (id, name) in [(2, "FILT "), (3, "Filt")] {
        let mut deck = deck();
        deck["id"] = id.into();
        deck["name"] = name.into();
        legacy.decks[id.to_string()] = deck;
    }
    let db = legacy.upgraded().unwrap();
    let renamed: String = db.value(
        "SELECT group_concat(name || ' ' || usn, ', ') FROM (SELECT * FROM decks ORDER BY id)",
    );
    assert_eq!(renamed, "Default 0, FILT 7, Filt_ 7");
}

#[test]
fn the_inner_id_of_a_deck_counts() {
    let db = with_deck(|deck| deck["id"] = 99.into()).unwrap();
    assert_eq!(db.value::<i64>("SELECT id FROM decks"), 99);
}

#[test]
fn no_decks_are_no_error_but_other_json_is() {
    let mut legacy = Legacy::new();
    legacy.decks = json!({});
    assert_eq!(legacy.upgraded().unwrap().value::<i64>("SELECT count(*) FROM decks"), 0);
    legacy.decks = json!([]);
    assert!(matches!(legacy.upgraded(), Err(StoreError::Corrupt { .. })));
}

#[test]
fn too_low_a_starting_ease_is_repaired_in_configs_and_cards() {
    let db = with_config(|config| config["new"]["initialFactor"] = 1300.into()).unwrap();
    assert_eq!(ease(&db), 2.5);
    let card: String = db.value("SELECT factor || ' ' || usn || ' ' || mod FROM cards");
    assert_eq!(card, "2500 7 9", "a change by the server, without a new time");
}

#[test]
fn cards_of_other_configs_keep_their_ease() {
    let db = Legacy::new().upgraded().unwrap();
    assert_eq!(ease(&db), 2.5);
    assert_eq!(db.value::<String>("SELECT factor || ' ' || usn FROM cards"), "1500 2");
}

#[test]
fn a_bad_number_resets_its_whole_group_of_options() {
    for factor in [json!(65536), json!(2500.0)] {
        let db = with_config(|config| config["new"]["initialFactor"] = factor).unwrap();
        assert_eq!(settings(&db).new_per_day, 20);
    }
}

#[test]
fn a_config_with_a_bad_required_key_is_refused() {
    for (key, value) in [
        ("maxTaken", json!(60.0)),
        ("autoplay", json!(1)),
        ("answerAction", json!(9)),
        ("questionAction", json!(2)),
    ] {
        assert!(with_config(|config| config[key] = value).is_err(), "{key}");
    }
    let missing = with_config(|config| {
        config.as_object_mut().unwrap().remove("maxTaken");
    });
    assert!(missing.is_err());
}

#[test]
fn unusable_optional_values_of_configs_become_their_default() {
    for timer in [json!(-1), json!(300), json!(true)] {
        assert!(!settings(&with_config(|config| config["timer"] = timer).unwrap()).show_timer);
    }
    let db = with_config(|config| config["maxTaken"] = (-5).into()).unwrap();
    assert_eq!(settings(&db).cap_answer_time_to_secs, 0);
    for (intervals, expected) in [(json!([2, 9]), (2, 9)), (json!([-2, 9, 7]), (1, 4))] {
        let db = with_config(|config| config["new"]["ints"] = intervals).unwrap();
        let settings = settings(&db);
        assert_eq!(
            (settings.graduating_interval_good, settings.graduating_interval_easy),
            expected
        );
    }
}

#[test]
fn the_key_of_a_config_overrides_its_id() {
    let mut legacy = Legacy::new();
    legacy.configs = json!({"12": config()});
    assert_eq!(legacy.upgraded().unwrap().value::<i64>("SELECT id FROM deck_config"), 12);
}

#[test]
fn names_of_notetypes_and_fields_become_unique() {
    let mut legacy = Legacy::new();
    legacy.notetypes = json!({"11": notetype(11, "cafe\u{301}"), "12": notetype(12, "CAFÉ")});
    let db = legacy.upgraded().unwrap();
    let names: String = db.value(
        "SELECT group_concat(name || ' ' || mtime_secs || ' ' || usn, ', ')
         FROM (SELECT * FROM notetypes ORDER BY id)",
    );
    assert_eq!(names, "café 5 3, CAFÉ_ 5 3", "and are no change");
    let fields: String = db.value("SELECT group_concat(ord || name) FROM fields WHERE ntid = 11");
    assert_eq!(fields, "0Front,1front+", "in the order of the list");
}

#[test]
fn a_notetype_with_key_0_gets_an_id() {
    let mut legacy = Legacy::new();
    legacy.notetypes = json!({"0": notetype(0, "Zero")});
    let db = legacy.upgraded().unwrap();
    assert!(db.value::<i64>("SELECT id FROM notetypes") > 0);
    assert!(db.value::<bool>("SELECT ntid = (SELECT id FROM notetypes) FROM templates"));
}

#[test]
fn tags_that_differ_in_case_become_one() {
    let mut legacy = Legacy::new();
    legacy.tags = json!({"Foo": 3, "foo": 4, "": 5, "a b": 6});
    let db = legacy.upgraded().unwrap();
    assert_eq!(db.value::<i64>("SELECT count(*) FROM tags WHERE collapsed = 1"), 3);
}

#[test]
fn of_a_deletion_listed_twice_the_first_counts() {
    let db = Legacy::new().upgraded().unwrap();
    let graves: String = db.value(
        "SELECT group_concat(oid || ' ' || type || ' ' || usn, ', ')
         FROM (SELECT * FROM graves ORDER BY oid)",
    );
    assert_eq!(graves, "5 0 4, 6 2 6");
}

#[test]
fn schemas_that_were_never_released_and_newer_ones_are_refused() {
    for version in [0, 10, 12, 13, 19, 255, 256, -1] {
        let result = require_supported(version);
        assert!(
            matches!(result, Err(StoreError::UnsupportedSchema { version: v }) if v == version)
        );
    }
}

/// A new collection, made to look like one of an older schema.
fn new_collection_of_schema(version: i64) -> TestCollection {
    let collection = TestCollection::new();
    collection.run(concat!(
        "DROP TABLE graves;",
        include_str!("../../schema/graves_11.sql"),
        "INSERT INTO graves VALUES (4, 5, 0), (5, 5, 0);"
    ));
    if version < 17 {
        collection.run(concat!(
            "DROP TABLE tags;",
            include_str!("../../schema/tags_14.sql"),
            "INSERT INTO tags VALUES ('foo', 3);"
        ));
    }
    if version < 16 {
        use prost::Message;
        let mut settings = crate::collection::proto::DeckConfigSettings::new_config();
        settings.initial_ease = 250.0;
        collection
            .db
            .execute("UPDATE deck_config SET config = ?1", [settings.encode_to_vec()])
            .unwrap();
    }
    if version < 15 {
        collection.run(
            "DROP TABLE notetypes; DROP TABLE fields; DROP TABLE templates; DROP TABLE decks;
             DROP INDEX idx_notes_mid; DROP INDEX idx_cards_odid;",
        );
        let decks = json!({"1": deck()}).to_string();
        let notetypes = json!({"11": notetype(11, "Basic")}).to_string();
        collection
            .db
            .execute("UPDATE col SET decks = ?1, models = ?2", [decks, notetypes])
            .unwrap();
        let config = config().to_string().into_bytes();
        collection.db.execute("UPDATE deck_config SET config = ?1", [config]).unwrap();
    }
    collection.db.execute("UPDATE col SET ver = ?1", [version]).unwrap();
    collection
}

#[test]
fn every_step_between_is_upgraded() {
    for version in 14..=17 {
        let mut collection = new_collection_of_schema(version);
        upgrade(&mut collection.db, version, NOW).unwrap();
        assert_eq!(collection.value::<i64>("SELECT ver FROM col"), 18, "{version}");
        assert_eq!(collection.value::<i64>("SELECT usn FROM graves"), 4, "{version}");
        let collapsed = i64::from(version < 17);
        assert_eq!(
            collection.value::<i64>("SELECT coalesce(sum(collapsed), 0) FROM tags"),
            collapsed,
            "{version}"
        );
        let config = collection.pending_deck_configs(Usn(0)).unwrap().remove(0);
        assert_eq!(config.new.initial_factor, 2500, "{version}");
        assert_eq!(collection.pending_decks(Usn(0)).unwrap().len(), 1, "{version}");
        assert!(!collection.pending_notetypes(Usn(0)).unwrap().is_empty(), "{version}");
        assert_eq!(collection.value::<String>("PRAGMA integrity_check"), "ok", "{version}");
    }
}

#[test]
fn a_failed_upgrade_changes_nothing() {
    let mut collection = new_collection_of_schema(14);
    collection.run("UPDATE col SET decks = '{\"1\": 5}'");
    assert!(upgrade(&mut collection.db, 14, NOW).is_err());
    assert_eq!(collection.value::<i64>("SELECT ver FROM col"), 14);
    assert!(collection.db.prepare("SELECT 1 FROM notetypes").is_err(), "the tables are gone again");
    assert!(collection.value::<bool>("SELECT models LIKE '{%' FROM col"));
}
