#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use sync_protocol::MediaUsn;

use super::*;
use crate::media::test_support::Account;

#[test]
fn new_folder_starts_empty() {
    let account = Account::new();
    assert_eq!(account.media.last_usn().unwrap(), MediaUsn(0));
    assert_eq!(account.totals(), (0, 0));
    assert_eq!(account.names(), Vec::<String>::new());
    assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new());
}

#[test]
fn media_exist_once_they_were_opened_and_asking_creates_nothing() {
    let storage = tempfile::tempdir().unwrap();
    let folder = storage.path().join("account");
    assert!(!MediaStore::exists(&folder).unwrap());
    assert!(!folder.exists());
    fs::create_dir(&folder).unwrap();
    fs::create_dir(folder.join("media")).unwrap();
    assert!(!MediaStore::exists(&folder).unwrap());
    for name in ["media.db", "media.db-wal", "media.db-journal", "media.redo-1", "media.redo-2"] {
        fs::write(folder.join(name), "").unwrap();
        assert!(MediaStore::exists(&folder).unwrap(), "{name}");
        fs::remove_file(folder.join(name)).unwrap();
    }
    let media = MediaStore::open(&folder).unwrap();
    assert!(MediaStore::exists(&folder).unwrap(), "while they are open");
    media.close().unwrap();
    assert!(MediaStore::exists(&folder).unwrap());
}

#[test]
fn whether_media_exist_is_not_told_of_a_disk_that_is_gone() {
    let storage = tempfile::tempdir().unwrap();
    let gone = storage.path().join("storage");
    let error = MediaStore::exists(&gone.join("account")).unwrap_err();
    assert!(matches!(error, StoreError::Io { path, .. } if path == gone));
}

#[test]
fn layout_is_that_of_the_official_server() {
    let account = Account::new();
    let db = &account.media.db;
    let columns: Vec<(String, String, bool)> = db
        .prepare(
            "SELECT m.name || '.' || c.name, c.type, c.\"notnull\" FROM sqlite_schema m, \
             pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid",
        )
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let expected = [
        ("media.fname", "TEXT"),
        ("media.csum", "BLOB"),
        ("media.size", "INT"),
        ("media.usn", "INT"),
        ("media.mtime", "INT"),
        ("meta.last_usn", "INT"),
        ("meta.total_bytes", "INT"),
        ("meta.total_nonempty_files", "INT"),
    ];
    let found: Vec<_> = columns
        .iter()
        .map(|(name, kind, not_null)| (name.as_str(), kind.to_ascii_uppercase(), *not_null))
        .collect();
    let expected: Vec<_> = expected.map(|(name, kind)| (name, kind.to_owned(), true)).into();
    assert_eq!(found, expected);
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mode: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!((version, mode.as_str()), (4, "wal"));
}

#[test]
fn second_opener_is_told_that_the_database_is_busy() {
    let account = Account::new();
    let error = MediaStore::open(account.folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Busy { path } if path.ends_with("media.db")));
}

#[test]
fn closed_database_is_complete_without_side_files() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    let Account { folder, media } = account;
    media.close().unwrap();
    assert!(!folder.path().join("media.db-wal").exists());
    let media = MediaStore::open(folder.path()).unwrap();
    assert_eq!(media.totals().unwrap().bytes, 3);
}

#[test]
fn committed_rows_survive_without_closing() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("media")).unwrap();
    for name in ["media.db", "media.db-wal", "media/a"] {
        fs::copy(account.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let media = MediaStore::open(copy.path()).unwrap();
    assert_eq!(media.totals().unwrap().files, 1);
    assert_eq!(media.integrity_problems().unwrap(), Vec::<String>::new());
}

#[test]
fn layout_3_is_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let db = Connection::open(folder.path().join("media.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE media (fname text not null primary key, csum blob, sz int not null,
           usn int not null, deleted int not null);
         CREATE INDEX ix_usn ON media (usn);
         CREATE TABLE meta (usn int not null, sz int not null);
         INSERT INTO meta VALUES (99, 99);
         INSERT INTO media VALUES ('a', x'01', 5, 7, 0), ('gone', x'02', 0, 9, 1234),
           ('none', null, 3, 11, 0);
         PRAGMA user_version = 3;",
    )
    .unwrap();
    drop(db);
    fs::create_dir(folder.path().join("media")).unwrap();
    let media = MediaStore::open(folder.path()).unwrap();
    let rows: Vec<(String, i64, i64, i64)> = media
        .db
        .prepare("SELECT fname, size, usn, mtime FROM media ORDER BY fname")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(rows, [("a".to_owned(), 5, 7, 0), ("gone".to_owned(), 0, 9, 1234)]);
    assert_eq!(media.last_usn().unwrap(), MediaUsn(9));
    let totals = media.totals().unwrap();
    assert_eq!((totals.files, totals.bytes), (1, 5));
    media.close().unwrap();
    MediaStore::open(folder.path()).unwrap();
}

#[test]
fn empty_layout_3_is_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let db = Connection::open(folder.path().join("media.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE media (fname text not null primary key, csum blob, sz int, usn int,
           deleted int);
         CREATE TABLE meta (usn int, sz int);
         PRAGMA user_version = 3;",
    )
    .unwrap();
    drop(db);
    let media = MediaStore::open(folder.path()).unwrap();
    assert_eq!(media.last_usn().unwrap(), MediaUsn(0));
}

#[test]
fn unknown_layouts_are_left_alone() {
    for (version, is_newer) in [(5, true), (2, false)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("media.db");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        drop(db);
        match MediaStore::open(folder.path()).unwrap_err() {
            StoreError::NewerLayout { version: found, .. } => assert!(is_newer && found == version),
            StoreError::Corrupt { .. } => assert!(!is_newer),
            other => panic!("{other:?}"),
        }
        let db = Connection::open(&path).unwrap();
        let now: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(now, version);
    }
}

#[test]
fn left_over_temporary_files_go_but_files_of_such_a_name_stay() {
    let mut account = Account::new();
    let owned = ".anki-sync-tray-0123456789abcdef.part";
    account.upload(&[(owned, Some("x"))]).unwrap();
    fs::write(account.path(".anki-sync-tray-00000000000000ff.part"), "left over").unwrap();
    fs::write(account.path("unknown.part"), "of a person").unwrap();
    let account = account.reopened();
    assert_eq!(account.names(), [owned, "unknown.part"]);
}

#[test]
fn opening_a_database_of_this_layout_writes_nothing() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    let Account { folder, media } = account;
    media.close().unwrap();
    let _media = MediaStore::open(folder.path()).unwrap();
    let log_bytes = fs::metadata(folder.path().join("media.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log_bytes, 0);
}

#[test]
fn a_folder_that_is_gone_is_not_replaced_by_an_empty_one() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    let Account { folder, media } = account;
    media.close().unwrap();
    let (path, elsewhere) = (folder.path().join("media"), folder.path().join("elsewhere"));
    fs::rename(&path, &elsewhere).unwrap();
    let error = MediaStore::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Io { path: missing, .. } if missing == path));
    assert!(!path.exists());
    fs::rename(&elsewhere, &path).unwrap();
    MediaStore::open(folder.path()).unwrap();
}
