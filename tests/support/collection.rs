//! Collection files outside the server: made before it starts, looked at after
//! it stopped.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, Params};
use sync_protocol::TimestampMillis;
use sync_store::collection::{CollectionStore, downgrade_to_schema_11};
use tempfile::TempDir;
use unicase::UniCase;

/// An open collection file, whoever wrote it.
#[derive(Debug)]
pub struct Collection {
    db: Connection,
    /// Keeps the folder while the file is open.
    _folder: Option<Arc<TempDir>>,
}

impl Collection {
    /// Opens a file that exists.
    #[must_use]
    pub fn open(path: &Path) -> Self {
        assert!(path.exists(), "{} should exist", path.display());
        let db = Connection::open(path).unwrap();
        db.create_collation("unicase", |a: &str, b: &str| UniCase::new(a).cmp(&UniCase::new(b)))
            .unwrap();
        Self { db, _folder: None }
    }

    /// Opens a file in a temporary folder, which then lives as long.
    #[must_use]
    pub(crate) fn open_in(folder: &Arc<TempDir>, path: &Path) -> Self {
        Self { _folder: Some(folder.clone()), ..Self::open(path) }
    }

    /// Opens the bytes of a file.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let path = folder.path().join("collection.anki2");
        std::fs::write(&path, bytes).unwrap();
        Self::open_in(&folder, &path)
    }

    /// The only value of the only row of a query.
    #[track_caller]
    pub fn one<T: FromSql>(&self, sql: &str) -> T {
        match self.db.query_row(sql, [], |row| row.get(0)) {
            Ok(value) => value,
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    /// The first column of all rows of a query.
    #[track_caller]
    pub fn column<T: FromSql>(&self, sql: &str) -> Vec<T> {
        let mut statement = self.db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// All rows of a query.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        let mut statement = self.db.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| (0..columns).map(|i| row.get(i)).collect::<Result<Vec<_>, _>>())
            .unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The number of rows of a table.
    #[track_caller]
    pub fn count(&self, table: &str) -> u32 {
        self.one(&format!("SELECT count() FROM {table}"))
    }

    /// Runs one statement with values.
    #[track_caller]
    pub fn run(&self, sql: &str, values: impl Params) {
        if let Err(error) = self.db.execute(sql, values) {
            panic!("{sql}: {error}");
        }
    }

    /// Runs several statements.
    #[track_caller]
    pub fn batch(&self, sql: &str) {
        if let Err(error) = self.db.execute_batch(sql) {
            panic!("{sql}: {error}");
        }
    }

    /// Sets a config key to JSON text, with usn 0.
    pub fn set_config(&self, key: &str, json: &str) {
        self.run(
            "INSERT OR REPLACE INTO config (KEY, usn, mtime_secs, val) VALUES (?, 0, 0, ?)",
            (key, json.as_bytes()),
        );
    }

    /// The JSON text of a config key.
    #[must_use]
    pub fn config(&self, key: &str) -> Option<String> {
        self.column::<Vec<u8>>(&format!("SELECT val FROM config WHERE KEY = '{key}'"))
            .pop()
            .map(|val| String::from_utf8(val).unwrap())
    }

    /// Adds a card of note `id` in the default deck.
    pub fn add_card(&self, id: i64, modified: i64, usn: i32) {
        self.run(
            "INSERT INTO cards VALUES (?1, ?1, 1, 0, ?2, ?3, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, '{}')",
            (id, modified, usn),
        );
    }

    /// Adds a note of the seed's notetype.
    pub fn add_note(&self, id: i64, modified: i64, usn: i32) {
        self.run(
            "INSERT INTO notes VALUES (?1, 'guid' || ?1, 1000, ?2, ?3, '',
                 'front ' || ?1 || char(31) || 'back', 'front ' || ?1, 0, 0, '')",
            (id, modified, usn),
        );
    }

    /// Adds a review of card `cid`.
    pub fn add_review(&self, id: i64, cid: i64, usn: i32) {
        self.run("INSERT INTO revlog VALUES (?, ?, ?, 3, 1, -600, 2500, 4321, 1)", (id, cid, usn));
    }

    /// What the sanity check counts: the numbers of rows, with due counts and
    /// graves as zeros.
    #[must_use]
    pub fn sanity_counts(&self) -> serde_json::Value {
        let count = |table| self.count(table);
        serde_json::json!([
            [0, 0, 0],
            count("cards"),
            count("notes"),
            count("revlog"),
            0,
            count("notetypes"),
            count("decks"),
            count("deck_config")
        ])
    }

    /// Asserts what SQLite itself thinks of the file.
    #[track_caller]
    pub fn assert_sound(&self) {
        assert_eq!(self.column::<String>("PRAGMA integrity_check"), ["ok"]);
    }
}

/// A fresh collection file of the current schema, changed by `prepare`.
#[must_use]
pub fn template(prepare: impl FnOnce(&Collection)) -> Vec<u8> {
    /// Made once: creating all tables and stock notetypes is the slow part.
    static FRESH: OnceLock<Vec<u8>> = OnceLock::new();
    let fresh = FRESH.get_or_init(|| {
        in_folder(|path| {
            CollectionStore::open(path, TimestampMillis(1_600_000_000_000))
                .and_then(CollectionStore::close)
                .unwrap();
        })
    });
    in_folder(|path| {
        std::fs::write(path, fresh).unwrap();
        let collection = Collection::open(path);
        // Nothing may stay in the write-ahead log: the main file is what travels.
        collection.batch("PRAGMA journal_mode = delete");
        collection.batch("PRAGMA synchronous = off");
        prepare(&collection);
    })
}

/// The same collection as a file of schema 11, as clients before 2.1.57 have it.
#[must_use]
pub fn collection_of_schema_11(collection: &[u8]) -> Vec<u8> {
    in_folder(|path| {
        std::fs::write(path, collection).unwrap();
        downgrade_to_schema_11(path).unwrap();
    })
}

fn in_folder(make: impl FnOnce(&PathBuf)) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collection.anki2");
    make(&path);
    std::fs::read(&path).unwrap()
}
