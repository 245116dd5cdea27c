//! `check`, on sound and damaged files.

use tempfile::{TempDir, tempdir};

use crate::support::{Running, run, run_with_input};

/// A storage folder with an account that has a collection.
fn base_with_collection() -> TempDir {
    let base = tempdir().unwrap();
    let running = Running::start(base.path());
    run_with_input(base.path(), &["user", "add", "anna"], "secret");
    let key = running.key_of("anna", "secret");
    assert_eq!(running.status_of_meta(&key), 200);
    assert_eq!(running.end_with("-TERM").status.code(), Some(0));
    assert!(base.path().join("anna/collection.anki2").is_file());
    base
}

#[test]
fn sound_files_are_well_with_and_without_a_server() {
    let base = base_with_collection();
    let said = run(base.path(), &["check"]);
    assert_eq!((said.status.code(), said.out.as_str()), (Some(0), "anna: all is well\n"));
    let _running = Running::start(base.path());
    let said = run(base.path(), &["check", "anna"]);
    assert_eq!((said.status.code(), said.out.as_str()), (Some(0), "anna: all is well\n"));
}

#[test]
fn a_damaged_collection_is_told_with_exit_code_1() {
    let base = base_with_collection();
    let file = base.path().join("anna/collection.anki2");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096..].fill(0xff);
    std::fs::write(&file, bytes).unwrap();
    let said = run(base.path(), &["check", "anna"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.out.starts_with("anna: the collection: "), "{}", said.out);

    let said = run(base.path(), &["check", "--json"]);
    assert_eq!(said.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report[0]["name"], "anna");
    assert!(!report[0]["problems"].as_array().unwrap().is_empty());
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let base = base_with_collection();
    std::fs::write(base.path().join("anna/collection.anki2"), "not a database").unwrap();
    let said = run(base.path(), &["check"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.out.starts_with("anna: the collection: "), "{}", said.out);
}

#[test]
fn an_account_without_data_has_nothing_to_check() {
    let base = tempdir().unwrap();
    run_with_input(base.path(), &["user", "add", "anna"], "secret");
    let said = run(base.path(), &["check"]);
    assert_eq!((said.status.code(), said.out.as_str()), (Some(0), "anna: has not synced yet\n"));
}
