//! For every message: what was written reads back as the same.

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sync_protocol::collection::{
    ApplyChangesRequest, ApplyChunkRequest, ApplyGravesRequest, CardEntry, CardQueue,
    CardRequirement, CardTemplate, CardType, Chunk, DayAmount, DayLimit, Deck, DeckCommon,
    DeckConfig, DecksAndConfig, DueCounts, FilteredDeck, FinishResponse, Graves, LapseSettings,
    MetaRequest, MetaResponse, NewSettings, NormalDeck, NoteEntry, Notetype, NotetypeField,
    RequirementKind, ReviewSettings, RevlogEntry, SanityCheckCounts, SanityCheckRequest,
    SanityCheckResponse, SanityStatus, SearchTerm, StartRequest, UnchunkedChanges,
};
use sync_protocol::frame::SyncHeader;
use sync_protocol::media::{
    DownloadFilesRequest, MediaBeginRequest, MediaBeginResponse, MediaChange, MediaChangesRequest,
    MediaResult, MediaSanityRequest, UploadChangesResponse, parse_upload_meta,
};
use sync_protocol::{
    CardId, DeckId, HostKey, HostKeyRequest, HostKeyResponse, JsonObject, MediaUsn, NoteId,
    NotetypeId, Password, RevlogId, TimestampMillis, TimestampSecs, Usn,
};

/// Writes and reads, and compares what both look like: some messages hold
/// secrets or have no equality.
fn there_and_back<T: Serialize + DeserializeOwned>(message: &T) -> Result<T, TestCaseError> {
    let text = serde_json::to_vec(message).unwrap();
    let read: T = serde_json::from_slice(&text).map_err(|error| {
        TestCaseError::fail(format!("{error}: {}", String::from_utf8_lossy(&text)))
    })?;
    prop_assert_eq!(serde_json::to_vec(&read).unwrap(), text);
    Ok(read)
}

fn text() -> impl Strategy<Value = String> {
    // Every character, control characters and separators among them.
    ".{0,12}|[\\x00-\\x7f\u{80}-\u{2ff}\u{1f}]{0,12}"
}

fn float() -> impl Strategy<Value = f32> {
    proptest::num::f32::NORMAL | proptest::num::f32::ZERO | proptest::num::f32::SUBNORMAL
}

/// Any JSON.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

/// Keys that no message has, with any values.
fn unknown_keys() -> impl Strategy<Value = JsonObject> {
    proptest::collection::btree_map("unknown .{0,5}", json(), 0..3)
        .prop_map(|map| map.into_iter().collect())
}

prop_compose! {
    fn revlog_entry()(
        (id, cid, usn) in any::<(i64, i64, i32)>(),
        (ease, interval, last_interval) in any::<(u8, i32, i32)>(),
        (factor, taken_millis) in any::<(u32, u32)>(),
        kind in 0..=5_u8,
    ) -> RevlogEntry {
        RevlogEntry { id: RevlogId(id), cid: CardId(cid), usn: Usn(usn), ease, interval,
            last_interval, factor, taken_millis, kind }
    }
}

prop_compose! {
    fn card_entry()(
        (id, nid, did, odid) in any::<(i64, i64, i64, i64)>(),
        (ord, mtime, usn) in any::<(u16, i64, i32)>(),
        ctype in 0..=3_u8,
        queue in -3..=4_i8,
        (due, odue, interval, factor) in any::<(i32, i32, u32, u16)>(),
        (reps, lapses, left, flags) in any::<(u32, u32, u32, u8)>(),
        data in text(),
    ) -> CardEntry {
        CardEntry { id: CardId(id), nid: NoteId(nid), did: DeckId(did), ord,
            mtime: TimestampSecs(mtime), usn: Usn(usn), ctype: CardType::try_from(ctype).unwrap(),
            queue: CardQueue::try_from(queue).unwrap(), due, interval, factor, reps, lapses, left,
            odue, odid: DeckId(odid), flags, data }
    }
}

prop_compose! {
    fn note_entry()(
        (id, mid, modified, usn, flags) in any::<(i64, i64, i64, i32, u32)>(),
        (guid, tags, fields) in (text(), text(), text()),
        (sfld, csum, data) in (text(), text(), text()),
    ) -> NoteEntry {
        NoteEntry { id: NoteId(id), guid, mid: NotetypeId(mid), modified: TimestampSecs(modified),
            usn: Usn(usn), tags, fields, sfld, csum, flags, data }
    }
}

prop_compose! {
    fn chunk()(
        done in any::<bool>(),
        revlog in vec(revlog_entry(), 0..4),
        cards in vec(card_entry(), 0..4),
        notes in vec(note_entry(), 0..4),
    ) -> Chunk {
        Chunk { done, revlog, cards, notes }
    }
}

prop_compose! {
    fn graves()(
        cards in vec(any::<i64>().prop_map(CardId), 0..5),
        decks in vec(any::<i64>().prop_map(DeckId), 0..5),
        notes in vec(any::<i64>().prop_map(NoteId), 0..5),
    ) -> Graves {
        Graves { cards, decks, notes }
    }
}

prop_compose! {
    fn field()(
        (name, font, description) in (text(), text(), option::of(text())),
        (ord, size) in (option::of(any::<u16>()), any::<u16>()),
        (sticky, rtl) in any::<(bool, bool)>(),
        flags in any::<[Option<bool>; 4]>(),
        (id, tag) in any::<(Option<Option<i64>>, Option<Option<u32>>)>(),
        other in unknown_keys(),
    ) -> NotetypeField {
        NotetypeField { name, ord, sticky, rtl, font, size, description, plain_text: flags[0],
            collapsed: flags[1], exclude_from_search: flags[2], id, tag,
            prevent_deletion: flags[3], other }
    }
}

prop_compose! {
    fn template()(
        (name, question, answer) in (text(), text(), option::of(text())),
        (browser_question, browser_answer) in (option::of(text()), option::of(text())),
        (ord, browser_font) in (option::of(any::<u16>()), option::of(text())),
        (deck_id, id, browser_size) in any::<(Option<Option<i64>>, Option<Option<i64>>, Option<u8>)>(),
        other in unknown_keys(),
    ) -> CardTemplate {
        CardTemplate { name, ord, question, answer, browser_question, browser_answer, deck_id,
            browser_font, browser_size, id, other }
    }
}

fn requirement() -> impl Strategy<Value = CardRequirement> {
    let kind = prop_oneof![
        Just(RequirementKind::None),
        Just(RequirementKind::Any),
        Just(RequirementKind::All)
    ];
    (any::<u16>(), kind, vec(any::<u16>(), 0..3))
        .prop_map(|(ord, kind, fields)| CardRequirement(ord, kind, fields))
}

prop_compose! {
    fn notetype()(
        (id, modified, usn) in any::<(i64, i64, i32)>(),
        (name, css) in (text(), text()),
        (kind, sort_field, deck_id) in (0..=1_u8, any::<u16>(), any::<Option<i64>>()),
        templates in vec(template(), 0..3),
        fields in vec(field(), 0..3),
        (latex_pre, latex_post) in (option::of(text()), option::of(text())),
        latex_svg in any::<Option<bool>>(),
        requirements in option::of(vec(requirement(), 0..3)),
        // 0 and `null` are left out, and so read as missing.
        (stock, original) in (option::of(1..=i32::MAX), any::<Option<i64>>()),
        other in unknown_keys(),
    ) -> Notetype {
        Notetype { id, name, kind, modified, usn: Usn(usn), sort_field, deck_id, templates, fields,
            css, latex_pre, latex_post, latex_svg, requirements, original_stock_kind: stock,
            original_id: original.map(Some), other }
    }
}

fn day_amount() -> impl Strategy<Value = DayAmount> {
    any::<(i32, i32)>().prop_map(|(day, amount)| DayAmount { day, amount })
}

fn day_limit() -> impl Strategy<Value = Option<Option<DayLimit>>> {
    let limit = any::<(u32, u32)>().prop_map(|(limit, today)| DayLimit { limit, today });
    option::of(option::of(limit))
}

prop_compose! {
    fn deck_common(kind: u8)(
        (id, modified, usn) in any::<(i64, Option<i64>, i32)>(),
        (name, description) in (text(), option::of(text())),
        (learning_today, review_today) in (day_amount(), day_amount()),
        (new_today, time_today) in (day_amount(), day_amount()),
        (collapsed, markdown, browser_collapsed) in any::<(bool, bool, Option<bool>)>(),
    ) -> DeckCommon {
        DeckCommon { id, modified, name, usn: Usn(usn), learning_today, review_today, new_today,
            time_today, collapsed, browser_collapsed, description, markdown, kind }
    }
}

prop_compose! {
    fn normal_deck()(
        common in prop_oneof![deck_common(0), deck_common(2)],
        (config_id, extend_new, extend_review) in any::<(i64, Option<i32>, Option<i32>)>(),
        limits in any::<[Option<Option<u32>>; 3]>(),
        (review_limit_today, new_limit_today) in (day_limit(), day_limit()),
        other in unknown_keys(),
    ) -> Deck {
        Deck::Normal(NormalDeck { common, config_id, extend_new, extend_review,
            review_limit: limits[0], new_limit: limits[1], review_limit_today, new_limit_today,
            desired_retention_percent: limits[2], other })
    }
}

prop_compose! {
    fn filtered_deck()(
        common in deck_common(1),
        (reschedule, separate) in any::<(bool, bool)>(),
        terms in vec(
            (text(), any::<i32>(), any::<i32>())
                .prop_map(|(search, limit, order)| SearchTerm { search, limit, order }),
            0..3,
        ),
        delays in option::of(option::of(vec(float(), 0..3))),
        previews in any::<[Option<u32>; 4]>(),
        other in unknown_keys(),
    ) -> Deck {
        Deck::Filtered(FilteredDeck { common, reschedule, terms, separate, delays,
            preview_delay: previews[0], preview_again_secs: previews[1],
            preview_hard_secs: previews[2], preview_good_secs: previews[3], other })
    }
}

prop_compose! {
    fn new_settings()(
        (bury, initial_factor, good, easy) in any::<(Option<bool>, u16, u16, u16)>(),
        delays in vec(float(), 0..3),
        (order, per_day) in (0..=1_u8, any::<u32>()),
        other in unknown_keys(),
    ) -> NewSettings {
        NewSettings { bury, delays, initial_factor, intervals: (good, easy, 0), order, per_day,
            other }
    }
}

prop_compose! {
    fn review_settings()(
        (bury, max_interval, per_day) in any::<(Option<bool>, u32, u32)>(),
        (easy_multiplier, interval_multiplier) in (float(), float()),
        hard_multiplier in option::of(float()),
        other in unknown_keys(),
    ) -> ReviewSettings {
        ReviewSettings { bury, easy_multiplier, interval_multiplier, max_interval, per_day,
            hard_multiplier, other }
    }
}

prop_compose! {
    fn lapse_settings()(
        delays in vec(float(), 0..3),
        (leech_action, multiplier) in (0..=1_u8, float()),
        (leech_fails, min_interval) in any::<(u32, u32)>(),
        other in unknown_keys(),
    ) -> LapseSettings {
        LapseSettings { delays, leech_action, leech_fails, min_interval, multiplier, other }
    }
}

fn floats() -> impl Strategy<Value = Option<Vec<f32>>> {
    option::of(vec(float(), 0..3))
}

prop_compose! {
    fn deck_config()(
        (id, modified, usn, max_taken_secs) in any::<(i64, i64, i32, i32)>(),
        (name, search, date) in (text(), option::of(text()), option::of(text())),
        (autoplay, dynamic, timer) in any::<(bool, bool, u8)>(),
        (new, review, lapse) in (new_settings(), review_settings(), lapse_settings()),
        numbers in any::<[Option<i32>; 5]>(),
        new_per_day_minimum in any::<Option<u32>>(),
        flags in any::<[Option<bool>; 4]>(),
        lists in (floats(), floats(), floats(), floats()),
        single in proptest::array::uniform4(option::of(float())),
        actions in (option::of(0..=1_u8), option::of(0..=4_u8)),
        other in unknown_keys(),
    ) -> DeckConfig {
        DeckConfig { id, modified, name, usn: Usn(usn), max_taken_secs, autoplay, timer,
            replay_question: flags[0], new, review, lapse, dynamic, new_mix: numbers[0],
            new_per_day_minimum, interday_learning_mix: numbers[1], review_order: numbers[2],
            new_sort_order: numbers[3], new_gather_priority: numbers[4],
            bury_interday_learning: flags[1], fsrs_params_4: lists.0, fsrs_params_5: lists.1,
            fsrs_params_6: lists.2, desired_retention: single[0],
            ignore_revlogs_before_date: date, easy_days_percentages: lists.3,
            stop_timer_on_answer: flags[2], seconds_to_show_question: single[1],
            seconds_to_show_answer: single[2], question_action: actions.0,
            answer_action: actions.1, wait_for_audio: flags[3], sm2_retention: single[3],
            weight_search: search, other }
    }
}

prop_compose! {
    fn counts()(due in any::<[u32; 3]>(), rest in any::<[u32; 7]>()) -> SanityCheckCounts {
        SanityCheckCounts {
            counts: DueCounts { new: due[0], learn: due[1], review: due[2] },
            cards: rest[0], notes: rest[1], revlog: rest[2], graves: rest[3],
            notetypes: rest[4], decks: rest[5], deck_config: rest[6],
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn chunks(chunk in chunk()) {
        prop_assert_eq!(&there_and_back(&chunk)?, &chunk);
        let request = ApplyChunkRequest { chunk };
        prop_assert_eq!(&there_and_back(&request)?, &request);
    }

    #[test]
    fn notetypes(notetype in notetype()) {
        prop_assert_eq!(&there_and_back(&notetype)?, &notetype);
    }

    #[test]
    fn decks(deck in prop_oneof![normal_deck(), filtered_deck()]) {
        prop_assert_eq!(&there_and_back(&deck)?, &deck);
    }

    #[test]
    fn deck_configs(config in deck_config()) {
        prop_assert_eq!(&there_and_back(&config)?, &config);
    }

    #[test]
    fn unchunked_changes(
        notetypes in vec(notetype(), 0..2),
        decks in vec(prop_oneof![normal_deck(), filtered_deck()], 0..2),
        configs in vec(deck_config(), 0..2),
        tags in vec(text(), 0..3),
        config in option::of(unknown_keys()),
        created in option::of(any::<i64>().prop_map(TimestampSecs)),
    ) {
        let changes = UnchunkedChanges {
            notetypes, decks: DecksAndConfig { decks, config: configs }, tags, config, created,
        };
        let read = there_and_back(&ApplyChangesRequest { changes: changes.clone() })?.changes;
        prop_assert_eq!(read.notetypes, changes.notetypes);
        prop_assert_eq!(read.decks.decks, changes.decks.decks);
        prop_assert_eq!(read.decks.config, changes.decks.config);
        prop_assert_eq!((read.tags, read.config, read.created),
            (changes.tags, changes.config, changes.created));
    }

    #[test]
    fn starts_and_graves(usn in any::<i32>(), newer in any::<bool>(), graves in option::of(graves())) {
        let start = StartRequest { client_usn: Usn(usn), client_is_newer: newer, graves: graves.clone() };
        prop_assert_eq!(&there_and_back(&start)?, &start);
        let request = ApplyGravesRequest { chunk: graves.unwrap_or_default() };
        prop_assert_eq!(&there_and_back(&request)?, &request);
        // Old iOS clients send every id as text.
        let mut as_text = serde_json::to_value(&start).unwrap();
        if let Some(lists) = as_text["graves"].as_object_mut() {
            for id in lists.values_mut().filter_map(Value::as_array_mut).flatten() {
                *id = Value::from(id.to_string());
            }
        }
        prop_assert_eq!(serde_json::from_value::<StartRequest>(as_text).unwrap(), start);
    }

    #[test]
    fn metas(
        version in any::<u8>(),
        (modified, schema_modified, time) in any::<(i64, i64, i64)>(),
        (usn, media_usn, host_number) in any::<(i32, i32, u32)>(),
        (should_continue, empty) in any::<(bool, bool)>(),
        text in text(),
    ) {
        let request = MetaRequest { version, client_version: text.clone() };
        prop_assert_eq!(&there_and_back(&request)?, &request);
        let response = MetaResponse {
            modified: TimestampMillis(modified), schema_modified: TimestampMillis(schema_modified),
            usn: Usn(usn), server_time: TimestampSecs(time), message: text, should_continue,
            host_number, empty, media_usn: MediaUsn(media_usn),
        };
        prop_assert_eq!(&there_and_back(&response)?, &response);
    }

    #[test]
    fn sanity_checks(client in counts(), server in option::of(counts()), ok in any::<bool>()) {
        let request = SanityCheckRequest { client };
        prop_assert_eq!(&there_and_back(&request)?, &request);
        let status = if ok { SanityStatus::Ok } else { SanityStatus::Bad };
        let response = SanityCheckResponse { status, client, server };
        prop_assert_eq!(&there_and_back(&response)?, &response);
    }

    #[test]
    fn logins_and_finish(name in text(), secret in text(), millis in any::<i64>()) {
        let read = there_and_back(&HostKeyRequest { name: name.clone(), password: Password::new(secret.as_str()) })?;
        prop_assert_eq!((read.name.as_str(), read.password.expose()), (name.as_str(), secret.as_str()));
        let read = there_and_back(&HostKeyResponse { key: HostKey::new(secret.as_str()) })?;
        prop_assert_eq!(read.key.expose(), secret.as_str());
        let finish = FinishResponse(TimestampMillis(millis));
        prop_assert_eq!(there_and_back(&finish)?, finish);
    }

    #[test]
    fn media_messages(
        name in text(), hash in "[0-9a-f]{40}|", usn in any::<i32>(), count in any::<u32>(),
        names in vec(text(), 0..5),
    ) {
        let begin = MediaBeginRequest { client_version: name.clone() };
        prop_assert_eq!(&there_and_back(&begin)?, &begin);
        let began = MediaResult::ok(MediaBeginResponse { usn: MediaUsn(usn), host_key: HostKey::new(hash.as_str()) });
        prop_assert_eq!(&there_and_back(&began)?, &began);
        let changes = MediaChangesRequest { last_usn: MediaUsn(usn) };
        prop_assert_eq!(there_and_back(&changes)?, changes);
        let changed = MediaResult::ok(vec![MediaChange(name, MediaUsn(usn), hash)]);
        prop_assert_eq!(&there_and_back(&changed)?, &changed);
        let uploaded = MediaResult::ok(UploadChangesResponse(count, MediaUsn(usn)));
        prop_assert_eq!(&there_and_back(&uploaded)?, &uploaded);
        let download = DownloadFilesRequest { files: names };
        prop_assert_eq!(&there_and_back(&download)?, &download);
        let sanity = MediaSanityRequest { local_count: count };
        prop_assert_eq!(there_and_back(&sanity)?, sanity);
    }

    #[test]
    fn upload_lists(files in vec((text(), option::of("[a-z0-9]{1,5}")), 0..5)) {
        let list = serde_json::to_vec(&files).unwrap();
        let read: Vec<_> = parse_upload_meta(&list)
            .unwrap()
            .into_iter()
            .map(|entry| (entry.file_name, entry.zip_entry))
            .collect();
        prop_assert_eq!(read, files);
    }

    #[test]
    fn headers(version in 8..=11_u8, key in text(), client in text(), session in text()) {
        let sent = serde_json::json!({"v": version, "k": key, "c": client, "s": session});
        let (read, read_version) = SyncHeader::parse(&sent.to_string()).unwrap();
        prop_assert_eq!(read_version.number(), version);
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), sent);
    }

    /// Bytes from anywhere are an error at worst.
    #[test]
    fn garbage(bytes in vec(any::<u8>(), 0..200), json in json()) {
        let _ = serde_json::from_slice::<ApplyChangesRequest>(&bytes);
        let _ = serde_json::from_slice::<ApplyChunkRequest>(&bytes);
        let _ = parse_upload_meta(&bytes);
        let _ = SyncHeader::parse(&String::from_utf8_lossy(&bytes));
        let _ = serde_json::from_value::<Notetype>(json.clone());
        let _ = serde_json::from_value::<Deck>(json.clone());
        let _ = serde_json::from_value::<DeckConfig>(json.clone());
        let _ = serde_json::from_value::<Chunk>(json);
    }
}
