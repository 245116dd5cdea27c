//! How much of an uploaded file comes into memory at once.
//!
//! Notes, cards and reviews are read row by row. Notetypes, decks, settings, tags and
//! deletions are few in any real collection, and all of them are read at once by the
//! upgrade and for a device that gets them; a file made of them would take all memory.

use rusqlite::Connection;

use super::received::MAX_NAME_BYTES;
use crate::StoreError;

const MAX_ROWS: i64 = 1_000_000;
const MAX_BYTES: f64 = 32.0 * 1024.0 * 1024.0;
/// Fonts and pictures inside style sheets and templates take room.
const MAX_NOTETYPE_BYTES: f64 = 64.0 * 1024.0 * 1024.0;
/// JSON takes many times its size when it is read.
const MAX_JSON_BYTES: f64 = 16.0 * 1024.0 * 1024.0;

/// Tables, the first schema that has each, and what the size of its rows comes from.
const TABLES: [(&str, i64, &[&str]); 8] = [
    ("graves", 11, &["oid"]),
    ("deck_config", 14, &["config"]),
    ("config", 14, &["val"]),
    ("tags", 14, &["tag"]),
    ("fields", 15, &["name", "config"]),
    ("templates", 15, &["name", "config"]),
    ("notetypes", 15, &["name", "config"]),
    ("decks", 15, &["name", "common", "kind"]),
];

/// Refuses a file with more of these than any collection has.
pub(super) fn require_bounds(db: &Connection, version: i64) -> Result<(), StoreError> {
    for (table, _, columns) in TABLES.iter().filter(|(_, since, _)| *since <= version) {
        let bytes: Vec<_> =
            columns.iter().map(|column| format!("total(octet_length({column}))")).collect();
        let select = format!("SELECT count(*), {} FROM {table}", bytes.join(" + "));
        let (rows, bytes): (i64, f64) =
            db.query_row(&select, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let longest = columns.iter().filter(|column| ["name", "tag"].contains(*column));
        for column in longest {
            let select = format!("SELECT max(octet_length({column})) FROM {table}");
            let longest: Option<i64> = db.query_row(&select, [], |row| row.get(0))?;
            if longest.is_some_and(|longest| longest > MAX_NAME_BYTES as i64) {
                let reason = format!("the table {table} has a name with {longest:?} bytes");
                return Err(StoreError::Corrupt { reason });
            }
        }
        let max_bytes = match *table {
            "config" => MAX_JSON_BYTES,
            "notetypes" | "templates" => MAX_NOTETYPE_BYTES,
            _ => MAX_BYTES,
        };
        if rows > MAX_ROWS || bytes > max_bytes {
            return Err(StoreError::Corrupt { reason: format!("the table {table} is too large") });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::collection::test_collection::TestCollection;

    #[test]
    fn a_collection_that_is_large_in_other_ways_is_within_bounds() {
        let collection = TestCollection::new();
        collection.run(
            "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
             INSERT INTO tags (tag, usn, collapsed, config)
             SELECT 'tag ' || n, 0, 1, NULL FROM n;
             INSERT INTO notes VALUES (1, 'a', 1, 0, 0, '', zeroblob(70000000), '', 0, 0, '');",
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
}
