#![allow(clippy::unwrap_used, reason = "tests")]

mod bombs;
mod replacing;

use std::path::{Path, PathBuf};

use rusqlite::types::FromSql;
use sync_protocol::Usn;
use sync_protocol::collection::Chunk;
use tempfile::TempDir;

use super::*;
use crate::collection::test_collection::{card, review};
use crate::collection::{CollectionStore, downgrade_to_schema_11};

const NOW: TimestampMillis = TimestampMillis(1_795_398_217_500);

/// A small collection made by a real client.
pub(in crate::collection) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/collections").join(name)
}

/// A file to upload, in a folder of its own that goes with the value.
struct Upload {
    folder: TempDir,
    file: PathBuf,
}

impl Upload {
    fn of(content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("upload");
        std::fs::write(&file, content).unwrap();
        Self { folder, file }
    }

    /// A new collection with some rows, changed by SQL.
    fn collection(sql: &str) -> Self {
        let upload = Self::of("");
        let store = CollectionStore::open(&upload.file, NOW).unwrap();
        store.db.execute_batch(sql).unwrap();
        store.close().unwrap();
        upload
    }

    /// Changed as by another program, without any of our settings.
    fn changed(self, sql: &str) -> Self {
        Connection::open(&self.file).unwrap().execute_batch(sql).unwrap();
        self
    }

    fn check(&self) -> Result<CollectionCounts, StoreError> {
        check_upload(&self.file, NOW)
    }

    fn is_refused(&self) -> bool {
        matches!(
            self.check(),
            Err(StoreError::Corrupt { .. } | StoreError::UnsupportedSchema { .. })
        )
    }

    #[track_caller]
    fn refusal(&self) -> String {
        match self.check() {
            Err(StoreError::Corrupt { reason }) => reason,
            other => panic!("{other:?}"),
        }
    }

    fn content(&self) -> Vec<u8> {
        std::fs::read(&self.file).unwrap()
    }

    fn value<T: FromSql>(&self, sql: &str) -> T {
        let db = connect(&self.file).unwrap();
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

const NOTE: &str = "INSERT INTO notes VALUES (1, 'g', 1, 1, -1, '', 'a', 'a', 0, 0, '')";

#[test]
fn a_current_collection_passes_and_keeps_its_stamps() {
    let upload = Upload::collection("UPDATE col SET mod = 11, scm = 12, usn = 13, ls = 14");
    upload.check().unwrap();
    let stamps: String =
        upload.value("SELECT mod || ' ' || scm || ' ' || usn || ' ' || ls || ' ' || ver FROM col");
    assert_eq!(stamps, "11 12 13 14 18");
}

#[test]
fn a_checked_upload_is_one_complete_file() {
    let upload = Upload::collection(NOTE);
    upload.check().unwrap();
    assert_eq!(std::fs::read_dir(upload.folder.path()).unwrap().count(), 1);
}

#[test]
fn foreign_statistics_go_and_real_ones_stay() {
    let analyzed = format!("{NOTE}; ANALYZE");
    let upload = Upload::collection(&analyzed);
    upload.check().unwrap();
    assert!(upload.value::<i64>("SELECT count(*) FROM sqlite_stat1") > 0);
    let upload = Upload::collection(&analyzed).changed(
        "PRAGMA writable_schema = on;
         UPDATE sqlite_master SET sql = replace(sql, 'idx', 'cdx') WHERE name LIKE '%stat1'",
    );
    upload.check().unwrap();
    downgrade_to_schema_11(&upload.file).unwrap();
}

#[test]
fn what_is_no_database_is_refused() {
    for content in [&b""[..], b"x", &[7; 9000], b"SQLite format 3\0"] {
        assert!(Upload::of(content).is_refused(), "{} bytes", content.len());
    }
}

#[test]
fn a_table_beyond_the_end_is_refused_and_a_file_that_shrinks_by_itself_is_not() {
    let upload = Upload::of("").changed("PRAGMA auto_vacuum = full; CREATE TABLE x (y)");
    let mut content = std::fs::read(&upload.file).unwrap();
    assert_ne!(content[52..56], [0; 4]);
    check_header(&upload.file).unwrap();
    content[52..56].copy_from_slice(&[0xff; 4]);
    let error = check_header(&Upload::of(content).file).unwrap_err();
    assert!(error.to_string().contains("beyond its end"), "{error}");
}

#[test]
fn a_truncated_database_is_refused() {
    let whole = std::fs::read(&Upload::collection(NOTE).file).unwrap();
    for length in [100, 4096, whole.len() / 2, whole.len() - 4096] {
        assert!(Upload::of(&whole[..length]).is_refused(), "{length} bytes");
    }
}

#[test]
fn a_damaged_page_is_refused() {
    let mut content = std::fs::read(&Upload::collection(NOTE).file).unwrap();
    let middle = content.len() / 2;
    content[middle..middle + 8192].fill(0x5a);
    assert!(Upload::of(content).is_refused());
}

#[test]
fn a_database_without_a_col_row_is_refused() {
    assert!(Upload::of("").changed("CREATE TABLE x (y)").is_refused());
    assert!(Upload::of("").changed("CREATE TABLE col (id, ver)").is_refused());
    assert!(Upload::collection("DELETE FROM col").is_refused());
}

#[test]
fn a_col_row_alone_is_refused() {
    let upload = Upload::of("").changed(
        "CREATE TABLE col (id integer PRIMARY KEY, crt integer, mod integer, scm integer,
           ver integer, dty integer, usn integer, ls integer, conf text, models text,
           decks text, dconf text, tags text);
         INSERT INTO col VALUES (1, 0, 0, 0, 18, 0, 0, 0, '', '', '', '', '');",
    );
    assert!(upload.is_refused());
}

#[test]
fn a_collection_without_one_of_its_tables_is_refused() {
    for table in ["cards", "notes", "graves", "config"] {
        assert!(Upload::collection(&format!("DROP TABLE {table}")).is_refused(), "{table}");
    }
}

#[test]
fn schemas_that_cannot_be_upgraded_are_refused() {
    for version in ["0", "10", "12", "13", "19", "255", "256", "-1", "'text'"] {
        let upload = Upload::collection(&format!("UPDATE col SET ver = {version}"));
        assert!(upload.is_refused(), "{version}");
    }
}

#[test]
fn a_collection_with_the_number_of_another_schema_is_refused() {
    for version in [11, 14] {
        let upload = Upload::collection(&format!("UPDATE col SET ver = {version}"));
        assert!(upload.is_refused(), "{version}: its tables exist already");
    }
    Upload::collection("UPDATE col SET ver = 17").check().unwrap();
}

#[test]
fn triggers_views_virtual_tables_and_computed_columns_are_refused() {
    for sql in [
        "CREATE TRIGGER x AFTER UPDATE ON col BEGIN DELETE FROM notes; END",
        "CREATE VIEW x AS SELECT 1",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
        "ALTER TABLE notes ADD COLUMN x AS (hex(zeroblob(id)))",
    ] {
        assert!(Upload::collection("").changed(sql).is_refused(), "{sql}");
    }
}

#[test]
fn what_acts_in_a_collection_of_an_old_client_is_refused_too() {
    let old = std::fs::read(fixture("schema-11-from-2.1.50.anki2")).unwrap();
    for sql in [
        "CREATE TRIGGER x AFTER UPDATE ON col BEGIN DELETE FROM notes; END",
        "CREATE TRIGGER x AFTER INSERT ON notes BEGIN DELETE FROM notes; END",
        "CREATE VIEW x AS SELECT 1",
        "CREATE VIEW tags AS SELECT 1",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
        "ALTER TABLE notes ADD COLUMN x AS (hex(zeroblob(id)))",
    ] {
        assert!(Upload::of(&old).changed(sql).is_refused(), "{sql}");
    }
}

/// SQLite makes of a row of its list of objects what the row's SQL says, whatever kind the
/// row claims.
#[test]
fn a_trigger_that_claims_to_be_something_else_never_runs() {
    let trigger = "CREATE TRIGGER x AFTER UPDATE ON col BEGIN DELETE FROM notes; END";
    let old = std::fs::read(fixture("schema-11-from-2.1.50.anki2")).unwrap();
    let current = std::fs::read(&Upload::collection("").file).unwrap();
    for file in [old, current] {
        for (kind, name, root) in [
            ("table", "x", "2"),
            ("table", "x", "(SELECT rootpage FROM sqlite_master WHERE name = 'cards')"),
            ("index", "x", "2"),
            ("index", "ix_cards_usn", "2"),
            ("table", "sqlite_stat1", "2"),
            ("table", "android_metadata", "2"),
            ("Trigger", "x", "0"),
            ("", "x", "NULL"),
        ] {
            let upload = Upload::of(&file).changed(NOTE).changed(&format!(
                "PRAGMA writable_schema = on;
                 INSERT INTO sqlite_master VALUES ('{kind}', '{name}', 'col', {root}, '{trigger}')"
            ));
            match upload.check() {
                Ok(_) => {}
                Err(StoreError::Corrupt { .. }) => continue,
                Err(error) => panic!("{kind} {name} {root}: {error:?}"),
            }
            let left = "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%TRIGGER%'";
            assert_eq!(upload.value::<i64>(left), 0, "{kind} {name} {root}");
            assert_eq!(upload.value::<i64>("SELECT count(*) FROM notes"), 1);
        }
    }
}

#[test]
fn a_definition_that_would_refuse_later_rows_is_put_right() {
    let upload = Upload::collection("").changed(
        "CREATE UNIQUE INDEX x ON cards (nid);
         ALTER TABLE cards ADD COLUMN extra integer NOT NULL DEFAULT 5;
         ALTER TABLE revlog ADD COLUMN extra CHECK (id < 5);
         DROP INDEX ix_cards_usn;",
    );
    upload.check().unwrap();
    let mut store = CollectionStore::open(&upload.file, NOW).unwrap();
    store.begin_sync().unwrap();
    let chunk = Chunk {
        cards: vec![card(1), card(2)],
        revlog: vec![review(9), review(10)],
        ..Chunk::default()
    };
    store.apply_chunk(chunk, Usn(0), Usn(0)).unwrap();
    store.finish_sync(NOW).unwrap();
}

#[test]
fn a_real_clients_tables_are_not_made_anew() {
    let upload = Upload::of(std::fs::read(fixture("schema-11-from-2.1.50.anki2")).unwrap());
    let definition = "SELECT group_concat(sql) FROM sqlite_master
                      WHERE tbl_name IN ('col', 'notes', 'cards', 'revlog')";
    let before: String = upload.value(definition);
    upload.check().unwrap();
    let indexes_added = "SELECT group_concat(sql) FROM sqlite_master
                         WHERE tbl_name IN ('col', 'notes', 'cards', 'revlog')
                           AND name NOT IN ('idx_notes_mid', 'idx_cards_odid')";
    assert_eq!(upload.value::<String>(indexes_added), before);
}

#[test]
fn objects_that_cannot_be_decoded_are_refused() {
    for sql in [
        "UPDATE decks SET kind = x''",
        "UPDATE decks SET common = x'ff'",
        "UPDATE notetypes SET config = x'ff'",
        "UPDATE fields SET config = x'ff'",
        "UPDATE templates SET config = x'ff'",
        "UPDATE deck_config SET config = x'ff'",
    ] {
        assert!(Upload::collection(sql).is_refused(), "{sql}");
    }
}

#[test]
fn a_file_that_may_only_be_read_is_refused() {
    let mut content = std::fs::read(&Upload::collection(NOTE).file).unwrap();
    // The version of the format that is needed for writing.
    content[18] = 9;
    assert!(Upload::of(content).is_refused());
}

/// Old clients could not be sent such a file.
#[test]
fn texts_in_another_encoding_are_refused() {
    let upload = Upload::collection("");
    let other = upload.folder.path().join("other");
    let db = Connection::open(&other).unwrap();
    db.pragma_update(None, "encoding", "UTF-16le").unwrap();
    db.execute_batch(include_str!("../../schema/base.sql")).unwrap();
    drop(db);
    let utf16 = Upload::of(std::fs::read(&other).unwrap());
    let refused = utf16.check().unwrap_err();
    let is_told = matches!(&refused, StoreError::Corrupt { reason } if reason.contains("UTF-8"));
    assert!(is_told, "{refused:?}");

    let mut unknown = std::fs::read(&Upload::collection("").file).unwrap();
    unknown[59] = 4;
    assert!(Upload::of(unknown).is_refused());
}

#[test]
fn names_indexed_in_another_order_are_refused() {
    let upload = Upload::collection("");
    let db = Connection::open(&upload.file).unwrap();
    db.create_collation("unicase", |a: &str, b: &str| b.cmp(a)).unwrap();
    db.execute_batch("INSERT INTO tags VALUES ('a', 0, 1, NULL), ('b', 0, 1, NULL)").unwrap();
    drop(db);
    assert!(upload.is_refused());
}

#[test]
fn rows_never_sent_get_the_collections_usn() {
    let upload = Upload::collection(&format!(
        "UPDATE col SET usn = 7;
         {NOTE};
         INSERT INTO cards VALUES (1, 1, 1, 0, 9, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '');
         INSERT INTO cards VALUES (2, 1, 1, 1, 9, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '');
         INSERT INTO revlog VALUES (1, 1, -1, 1, 1, 1, 1, 1, 1);
         INSERT INTO revlog VALUES (2, 1, 2147483647, 1, 1, 1, 1, 1, 1);
         INSERT INTO graves VALUES (5, 0, -1);
         INSERT INTO tags VALUES ('a', -1, 1, NULL);
         UPDATE decks SET usn = -1; UPDATE deck_config SET usn = -1;
         UPDATE notetypes SET usn = -1;"
    ));
    upload.check().unwrap();
    for table in TABLES_WITH_USN {
        let usn: i64 = upload.value(&format!("SELECT max(usn) FROM {table}"));
        let unsent: i64 = upload.value(&format!("SELECT sum(usn = -1) FROM {table}"));
        assert_eq!((usn, unsent), (7, 0), "{table}");
    }
    assert_eq!(upload.value::<i64>("SELECT min(usn) FROM cards"), 3, "others stay");
}

#[test]
fn a_file_of_a_real_old_client_is_upgraded_with_the_collections_usn() {
    let upload = Upload::of(std::fs::read(fixture("schema-11-from-2.1.50.anki2")).unwrap())
        .changed("UPDATE col SET usn = 7");
    upload.check().unwrap();
    assert_eq!(upload.value::<i64>("SELECT ver FROM col"), 18);
    assert_eq!(upload.value::<i64>("SELECT count(*) FROM cards WHERE usn = 7"), 3);
    let repaired: i64 = upload.value("SELECT factor FROM cards WHERE factor != 0");
    assert_eq!(repaired, 2500, "its starting ease was too low");
    let decks: String =
        upload.value("SELECT group_concat(name, ',') FROM (SELECT name FROM decks ORDER BY name)");
    assert_eq!(decks, "Default,Filtered,Ünï,Ünï\u{1f}日本");
    assert_eq!(upload.value::<i64>("SELECT count(*) FROM graves WHERE usn = 7"), 2);
    assert_eq!(upload.value::<String>("PRAGMA integrity_check"), "ok");
}

#[test]
fn legacy_json_that_cannot_be_understood_is_refused() {
    for sql in
        ["UPDATE col SET decks = '[]'", "UPDATE col SET dconf = ''", "UPDATE col SET models = 'x'"]
    {
        let upload = Upload::collection("");
        downgrade_to_schema_11(&upload.file).unwrap();
        assert!(upload.changed(sql).is_refused(), "{sql}");
    }
}

#[test]
fn a_missing_upload_is_our_fault() {
    let result = check_upload(Path::new("/nowhere/upload"), NOW);
    assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
}

#[test]
fn legacy_json_that_would_take_all_memory_is_refused() {
    let many = format!("'{{\"a\":[{}0]}}'", "0,".repeat(4_100_000));
    let large = "'{\"a\":\"' || hex(zeroblob(35000000)) || '\"}'";
    for (column, json) in [("conf", many.as_str()), ("models", many.as_str()), ("tags", large)] {
        let upload = Upload::of(std::fs::read(fixture("schema-11-from-2.1.50.anki2")).unwrap())
            .changed(&format!("UPDATE col SET {column} = {json}"));
        assert!(upload.is_refused(), "{column}");
    }
}

#[test]
fn the_version_of_another_row_is_not_believed() {
    // The index answers before the row does.
    let sql = "UPDATE col SET ver = 19;
         INSERT INTO col SELECT 2, crt, mod, scm, 18, dty, usn, ls, conf, models, decks, dconf, tags
         FROM col;
         CREATE INDEX x ON col (ver);";
    let upload = Upload::collection("").changed(sql);
    assert_eq!(upload.value::<i64>("SELECT ver FROM col"), 18);
    assert!(upload.is_refused());
}

#[test]
fn an_object_with_id_0_is_refused() {
    for table in ["notetypes", "decks", "deck_config"] {
        let sql = format!("UPDATE {table} SET id = 0 WHERE id = (SELECT max(id) FROM {table})");
        assert!(Upload::collection(&sql).is_refused(), "{table}");
    }
}
