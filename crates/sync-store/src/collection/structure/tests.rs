#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::collection::test_collection::TestCollection;

fn reason(result: Result<(), StoreError>) -> String {
    match result {
        Err(StoreError::Corrupt { reason }) => reason,
        other => panic!("expected a corrupt file, got {other:?}"),
    }
}

#[test]
fn a_new_collection_has_all_that_is_required() {
    let collection = TestCollection::new();
    require_tables(&collection.db, 18).unwrap();
    refuse_active_schema(&collection.db).unwrap();
    require_col_row(&collection.db).unwrap();
}

#[test]
fn every_table_is_required() {
    for table in TABLES {
        let collection = TestCollection::new();
        collection.run(&format!("DROP TABLE {}", table.name));
        assert!(reason(require_tables(&collection.db, 18)).contains(table.name));
    }
}

#[test]
fn every_column_is_required() {
    let collection = TestCollection::new();
    collection.run("ALTER TABLE cards DROP COLUMN data");
    assert!(reason(require_tables(&collection.db, 18)).contains("data"));
}

#[test]
fn tables_of_later_schemas_are_not_required() {
    let collection = TestCollection::new();
    collection.run("DROP TABLE decks; ALTER TABLE tags DROP COLUMN config");
    require_tables(&collection.db, 14).unwrap();
    assert!(require_tables(&collection.db, 15).is_err());
}

#[test]
fn tables_of_other_programs_are_left_alone() {
    let collection = TestCollection::new();
    collection.run("CREATE TABLE android_metadata (locale text)");
    refuse_active_schema(&collection.db).unwrap();
}

#[test]
fn triggers_views_and_virtual_tables_are_refused() {
    for sql in [
        "CREATE TRIGGER x AFTER INSERT ON cards BEGIN DELETE FROM notes; END",
        "CREATE VIEW x AS SELECT 1",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
    ] {
        let collection = TestCollection::new();
        collection.run(sql);
        assert!(reason(refuse_active_schema(&collection.db)).contains(" x "), "{sql}");
    }
}

#[test]
fn triggers_and_views_do_nothing_in_an_open_collection() {
    let collection = TestCollection::new();
    collection.run(
        "CREATE TRIGGER x AFTER INSERT ON graves BEGIN DELETE FROM notetypes; END;
         CREATE VIEW y AS SELECT 1;
         INSERT INTO graves VALUES (1, 0, 0);",
    );
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM notetypes"), 6);
    assert!(collection.db.prepare("SELECT * FROM y").is_err());
}

#[test]
fn of_several_col_rows_the_first_stays() {
    let collection = TestCollection::new();
    collection.run(
        "CREATE TABLE more AS SELECT * FROM col;
         UPDATE more SET id = 2, usn = 99;
         INSERT INTO col SELECT * FROM more;
         DROP TABLE more;",
    );
    require_col_row(&collection.db).unwrap();
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM col WHERE usn < 99"), 1);
    assert_eq!(collection.value::<i64>("SELECT count(*) FROM col"), 1);
}

#[test]
fn a_col_row_that_cannot_be_read_is_refused() {
    for sql in [
        "DELETE FROM col",
        "UPDATE col SET mod = 'now'",
        "UPDATE col SET usn = 3000000000",
        "UPDATE col SET usn = -1",
    ] {
        let collection = TestCollection::new();
        collection.run(sql);
        assert!(
            matches!(require_col_row(&collection.db), Err(StoreError::Corrupt { .. })),
            "{sql}"
        );
    }
}
