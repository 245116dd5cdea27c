#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;
use crate::accounts::AccountNameProblem;

fn new(name: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        folder: None,
        password: Some(PasswordPhc::new("$argon2id$x")),
        origin: AccountOrigin::Window,
        created: TimestampMillis(5),
    }
}

pub(in crate::accounts) fn add(db: &mut ServerDb, name: &str) -> AccountRecord {
    db.create_account(new(name)).unwrap()
}

fn open() -> (tempfile::TempDir, ServerDb) {
    let base = tempfile::tempdir().unwrap();
    let db = ServerDb::open(base.path()).unwrap();
    (base, db)
}

#[test]
fn created_account_is_found_whatever_the_case() {
    let (_base, mut db) = open();
    let made = add(&mut db, "Ju\u{308}rgen Ö");
    assert_eq!(made.name, "Jürgen Ö", "stored in NFC");
    assert_eq!(made.folder, "Jürgen Ö");
    assert!(made.enabled);
    assert_eq!(db.account("JÜRGEN ö").unwrap(), Some(made.clone()));
    assert_eq!(db.account_by_id(made.id).unwrap(), Some(made));
    assert_eq!(db.account("jurgen o").unwrap(), None);
}

#[test]
fn name_is_taken_without_regard_to_case() {
    let (_base, mut db) = open();
    add(&mut db, "Ann");
    let error = db.create_account(new("aNN")).unwrap_err();
    assert!(matches!(error, StoreError::AccountNameTaken { name } if name == "aNN"));
}

#[test]
fn bad_name_is_refused_with_its_reason() {
    let (_base, mut db) = open();
    let error = db.create_account(new("../x")).unwrap_err();
    assert!(matches!(error, StoreError::AccountName(AccountNameProblem::Separator)));
    assert_eq!(db.accounts().unwrap(), []);
}

#[cfg(not(windows))]
#[test]
fn account_of_the_environment_may_have_a_name_for_this_system_only() {
    let (_base, mut db) = open();
    let environment = |name| NewAccount { origin: AccountOrigin::Environment, ..new(name) };
    assert_eq!(db.create_account(environment("what?")).unwrap().folder, "what?");
    assert!(matches!(
        db.create_account(environment("..")),
        Err(StoreError::AccountName(AccountNameProblem::TrailingDotOrBlank))
    ));
}

#[test]
fn existing_folder_is_taken_over_in_its_own_spelling() {
    let (base, mut db) = open();
    fs::create_dir(base.path().join("Ann")).unwrap();
    let ann = add(&mut db, "ann");
    assert_eq!((ann.name.as_str(), ann.folder.as_str()), ("ann", "Ann"));
    assert_eq!(ann.folder_path(base.path()), base.path().join("Ann"));
}

#[test]
fn folder_never_serves_two_accounts() {
    let (_base, mut db) = open();
    add(&mut db, "Ann");
    let other = NewAccount { folder: Some("ann".to_owned()), ..new("bob") };
    assert!(matches!(db.create_account(other), Err(StoreError::FolderExists { .. })));
}

#[test]
fn accounts_are_listed_by_name() {
    let (_base, mut db) = open();
    for name in ["bob", "Ann", "Cleo"] {
        add(&mut db, name);
    }
    let names: Vec<_> = db.accounts().unwrap().into_iter().map(|a| a.name).collect();
    assert_eq!(names, ["Ann", "bob", "Cleo"]);
}

#[test]
fn password_state_and_origin_can_change() {
    let (_base, mut db) = open();
    let id = add(&mut db, "ann").id;
    db.set_password(id, None).unwrap();
    db.set_enabled(id, false).unwrap();
    db.set_origin(id, AccountOrigin::Environment).unwrap();
    let ann = db.account("ann").unwrap().unwrap();
    assert_eq!(ann.password, None);
    assert!(!ann.enabled);
    assert_eq!(ann.origin, AccountOrigin::Environment);
    db.set_password(id, Some(&PasswordPhc::new("$x"))).unwrap();
    assert_eq!(db.account("ann").unwrap().unwrap().password, Some(PasswordPhc::new("$x")));
}

#[test]
fn unknown_account_cannot_be_changed() {
    let (_base, mut db) = open();
    let id = AccountId(9);
    for result in [
        db.set_password(id, None),
        db.set_enabled(id, true),
        db.delete_account(id),
        db.rename_account(id, "x").map(drop),
    ] {
        assert!(matches!(result, Err(StoreError::UnknownAccount)));
    }
}

#[test]
fn rename_moves_the_folder_along() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    fs::create_dir(base.path().join("ann")).unwrap();
    fs::write(base.path().join("ann/x"), "data").unwrap();
    let renamed = db.rename_account(ann.id, "Anna Maria").unwrap();
    assert_eq!((renamed.name.as_str(), renamed.folder.as_str()), ("Anna Maria", "Anna Maria"));
    assert_eq!(fs::read_to_string(base.path().join("Anna Maria/x")).unwrap(), "data");
    assert!(!base.path().join("ann").exists());
    assert_eq!(db.account("ann").unwrap(), None);
}

#[test]
fn case_alone_can_change() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    fs::create_dir(base.path().join("ann")).unwrap();
    assert_eq!(db.rename_account(ann.id, "Ann").unwrap().folder, "Ann");
    let names: Vec<_> = fs::read_dir(base.path())
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("server."))
        .collect();
    assert_eq!(names, ["Ann"]);
}

#[test]
fn account_that_never_synced_is_renamed_too() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    assert_eq!(db.rename_account(ann.id, "eva").unwrap().folder, "eva");
    assert!(!base.path().join("eva").exists());
}

#[test]
fn refused_rename_changes_nothing() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    add(&mut db, "bob");
    fs::create_dir(base.path().join("ann")).unwrap();
    fs::create_dir(base.path().join("stranger")).unwrap();
    let error = db.rename_account(ann.id, "BOB").unwrap_err();
    assert!(matches!(error, StoreError::AccountNameTaken { .. }));
    let error = db.rename_account(ann.id, "Stranger").unwrap_err();
    assert!(matches!(error, StoreError::FolderExists { .. }));
    let error = db.rename_account(ann.id, "a/b").unwrap_err();
    assert!(matches!(error, StoreError::AccountName(_)));
    assert_eq!(db.account_by_id(ann.id).unwrap(), Some(ann));
    assert!(base.path().join("ann").exists());
}

#[test]
fn rename_broken_off_before_the_folder_moved_is_cancelled() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    fs::create_dir(base.path().join("ann")).unwrap();
    db.begin_rename(ann.id, "Ann").unwrap();
    drop(db);
    let db = ServerDb::open(base.path()).unwrap();
    assert_eq!(db.account("ann").unwrap(), Some(ann));
}

#[test]
fn rename_broken_off_after_the_folder_moved_is_completed() {
    for to in ["Ann", "eva"] {
        let (base, mut db) = open();
        let ann = add(&mut db, "ann");
        fs::create_dir(base.path().join("ann")).unwrap();
        db.begin_rename(ann.id, to).unwrap();
        rename_account_folder(base.path(), "ann", to).unwrap();
        drop(db);
        let db = ServerDb::open(base.path()).unwrap();
        let after = db.account_by_id(ann.id).unwrap().unwrap();
        assert_eq!((after.name.as_str(), after.folder.as_str()), (to, to));
    }
}

#[test]
fn password_shows_nothing_of_itself() {
    let (_base, mut db) = open();
    assert!(!format!("{:?}", add(&mut db, "ann")).contains("argon2id"));
}

#[test]
fn somebody_elses_folder_is_never_taken_for_a_renamed_one() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    fs::create_dir(base.path().join("ann")).unwrap();
    fs::create_dir(base.path().join("bob")).unwrap();
    let refused = db.rename_account(ann.id, "bob");
    assert!(matches!(refused, Err(StoreError::FolderExists { .. })));
    // As if that had ended before the row was put back.
    db.begin_rename(ann.id, "bob").unwrap();
    drop(db);
    let db = ServerDb::open(base.path()).unwrap();
    assert_eq!(db.account_by_id(ann.id).unwrap(), Some(ann));
}

#[test]
fn rename_to_a_name_that_was_given_away_meanwhile_is_cancelled() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    add(&mut db, "bob");
    fs::create_dir(base.path().join("bob")).unwrap();
    db.begin_rename(ann.id, "bob").unwrap();
    drop(db);
    let db = ServerDb::open(base.path()).unwrap();
    assert_eq!(db.account_by_id(ann.id).unwrap(), Some(ann));
}

#[test]
fn rename_whose_end_could_not_be_written_is_settled() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    fs::create_dir(base.path().join("ann")).unwrap();
    let full = "CREATE TRIGGER full BEFORE UPDATE OF name ON account
                BEGIN SELECT RAISE(FAIL, 'the disk is full'); END";
    db.db.execute_batch(full).unwrap();
    assert!(db.rename_account(ann.id, "eva").is_err());
    assert!(db.settle_renames().is_err());
    assert_eq!(db.account_by_id(ann.id).unwrap(), Some(ann.clone()));
    db.db.execute_batch("DROP TRIGGER full").unwrap();
    db.settle_renames().unwrap();
    assert_eq!(db.account_by_id(ann.id).unwrap().unwrap().folder, "eva");
    assert!(base.path().join("eva").is_dir());
}

#[cfg(unix)]
#[test]
fn folder_on_a_disk_that_is_away_is_renamed_by_its_link() {
    let (base, mut db) = open();
    let ann = add(&mut db, "ann");
    std::os::unix::fs::symlink("/nowhere/at/all", base.path().join("ann")).unwrap();
    db.rename_account(ann.id, "eva").unwrap();
    assert!(base.path().join("eva").is_symlink() && !base.path().join("ann").is_symlink());
}

// Elsewhere a folder with open files cannot be moved.
#[cfg(unix)]
#[test]
fn nothing_is_renamed_removed_or_added_while_the_storage_folder_is_away() {
    let outer = tempfile::tempdir().unwrap();
    let (base, away) = (outer.path().join("base"), outer.path().join("away"));
    for has_mount_point in [false, true] {
        let mut db = ServerDb::open(&base).unwrap();
        let ann = add(&mut db, "ann");
        fs::create_dir(base.join("ann")).unwrap();
        fs::rename(&base, &away).unwrap();
        if has_mount_point {
            fs::create_dir(&base).unwrap();
        }
        for result in [
            db.rename_account(ann.id, "eva").map(drop),
            db.delete_account(ann.id),
            db.create_account(new("bob")).map(drop),
        ] {
            assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
        }
        db.begin_rename(ann.id, "eva").unwrap();
        assert!(matches!(db.settle_renames(), Err(StoreError::Io { .. })));

        if has_mount_point {
            fs::remove_dir(&base).unwrap();
        }
        fs::rename(&away, &base).unwrap();
        fs::rename(base.join("ann"), base.join("eva")).unwrap();
        assert_eq!(db.settle_renames().unwrap()[0].folder, "eva");
        assert_eq!(db.accounts().unwrap().len(), 1);
        drop(db);
        fs::remove_dir_all(&base).unwrap();
    }
}

#[test]
fn an_id_is_never_used_again() {
    let (_base, mut db) = open();
    let first = add(&mut db, "ann").id;
    db.delete_account(first).unwrap();
    assert!(add(&mut db, "eva").id > first);
}

#[test]
fn changes_that_belong_together_happen_all_or_not_at_all() {
    let (_base, mut db) = open();
    let ann = add(&mut db, "ann");
    let failed = db.together(|db| {
        db.set_enabled(ann.id, false)?;
        db.set_password(AccountId(99), None)
    });
    assert!(matches!(failed, Err(StoreError::UnknownAccount)));
    assert_eq!(db.account_by_id(ann.id).unwrap(), Some(ann.clone()));
    db.together(|db| db.set_enabled(ann.id, false)).unwrap();
    assert!(!db.account_by_id(ann.id).unwrap().unwrap().enabled);
}

#[test]
fn what_a_panic_left_open_is_rolled_back() {
    let (_base, mut db) = open();
    let ann = add(&mut db, "ann");
    let broken_off = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        db.together(|db| -> Result<(), StoreError> {
            db.set_enabled(ann.id, false)?;
            panic!("on purpose");
        })
    }));
    assert!(broken_off.is_err());
    db.recover().unwrap();
    assert_eq!(db.account_by_id(ann.id).unwrap(), Some(ann));
}
