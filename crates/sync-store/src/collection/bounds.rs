//! How much of a collection comes into memory at once.
//!
//! Notes, cards and reviews are read row by row. Notetypes, decks, settings, tags and
//! deletions are few in any real collection, and all of them are read at once by the
//! upgrade and for a device that gets them; a file made of them would take all memory.
//! So would one that has grown by many syncs.

use rusqlite::Connection;
use serde::de::IgnoredAny;
use sync_protocol::has_few_json_values;

use super::column::bytes;
use super::notes::{MAX_NOTE_BYTES, NOTE_BYTES};
use super::open::CURRENT_SCHEMA;
use super::proto;
use super::received::MAX_NAME_BYTES;
use crate::StoreError;

const MAX_ROWS: i64 = 1_000_000;
/// They stay until the next upload, and take 8 bytes each.
const MAX_GRAVES: i64 = 5_000_000;
const MAX_BYTES: f64 = 32.0 * 1024.0 * 1024.0;
/// Fonts and pictures inside style sheets and templates take room.
const MAX_NOTETYPE_BYTES: f64 = 64.0 * 1024.0 * 1024.0;
/// JSON takes many times its size when it is read.
const MAX_JSON_BYTES: f64 = 16.0 * 1024.0 * 1024.0;

/// Fields of the encoded messages in one table. An empty one in a list takes two bytes
/// there and 32 in memory. A deck has some ten.
const MAX_FIELDS: usize = 2_000_000;
/// Fields that take the memory of a row.
const FIELDS_PER_ROW: usize = 10;

/// What a column with most of a row's content holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Json,
    /// An encoded message with JSON for the keys nobody knows, and the field whose content
    /// is a list or has one.
    Message {
        list: u64,
    },
}

#[derive(Debug)]
struct Table {
    name: &'static str,
    /// The first schema that has it.
    since: i64,
    /// The column with names, which are compared with each other.
    names: &'static str,
    content: &'static [(&'static str, Content)],
    max_bytes: f64,
}

const TABLES: [Table; 7] = [
    Table {
        name: "deck_config",
        since: 14,
        names: "name",
        content: &[("config", Content::Message { list: 0 })],
        max_bytes: MAX_BYTES,
    },
    Table {
        name: "config",
        since: 14,
        names: "key",
        content: &[("val", Content::Json)],
        max_bytes: MAX_JSON_BYTES,
    },
    Table { name: "tags", since: 14, names: "tag", content: &[], max_bytes: MAX_BYTES },
    Table {
        name: "fields",
        since: 15,
        names: "name",
        content: &[("config", Content::Message { list: 0 })],
        max_bytes: MAX_BYTES,
    },
    Table {
        name: "templates",
        since: 15,
        names: "name",
        content: &[("config", Content::Message { list: 0 })],
        max_bytes: MAX_NOTETYPE_BYTES,
    },
    Table {
        name: "notetypes",
        since: 15,
        names: "name",
        content: &[("config", Content::Message { list: 8 })],
        max_bytes: MAX_NOTETYPE_BYTES,
    },
    Table {
        name: "decks",
        since: 15,
        names: "name",
        content: &[
            ("common", Content::Message { list: 0 }),
            ("kind", Content::Message { list: 2 }),
        ],
        max_bytes: MAX_BYTES,
    },
];

/// Refuses a file with more of these than any collection has.
pub(super) fn require_bounds(db: &Connection, version: i64) -> Result<(), StoreError> {
    for table in TABLES.iter().filter(|table| table.since <= version) {
        require_table_bounds(db, table, version)?;
    }
    require_few_graves(db)?;
    let select = format!("SELECT max({NOTE_BYTES}) FROM notes");
    let largest: Option<i64> = db.query_row(&select, [], |row| row.get(0))?;
    match largest {
        Some(bytes) if bytes > MAX_NOTE_BYTES as i64 => {
            Err(StoreError::Corrupt { reason: format!("a note has {bytes} bytes") })
        }
        _ => Ok(()),
    }
}

/// Refuses what a sync has made of these tables when it is more than any collection has.
pub(super) fn require_bounds_of(db: &Connection, written: &[&str]) -> Result<(), StoreError> {
    for table in TABLES.iter().filter(|table| written.contains(&table.name)) {
        require_table_bounds(db, table, CURRENT_SCHEMA)?;
    }
    Ok(())
}

/// Refuses more deletions than any collection has.
pub(super) fn require_few_graves(db: &Connection) -> Result<(), StoreError> {
    let graves: i64 =
        db.prepare_cached("SELECT count(*) FROM graves")?.query_row([], |row| row.get(0))?;
    if graves > MAX_GRAVES { Err(too_large("graves")) } else { Ok(()) }
}

fn require_table_bounds(db: &Connection, table: &Table, version: i64) -> Result<(), StoreError> {
    let Table { name, names, content, max_bytes, .. } = table;
    let total: String =
        content.iter().map(|(column, _)| format!(" + total(octet_length({column}))")).collect();
    let select = format!(
        "SELECT count(*), max(octet_length({names})), total(octet_length({names})){total}
         FROM {name}"
    );
    let (rows, longest, bytes): (i64, Option<i64>, f64) = db
        .prepare_cached(&select)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if let Some(longest) = longest.filter(|longest| *longest > MAX_NAME_BYTES as i64) {
        let reason = format!("the table {name} has a name with {longest} bytes");
        return Err(StoreError::Corrupt { reason });
    }
    if rows > MAX_ROWS || bytes > *max_bytes {
        return Err(too_large(name));
    }
    require_few_values(db, table, version)
}

/// Refuses content that takes many times its size when it is read.
fn require_few_values(db: &Connection, table: &Table, version: i64) -> Result<(), StoreError> {
    if table.content.is_empty() {
        return Ok(());
    }
    let columns: Vec<_> = table.content.iter().map(|(column, _)| *column).collect();
    let select = format!("SELECT {} FROM {}", columns.join(", "), table.name);
    let mut statement = db.prepare_cached(&select)?;
    let mut rows = statement.query([])?;
    // All of it as one list.
    let mut json = vec![b'['];
    let mut fields = 0;
    while let Some(row) = rows.next()? {
        fields += FIELDS_PER_ROW;
        for (index, (_, content)) in table.content.iter().enumerate() {
            let content_bytes = bytes(row, index);
            match content {
                Content::Message { list } if version >= 15 => {
                    for (number, field) in proto::fields(content_bytes) {
                        fields += 1;
                        if number == *list {
                            fields += field.len() / 2;
                        } else if number == proto::OTHER {
                            push_json(&mut json, field);
                        }
                    }
                }
                // Deck configs were JSON before.
                _ => push_json(&mut json, content_bytes),
            }
        }
    }
    if fields > MAX_FIELDS || !has_few_json_values(&json) {
        return Err(too_large(table.name));
    }
    Ok(())
}

/// What is no JSON is not kept by who reads it, and would hide what comes behind it.
fn push_json(list: &mut Vec<u8>, json: &[u8]) {
    if serde_json::from_slice::<IgnoredAny>(json).is_ok() {
        list.extend(json);
        list.push(b',');
    }
}

fn too_large(table: &str) -> StoreError {
    StoreError::Corrupt { reason: format!("the table {table} is too large") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use prost::Message;
    use rusqlite::params;

    use super::*;
    use crate::collection::proto::{
        CardRequirement, DeckCommon, DeckKind, DeckKindContainer, FilteredDeck, NormalDeck,
        NotetypeConfig, SearchTerm,
    };
    use crate::collection::test_collection::TestCollection;

    #[test]
    fn a_collection_that_is_large_in_other_ways_is_within_bounds() {
        let collection = TestCollection::new();
        collection.run(
            "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
             INSERT INTO tags (tag, usn, collapsed, config)
             SELECT 'tag ' || n, 0, 1, NULL FROM n;
             INSERT INTO notes SELECT id, id, 1, 0, 0, '', zeroblob(30000000), '', 0, 0, ''
             FROM notetypes LIMIT 3;",
        );
        require_bounds(&collection.db, 18).unwrap();
    }

    #[test]
    fn large_objects_and_very_many_are_refused() {
        for sql in [
            "UPDATE notetypes SET config = zeroblob(12000000)",
            "UPDATE decks SET name = hex(zeroblob(9000))",
            "UPDATE config SET val = zeroblob(17000000) WHERE key = 'sortType'",
            "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 1000001)
             INSERT INTO fields (ntid, ord, name, config) SELECT 7, n, 'f' || n, '' FROM n",
        ] {
            let collection = TestCollection::new();
            collection.run(sql);
            let refused = require_bounds(&collection.db, 18);
            assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{sql}");
            require_bounds(&collection.db, 11).unwrap();
        }
    }

    #[test]
    fn a_note_larger_than_anybodys_is_refused() {
        for (text, is_refused) in
            [(MAX_NOTE_BYTES - 2, false), (MAX_NOTE_BYTES - 1, true), (3 * MAX_NOTE_BYTES, true)]
        {
            let collection = TestCollection::new();
            collection.run(&format!(
                "INSERT INTO notes VALUES (1, 'a', 1, 0, 0, 't', zeroblob({text}), '', 0, 0, '')"
            ));
            assert_eq!(require_bounds(&collection.db, 18).is_err(), is_refused, "{text}");
            assert_eq!(require_bounds(&collection.db, 11).is_err(), is_refused, "{text}");
        }
    }

    #[test]
    fn lists_that_are_small_in_the_file_and_large_in_memory_are_refused() {
        let terms = |count: usize| {
            let message = SearchTerm::default();
            let deck =
                FilteredDeck { search_terms: vec![message; count], ..FilteredDeck::default() };
            DeckKindContainer { kind: Some(DeckKind::Filtered(deck)) }.encode_to_vec()
        };
        let requirements = |count: usize| {
            let reqs = vec![CardRequirement::default(); count];
            NotetypeConfig { reqs, ..NotetypeConfig::default() }.encode_to_vec()
        };
        let nested = |count: usize| {
            let reqs = vec![CardRequirement { field_ords: vec![1; count], ..<_>::default() }];
            NotetypeConfig { reqs, ..NotetypeConfig::default() }.encode_to_vec()
        };
        let many = MAX_FIELDS + 1;
        for (update, blob, is_refused) in [
            ("UPDATE decks SET kind = ?", terms(50_000), false),
            ("UPDATE decks SET kind = ?", terms(many), true),
            ("UPDATE notetypes SET config = ?", requirements(50_000), false),
            ("UPDATE notetypes SET config = ?", requirements(many / 6), true),
            ("UPDATE notetypes SET config = ?", nested(many / 3), true),
        ] {
            let collection = TestCollection::new();
            collection.db.execute(update, [&blob]).unwrap();
            let refused = require_bounds(&collection.db, 18);
            assert_eq!(refused.is_err(), is_refused, "{update} {}", blob.len());
        }
    }

    #[test]
    fn json_that_takes_all_memory_is_refused_however_many_rows_it_is_in() {
        let json = format!("[{}0]", "{\"\":0},".repeat(20_000)).into_bytes();
        let common = DeckCommon { other: json.clone(), ..DeckCommon::default() }.encode_to_vec();
        let open_text = DeckCommon { other: vec![b'"'], ..DeckCommon::default() }.encode_to_vec();
        for (insert, first, each) in [
            ("INSERT INTO decks VALUES (?1, ?1, 0, 0, ?2, x'0a00')", &open_text, &common),
            ("INSERT INTO config VALUES (?1, 0, 0, ?2)", &vec![b'"'], &json),
        ] {
            let collection = TestCollection::new();
            collection.db.execute(insert, params![10, first]).unwrap();
            collection.db.execute(insert, params![11, each]).unwrap();
            require_bounds(&collection.db, 18).unwrap();
            for id in 12..22 {
                collection.db.execute(insert, params![id, each]).unwrap();
            }
            assert!(require_bounds(&collection.db, 18).is_err(), "{insert}");
        }
    }

    #[test]
    fn deck_configs_were_json_until_schema_15() {
        let collection = TestCollection::new();
        let json = format!("[{}0]", "{\"\":0},".repeat(200_000)).into_bytes();
        collection.db.execute("UPDATE deck_config SET config = ?", [json]).unwrap();
        require_bounds(&collection.db, 14).unwrap_err();
    }

    #[test]
    fn ten_thousand_decks_are_within_bounds() {
        let collection = TestCollection::new();
        let other = br#"{"addon":{"a":1,"b":[1,2,3],"c":{"d":""}}}"#.to_vec();
        let common = DeckCommon { other, learning_studied: 5, new_studied: 3, ..<_>::default() };
        let mut insert =
            collection.db.prepare("INSERT INTO decks VALUES (?1, ?2, 0, 0, ?3, ?4)").unwrap();
        let kind = DeckKind::Normal(NormalDeck { config_id: 5, ..NormalDeck::default() });
        let kind = DeckKindContainer { kind: Some(kind) }.encode_to_vec();
        for id in 10..10_010 {
            let name = format!("A deck\u{1f}with some name {id}");
            insert.execute(params![id, name, common.encode_to_vec(), kind]).unwrap();
        }
        require_bounds_of(&collection.db, &["decks"]).unwrap();
        require_bounds(&collection.db, 18).unwrap();
    }
}
