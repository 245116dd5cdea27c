#![allow(clippy::unwrap_used, reason = "tests")]

use sync_protocol::TimestampMillis;
use sync_store::accounts::{AccountOrigin, FolderLock, NewAccount, PasswordPhc};

use super::*;

fn problem_of(folder: &Path) -> Option<FolderProblem> {
    check_folder(folder, None).problem
}

#[test]
fn a_new_folder_is_fine_and_is_not_made_by_looking_at_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    let check = check_folder(&folder, None);
    assert_eq!((check.problem, check.is_current), (None, false));
    assert_eq!(check.folder, folder.to_str().unwrap());
    assert!(check.free_bytes.is_some());
    assert!(std::fs::read_dir(home.path()).unwrap().next().is_none());
}

#[test]
fn every_rule_has_its_own_answer() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("prefs21.db"), "").unwrap();
    assert_eq!(problem_of(home.path()), Some(FolderProblem::AnkiData));
    assert_eq!(problem_of(Path::new("anki/cards")), Some(FolderProblem::NotAbsolute));
    assert_eq!(problem_of(&home.path().join("prefs21.db")), Some(FolderProblem::NotAFolder));
    assert_eq!(problem_of(&home.path().join("prefs21.db/x")), Some(FolderProblem::NotAFolder));
    let top = home.path().ancestors().last().unwrap();
    assert_eq!(problem_of(top), Some(FolderProblem::Root));
}

#[test]
fn a_folder_inside_the_current_one_or_around_it_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let current = home.path().join("current");
    std::fs::create_dir(&current).unwrap();
    let problem = |folder: &Path| check_folder(folder, Some(&current)).problem;
    assert_eq!(problem(&current.join("inside")), Some(FolderProblem::InsideCurrent));
    assert_eq!(problem(home.path()), Some(FolderProblem::InsideCurrent));
    assert_eq!(problem(&home.path().join("current2")), None);
    assert_eq!(problem(&current), None);
    assert!(check_folder(&current.join("."), Some(&current)).is_current);
}

#[test]
fn a_folder_that_another_server_uses_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lock = FolderLock::acquire(folder.path()).unwrap();
    assert_eq!(problem_of(folder.path()), Some(FolderProblem::InUse));
    assert_eq!(check_folder(folder.path(), Some(folder.path())).problem, None, "it is ours");
    drop(lock);
    assert_eq!(problem_of(folder.path()), None);
}

#[test]
fn accounts_are_found_with_their_sizes_and_passwords() {
    let folder = tempfile::tempdir().unwrap();
    for (name, size) in [("anna", 5), ("bert", 3)] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("collection.anki2"), vec![0; size]).unwrap();
    }
    let without = |name: &str, collection_bytes| FoundAccount {
        name: name.to_owned(),
        collection_bytes,
        has_password: false,
    };
    let accounts = check_folder(folder.path(), None).accounts;
    assert_eq!(accounts, [without("anna", 5), without("bert", 3)]);
    let mut db = ServerDb::open(folder.path()).unwrap();
    db.create_account(NewAccount {
        name: "bert".to_owned(),
        folder: None,
        password: Some(PasswordPhc::new("$argon2id$x")),
        origin: AccountOrigin::Window,
        created: TimestampMillis(0),
    })
    .unwrap();
    let accounts = check_folder(folder.path(), None).accounts;
    assert_eq!(accounts[1], FoundAccount { has_password: true, ..without("bert", 3) });
}

#[test]
fn a_folder_of_a_file_sync_program_is_warned_about_before_it_exists() {
    let home = tempfile::tempdir().unwrap();
    let check = check_folder(&home.path().join("Dropbox/anki"), None);
    let program = "Dropbox".to_owned();
    assert!(check.warnings.contains(&FolderWarning::FileSync { program }), "{check:?}");
}
