#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::collection::test_collection::TestCollection;

/// What the table and its indexes are defined as, as far as it counts.
fn layout_of(db: &Connection) -> Vec<(String, String)> {
    let model = Model::new().unwrap();
    let mut all = model.keys(&definitions(db, "table").unwrap());
    all.extend(model.keys(&definitions(db, "index").unwrap()));
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort();
    all
}

/// A new collection, changed, after the layout was restored.
fn restored(sql: &str) -> TestCollection {
    let mut collection = TestCollection::new();
    collection.run(sql);
    drop_foreign_objects(&mut collection.db).unwrap();
    restore_layout(&mut collection.db).unwrap();
    assert_eq!(layout_of(&collection.db), layout_of(&Model::new().unwrap().db), "{sql}");
    assert_eq!(collection.value::<String>("PRAGMA integrity_check"), "ok", "{sql}");
    collection
}

/// Replaces a table by one with another definition, with its rows.
fn redefined(table: &str, definition: &str) -> String {
    format!(
        "ALTER TABLE {table} RENAME TO old;
         CREATE TABLE {table} {definition};
         INSERT INTO {table} SELECT * FROM old;
         DROP TABLE old;"
    )
}

#[test]
fn a_new_collection_has_the_layout() {
    let collection = TestCollection::new();
    assert_eq!(layout_of(&collection.db), layout_of(&Model::new().unwrap().db));
}

#[test]
fn blanks_comments_quotes_and_case_make_no_difference() {
    let names = ["a".to_owned(), "b".to_owned()].into();
    let plain = |sql| without_form(sql, &names);
    let a = plain("CREATE TABLE \"A\" (\n  id integer, -- the id\n /* x */ [b]\ttext\n)");
    assert_eq!(a, plain("create table a(Id INTEGER,`B` TEXT)"));
    assert_ne!(a, plain("create table a(id integer, b blob)"));
}

#[test]
fn what_only_looks_the_same_is_not() {
    for (ours, other) in [
        ("id integer, b text", "id integer \"/*\", x, \"*/\" b text"),
        ("id integer, b text", "id integer '/*', x, '*/' b text"),
        ("id integer, b text", "id integer [--], x\n], b text"),
        ("id integer, b text", "id integer, \"b\"\"\" text"),
        ("id integer, x, b text", "id integer /*/, x, /* */, b text"),
        ("id integer primary key", "id integerprimary key"),
        ("a, b", "\"a, b\""),
        ("id integer primary key", "id integer \"primary\" key"),
        ("csum", "\"\" || csum"),
    ] {
        let names = Model::new().unwrap().names;
        assert_ne!(without_form(ours, &names), without_form(other, &names), "{other}");
    }
}

#[test]
fn tables_that_only_look_like_ours_are_made_anew() {
    let collection = restored(
        &redefined(
            "graves",
            "(oid integer NOT NULL, type integer \"/*\", evil DEFAULT (hex(zeroblob(400000000))),
          x CONSTRAINT \"*/\" NOT NULL, usn integer NOT NULL, PRIMARY KEY (oid, type))
         WITHOUT ROWID",
        )
        .replace("SELECT * FROM old", "SELECT oid, type, NULL, 1, usn FROM old"),
    );
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM pragma_table_info('graves')"), 3);
}

#[test]
fn indexes_that_are_not_a_collections_are_dropped() {
    let collection = restored(
        "CREATE UNIQUE INDEX one_card_a_note ON cards (nid);
         CREATE INDEX slow ON notes (hex(zeroblob(id)));
         CREATE INDEX some ON notes (mid) WHERE abs(mid) > 0;",
    );
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM notetypes"), 6);
}

#[test]
fn missing_and_changed_indexes_are_made_anew() {
    restored(
        "DROP INDEX ix_cards_usn; DROP INDEX idx_decks_name;
         DROP INDEX ix_notes_csum; CREATE UNIQUE INDEX ix_notes_csum ON notes (csum);",
    );
}

#[test]
fn tables_that_would_refuse_rows_are_made_anew() {
    restored("ALTER TABLE cards ADD COLUMN x integer NOT NULL DEFAULT 1");
    restored(
        "DROP TABLE graves;
         CREATE TABLE graves (oid integer, type integer, usn integer, UNIQUE (usn))",
    );
    let collection = restored(&redefined(
        "decks",
        "(id integer PRIMARY KEY, name text, mtime_secs integer, usn integer, common blob,
          kind blob CHECK (length(kind) < 100))",
    ));
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM decks WHERE name = 'DEFAULT'"), 1);
}

#[test]
fn columns_in_another_order_keep_their_values() {
    let collection = restored(
        "DROP TABLE revlog;
         CREATE TABLE revlog (type, time, factor, lastIvl, ivl, ease, usn, cid, id);
         INSERT INTO revlog VALUES (1, 2, 3, 4, 5, 6, 7, 8, '9');",
    );
    let row = "SELECT id = 9 AND cid = 8 AND ease = 6 AND type = 1 FROM revlog";
    assert!(collection.value::<bool>(row));
}

#[test]
fn rows_that_do_not_fit_are_an_error_and_nothing_changes() {
    let mut collection = TestCollection::new();
    collection.run("DROP TABLE tags; CREATE TABLE tags (tag, usn, collapsed, config);");
    collection.run("INSERT INTO tags VALUES ('a', 1, 1, NULL), ('A', 1, 1, NULL)");
    assert!(restore_layout(&mut collection.db).is_err());
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM tags"), 2);
}

#[test]
fn tables_of_others_are_dropped_but_for_what_android_writes() {
    let mut collection = TestCollection::new();
    collection.run(
        "CREATE TABLE android_metadata (locale text);
         INSERT INTO android_metadata VALUES ('en_US');
         CREATE INDEX \"of \"\"another\" ON android_metadata (hex(locale));
         CREATE TABLE \"graves_18\" (x, y REFERENCES cards (id));
         CREATE TABLE counted (x integer PRIMARY KEY AUTOINCREMENT);
         INSERT INTO counted VALUES (5);
         CREATE INDEX also ON counted (x);",
    );
    drop_foreign_objects(&mut collection.db).unwrap();
    restore_layout(&mut collection.db).unwrap();
    assert_eq!(collection.value::<String>("SELECT locale FROM android_metadata"), "en_US");
    let others = "SELECT group_concat(name) FROM sqlite_master
                  WHERE tbl_name IN ('android_metadata', 'graves_18', 'counted')";
    assert_eq!(collection.value::<String>(others), "android_metadata");
}
