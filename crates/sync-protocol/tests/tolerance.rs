//! What each message accepts and refuses, as tables. How it is then stored and
//! merged is the matter of the wire tests.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json};
use sync_protocol::collection::{
    CardEntry, CardQueue, Chunk, Deck, DeckConfig, EmptyRequest, MetaRequest, Notetype,
    SanityCheckCounts, SearchTerm, StartRequest, UnchunkedChanges,
};
use sync_protocol::frame::{MultipartField, SyncHeader};
use sync_protocol::media::{UploadEntry, parse_upload_meta};
use sync_protocol::{HostKeyRequest, ProtocolError, SyncVersion};

fn accepts<T: DeserializeOwned>(json: &Value) -> bool {
    from_value::<T>(json.clone()).is_ok()
}

/// The object with one key replaced, at the top level.
fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

fn without(mut object: Value, key: &str) -> Value {
    object.as_object_mut().unwrap().remove(key).unwrap();
    object
}

fn old_notetype() -> Value {
    json!({"id": 1, "name": "n", "type": 0, "mod": 1, "usn": 1, "sortf": 0, "did": 1, "css": "",
        "tmpls": [{"name": "t", "qfmt": "q"}],
        "flds": [{"name": "f", "sticky": false, "rtl": false, "font": "F", "size": 20}]})
}

fn old_deck() -> Value {
    json!({"id": 1, "name": "d", "usn": 1, "lrnToday": [0, 0], "revToday": [0, 0],
        "newToday": [0, 0], "timeToday": [0, 0], "collapsed": false, "dyn": 0, "conf": 1})
}

fn old_filtered_deck() -> Value {
    let deck = with(without(old_deck(), "conf"), "dyn", json!(true));
    with(with(deck, "resched", json!(1)), "terms", json!([["s", 1, 0]]))
}

fn old_deck_config() -> Value {
    json!({"id": 1, "mod": 1, "name": "c", "usn": 1, "maxTaken": 60, "autoplay": true, "timer": 0,
        "new": {}, "rev": {}, "lapse": {}})
}

#[test]
fn objects_of_the_oldest_clients_are_enough() {
    assert!(accepts::<Notetype>(&old_notetype()));
    assert!(accepts::<Deck>(&old_deck()));
    assert!(accepts::<Deck>(&old_filtered_deck()));
    assert!(accepts::<DeckConfig>(&old_deck_config()));
}

#[test]
fn each_required_key_is_required() {
    fn check<T: DeserializeOwned>(whole: &Value) {
        for key in whole.as_object().unwrap().keys() {
            assert!(!accepts::<T>(&without(whole.clone(), key)), "{key}");
        }
    }
    check::<Notetype>(&old_notetype());
    check::<Deck>(&old_deck());
    check::<Deck>(&old_filtered_deck());
    check::<DeckConfig>(&old_deck_config());
    check::<MetaRequest>(&json!({"v": 11, "cv": "x"}));
    check::<HostKeyRequest>(&json!({"u": "u", "p": "p"}));
    check::<UnchunkedChanges>(&json!({"models": [], "decks": [[], []], "tags": []}));
    check::<StartRequest>(&json!({"minUsn": 1, "lnewer": false}));
}

#[test]
fn missing_keys_are_told_apart_from_those_that_are_there() {
    let notetype: Notetype = from_value(old_notetype()).unwrap();
    assert_eq!(notetype.latex_svg, None);
    assert_eq!(notetype.original_id, None);
    assert_eq!(notetype.fields[0].tag, None);
    let notetype: Notetype =
        from_value(with(with(old_notetype(), "latexsvg", json!("x")), "originalId", json!(null)))
            .unwrap();
    assert_eq!(notetype.latex_svg, Some(false));
    assert_eq!(notetype.original_id, Some(None));

    let config: DeckConfig = from_value(old_deck_config()).unwrap();
    assert_eq!((config.wait_for_audio, config.desired_retention), (None, None));
    let config: DeckConfig =
        from_value(with(old_deck_config(), "waitForAudio", json!(true))).unwrap();
    assert_eq!(config.wait_for_audio, Some(true));
}

#[test]
fn what_was_missing_is_left_out_again() {
    let notetype: Notetype = from_value(old_notetype()).unwrap();
    let text = serde_json::to_string(&notetype).unwrap();
    assert!(!text.contains("latex") && !text.contains("originalId"), "{text}");
    let config: DeckConfig = from_value(old_deck_config()).unwrap();
    let text = serde_json::to_string(&config).unwrap();
    assert!(!text.contains("null"), "{text}");
}

#[test]
fn unknown_keys_are_kept_at_their_level() {
    let deck: Deck = from_value(with(old_deck(), "addon", json!([1]))).unwrap();
    assert_eq!(Value::Object(deck.other().clone()), json!({"addon": [1]}));
    // `return` is obsolete; a normal deck has no `resched`.
    let deck = with(with(old_deck(), "return", json!(true)), "resched", json!(1));
    let deck: Deck = from_value(deck).unwrap();
    assert_eq!(Value::Object(deck.other().clone()), json!({"resched": 1}));
    let config = with(
        old_deck_config(),
        "new",
        json!({"delays": [], "initialFactor": 1,
        "ints": [1, 2], "order": 0, "perDay": 3, "weird": 5}),
    );
    let config: DeckConfig = from_value(config).unwrap();
    assert_eq!(config.new.other["weird"], 5);
    assert!(config.other.is_empty());
}

#[test]
fn a_day_counter_is_read_from_its_end() {
    for (json, day, amount) in [
        (json!([5, 3]), 5, 3),
        (json!([9, 5, 3]), 5, 3),
        (json!([1]), 0, 1),
        (json!([]), 0, 0),
        (json!([1.5, 2]), 0, 2),
        (json!(["1", null]), 0, 0),
        (json!([1, 3_000_000_000_i64]), 1, 0),
    ] {
        let deck: Deck = from_value(with(old_deck(), "newToday", json.clone())).unwrap();
        let today = deck.common().new_today;
        assert_eq!((today.day, today.amount), (day, amount), "{json}");
    }
    for refused in [json!(null), json!(5), json!({}), json!("x")] {
        assert!(!accepts::<Deck>(&with(old_deck(), "newToday", refused)));
    }
}

#[test]
fn a_search_term_is_a_tuple_of_3_or_an_object() {
    let expected = SearchTerm { search: "s".into(), limit: -5, order: 99 };
    for json in [
        json!(["s", -5, 99]),
        json!(["s", "-5", 99]),
        json!({"search": "s", "limit": -5, "order": 99}),
    ] {
        assert_eq!(from_value::<SearchTerm>(json).unwrap(), expected);
    }
    for refused in
        [json!(["s", 1]), json!(["s", 1, 2, 3]), json!(["s", 1.0, 2]), json!(["s", 1, "2"])]
    {
        assert!(!accepts::<SearchTerm>(&refused), "{refused}");
    }
}

#[test]
fn every_queue_and_no_other_is_read() {
    for queue in -128..=127_i8 {
        assert_eq!(accepts::<CardQueue>(&json!(queue)), (-3..=4).contains(&queue), "{queue}");
    }
}

#[test]
fn a_chunk_may_be_empty_but_has_no_nulls() {
    assert_eq!(from_value::<Chunk>(json!({})).unwrap(), Chunk::default());
    assert_eq!(serde_json::to_string(&Chunk::default()).unwrap(), r#"{"done":false}"#);
    for refused in [json!({"cards": null}), json!({"done": null}), json!({"done": 1}), json!(null)]
    {
        assert!(!accepts::<Chunk>(&refused), "{refused}");
    }
}

#[test]
fn a_card_is_a_tuple_of_18_or_an_object() {
    let card = json!([1, 2, 3, 0, 5.9, 6, 0, -3, 1.9, 9, 10, 11, 12, 13, -1.5, 15, 16, "{}"]);
    let keys = [
        "id", "nid", "did", "ord", "mtime", "usn", "ctype", "queue", "due", "ivl", "factor",
        "reps", "lapses", "left", "odue", "odid", "flags", "data",
    ];
    let values = card.as_array().unwrap().clone();
    let object: Value = keys.into_iter().zip(values.clone()).collect();
    assert_eq!(from_value::<CardEntry>(card).unwrap(), from_value::<CardEntry>(object).unwrap());
    assert!(!accepts::<CardEntry>(&values[..17].iter().cloned().collect()));
    assert!(!accepts::<CardEntry>(&values.iter().cloned().chain([json!(0)]).collect()));
}

#[test]
fn an_empty_request_is_any_object() {
    for json in [json!({}), json!({"_pad": null}), json!({"a": {"b": [1]}})] {
        assert!(accepts::<EmptyRequest>(&json), "{json}");
    }
    for refused in [json!(null), json!([]), json!(1), json!("x")] {
        assert!(!accepts::<EmptyRequest>(&refused), "{refused}");
    }
}

#[test]
fn graves_in_start_are_all_numbers_or_all_text() {
    let start = |graves: Value| json!({"minUsn": 1, "lnewer": true, "graves": graves});
    for json in [
        json!(null),
        json!({"cards": [1], "decks": [], "notes": [-2]}),
        json!({"cards": ["1"], "decks": [], "notes": ["-2"], "more": 1}),
    ] {
        assert!(accepts::<StartRequest>(&start(json.clone())), "{json}");
    }
    let texts = start(json!({"cards": ["1"], "decks": ["2", "3"], "notes": ["4"]}));
    let numbers = start(json!({"cards": [1], "decks": [2, 3], "notes": [4]}));
    assert_eq!(
        from_value::<StartRequest>(texts).unwrap(),
        from_value::<StartRequest>(numbers).unwrap()
    );
    for refused in [
        json!({"cards": ["1"], "decks": [2], "notes": []}),
        json!({"cards": [1.0], "decks": [], "notes": []}),
        json!({"cards": ["1.0"], "decks": [], "notes": []}),
        json!({"cards": [], "decks": []}),
        json!({}),
    ] {
        assert!(!accepts::<StartRequest>(&start(refused.clone())), "{refused}");
    }
}

#[test]
fn counts_are_a_tuple_of_8_or_an_object() {
    let counts: SanityCheckCounts = from_value(json!([[1, 2, 3], 4, 5, 6, 7, 8, 9, 10])).unwrap();
    let object = json!({"counts": {"new": 1, "learn": 2, "review": 3}, "cards": 4, "notes": 5,
        "revlog": 6, "graves": 7, "models": 8, "decks": 9, "deck_config": 10});
    assert_eq!(from_value::<SanityCheckCounts>(object).unwrap(), counts);
    assert_eq!(serde_json::to_value(counts).unwrap(), json!([[1, 2, 3], 4, 5, 6, 7, 8, 9, 10]));
}

#[test]
fn actions_have_their_range() {
    for (key, highest) in [("questionAction", 1), ("answerAction", 4)] {
        for number in 0..=6 {
            let config = with(old_deck_config(), key, json!(number));
            assert_eq!(accepts::<DeckConfig>(&config), number <= highest, "{key} {number}");
        }
    }
}

#[test]
fn the_header_is_read_strictly() {
    let header = |text: &str| SyncHeader::parse(text);
    let (read, version) = header(r#"{"v":11,"k":"key","c":"c","s":"s","x":1}"#).unwrap();
    assert_eq!((read.host_key.expose(), read.session_key.expose()), ("key", "s"));
    assert_eq!((read.client_version.as_str(), version), ("c", SyncVersion::MAX));
    for malformed in
        ["", "{}", "[]", "x", r#"{"v":"11","k":"","c":"","s":""}"#, r#"{"v":11,"k":"","c":""}"#]
    {
        assert!(matches!(header(malformed), Err(ProtocolError::Header(_))), "{malformed}");
    }
    for version in [0, 7, 12, u64::MAX] {
        let text = format!(r#"{{"v":{version},"k":"","c":"","s":""}}"#);
        assert!(matches!(header(&text), Err(ProtocolError::UnsupportedVersion(v)) if v == version));
    }
}

#[test]
fn versions_tell_what_a_client_can_do() {
    let of = |number| {
        let version = SyncVersion::new(number).unwrap();
        (version.is_zstd(), version.knows_v2_scheduler(), version.knows_v2_timezones())
    };
    assert_eq!(of(8), (false, false, false));
    assert_eq!(of(9), (false, true, false));
    assert_eq!(of(10), (false, true, true));
    assert_eq!(of(11), (true, true, true));
}

#[test]
fn form_fields_are_told_by_their_names() {
    for (name, field) in [
        ("c", MultipartField::CompressedFlag),
        ("k", MultipartField::HostKey),
        ("sk", MultipartField::HostKey),
        ("s", MultipartField::SessionKey),
        ("v", MultipartField::MediaClientVersion),
        ("data", MultipartField::Data),
        ("Data", MultipartField::Unknown),
        ("", MultipartField::Unknown),
    ] {
        assert_eq!(MultipartField::from_name(name), field, "{name}");
    }
}

#[test]
fn the_list_of_an_upload_names_files_and_deletions() {
    let entry = |file_name: &str, zip_entry: Option<&str>| UploadEntry {
        file_name: file_name.into(),
        zip_entry: zip_entry.map(Into::into),
    };
    let list = br#"[["a.jpg","0"],["b.jpg",null],["c.jpg",""]]"#;
    assert_eq!(
        parse_upload_meta(list).unwrap(),
        [entry("a.jpg", Some("0")), entry("b.jpg", None), entry("c.jpg", None)]
    );
    for refused in [&b"{}"[..], b"", b"[[\"a\"]]", b"[[\"a\",0]]", b"[[\"a\",\"0\",1]]", b"[\"a\"]"]
    {
        assert!(parse_upload_meta(refused).is_err(), "{}", String::from_utf8_lossy(refused));
    }
}

#[test]
fn secrets_are_not_in_debug_output() {
    let request: HostKeyRequest = from_value(json!({"u": "anna", "p": "secret"})).unwrap();
    assert!(!format!("{request:?}").contains("secret"));
    let (header, _) = SyncHeader::parse(r#"{"v":11,"k":"secret","c":"c","s":"secret"}"#).unwrap();
    assert!(!format!("{header:?}").contains("secret"));
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let deep = "[".repeat(100_000);
    assert!(serde_json::from_str::<EmptyRequest>(&format!("{{\"a\":{deep}")).is_err());
    assert!(serde_json::from_str::<UnchunkedChanges>(&deep).is_err());
}

#[test]
fn a_float_too_large_for_32_bits_is_read() {
    for key in ["desiredRetention", "secondsToShowAnswer"] {
        assert!(accepts::<DeckConfig>(&with(old_deck_config(), key, json!(1e300))), "{key}");
    }
    let text = with(old_deck_config(), "fsrsParams6", json!([1e300])).to_string();
    serde_json::from_str::<DeckConfig>(&text).unwrap();
}
