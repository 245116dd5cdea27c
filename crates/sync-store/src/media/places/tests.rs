#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;
use crate::media::test_support::Account;

/// An account on whose disk capitals make no difference, as far as this module knows.
/// The disk of the tests may be another; what such a one does is in the tests of the
/// whole server, on exFAT.
fn ignoring_case(account: Account) -> Account {
    let account = account.reopened();
    let folder = &account.media.media_folder;
    folder.known().ignores_case = true;
    let live = |entry: MediaEntry| {
        if entry.is_live() {
            *folder.known().owners.entry(key(&entry.file_name)).or_default() = 1;
        }
        Ok(())
    };
    MediaEntry::for_each(&account.media.db, live).unwrap();
    account
}

fn content(account: &Account, name: &str) -> Option<String> {
    fs::read_to_string(account.media.media_folder.place(name).unwrap()).ok()
}

fn has_other(account: &Account, name: &str) -> bool {
    account.path(&other_name(name)).exists()
}

fn problems(account: &Account) -> Vec<String> {
    account.media.integrity_problems().unwrap()
}

#[test]
fn names_that_a_file_system_takes_for_one_fold_alike() {
    for (a, b) in [
        ("a.jpg", "A.JPG"),
        ("É", "é"),
        ("É", "e\u{301}"),
        ("ΣΑΣ", "σας"),
        ("straße", "STRAẞE"),
        ("straße", "strasse"),
        ("ſ", "s"),
        ("\u{212a}", "k"),
        ("a\u{200d}b\u{fe0f}", "AB"),
    ] {
        assert_eq!(folded(a), folded(b), "{a} {b}");
    }
    assert_ne!(folded("a.jpg"), folded("ä.jpg"));
}

#[test]
fn only_the_place_of_another_name_is_avoided() {
    let mut account = ignoring_case(Account::new());
    account.upload(&[("A.jpg", Some("large")), ("a.jpg", Some("small"))]).unwrap();
    account.upload(&[("á.jpg", Some("another letter"))]).unwrap();
    assert!(has_other(&account, "a.jpg"));
    assert!(!has_other(&account, "A.jpg") && !has_other(&account, "á.jpg"));
    account.upload(&[("A.jpg", Some("newer")), ("a.jpg", Some("smaller"))]).unwrap();
    assert_eq!(account.content("A.jpg").unwrap(), "newer");
    assert_eq!(content(&account, "a.jpg").unwrap(), "smaller");
    assert_eq!(problems(&account), Vec::<String>::new());
    account.upload(&[("A.jpg", None)]).unwrap();
    assert_eq!(account.content("A.jpg"), None);
    account.upload(&[("a.jpg", None)]).unwrap();
    assert!(!has_other(&account, "a.jpg"));
    // Free again.
    account.upload(&[("a.jpg", Some("back"))]).unwrap();
    assert_eq!(account.content("a.jpg").unwrap(), "back");
}

#[test]
fn a_deletion_leaves_the_file_of_another_name() {
    let mut account = ignoring_case(Account::new());
    account.upload(&[("A.jpg", Some("large"))]).unwrap();
    // It came and went in one request.
    account.upload(&[("a.jpg", Some("small")), ("a.jpg", None)]).unwrap();
    let folder = &account.media.media_folder;
    let mut change = PlacesChange::default();
    assert_eq!(folder.place_of_deleted("a.jpg", false, &mut change), None);
    assert_eq!(account.content("A.jpg").unwrap(), "large");
}

#[test]
fn an_upload_that_is_refused_has_no_say() {
    let mut account = ignoring_case(Account::new());
    account.upload(&[("A.jpg", Some("large"))]).unwrap();
    account.upload(&[("a.jpg", Some("small")), ("b/c", Some("x"))]).unwrap_err();
    assert!(account.media.media_folder.known().others.is_empty());
    fs::create_dir(account.path("b.jpg")).unwrap();
    account.upload(&[("a.jpg", Some("small")), ("b.jpg", Some("x"))]).unwrap();
    assert!(has_other(&account, "b.jpg"), "what is in its way is not ours");
}

#[test]
fn a_file_that_only_the_system_knows_to_be_another_is_left_alone() {
    let mut account = ignoring_case(Account::new());
    // As the short name of a long one on Windows.
    fs::write(account.path("LONGNA~1.JPG"), "the long one's").unwrap();
    account.upload(&[("LONGNA~1.JPG", Some("new"))]).unwrap();
    assert_eq!(account.content("LONGNA~1.JPG").unwrap(), "the long one's");
    assert_eq!(content(&account, "LONGNA~1.JPG").unwrap(), "new");
}

#[test]
fn two_rows_of_one_file_are_only_the_one_whose_content_it_has() {
    let mut account = Account::new();
    account.upload(&[("A.jpg", Some("large")), ("b.jpg", Some("small"))]).unwrap();
    // As a server that knows nothing of this leaves it.
    let small = MediaEntry::find(&account.media.db, "b.jpg").unwrap().unwrap();
    let small = MediaEntry { file_name: "a.jpg".to_owned(), ..small };
    small.write(&account.media.db).unwrap();
    let mut account = ignoring_case(account);
    account.media.media_folder.known().owners.insert(key("a.jpg"), 2);
    fs::write(account.path("A.jpg"), "small").unwrap();
    fs::write(account.path("a.jpg"), "small").unwrap();
    let mut download = |name: &str| {
        account.media.write_download(&[name.to_owned()], &mut tempfile::tempfile().unwrap())
    };
    assert!(download("a.jpg").is_ok());
    assert!(matches!(download("A.jpg"), Err(StoreError::MediaMissing { .. })));
    account.upload(&[("A.jpg", Some("large again"))]).unwrap();
    assert!(has_other(&account, "A.jpg"));
    assert_eq!(content(&account, "a.jpg").unwrap(), "small");
}

/// On whatever disk this runs.
#[test]
fn both_of_two_names_keep_their_contents() {
    let mut account = Account::new();
    account.upload(&[("A.jpg", Some("large")), ("a.jpg", Some("small"))]).unwrap();
    account.upload(&[("b.jpg", Some("b"))]).unwrap();
    account.upload(&[("B.jpg", Some("b")), ("b.jpg", None)]).unwrap();
    let account = account.reopened();
    assert_eq!(content(&account, "A.jpg").unwrap(), "large");
    assert_eq!(content(&account, "a.jpg").unwrap(), "small");
    assert_eq!(content(&account, "B.jpg").unwrap(), "b");
    assert_eq!(problems(&account), Vec::<String>::new());
}

/// A folder that was copied from a disk where capitals make no difference.
#[test]
fn a_file_under_another_name_is_found_where_capitals_count_too() {
    let mut account = Account::new();
    account.upload(&[("A.jpg", Some("large")), ("a.jpg", Some("small"))]).unwrap();
    let plain = account.media.media_folder.place("a.jpg").unwrap();
    fs::rename(plain, account.path(&other_name("a.jpg"))).unwrap();
    let account = account.reopened();
    assert_eq!(content(&account, "a.jpg").unwrap(), "small");
    assert_eq!(problems(&account), Vec::<String>::new());
}

#[test]
fn what_another_program_did_meanwhile_counts_more_than_an_old_file_under_another_name() {
    let mut account = Account::new();
    account.upload(&[("a.jpg", Some("new")), ("b.jpg", Some("b"))]).unwrap();
    account.upload(&[("b.jpg", None)]).unwrap();
    fs::write(account.path(&other_name("a.jpg")), "old").unwrap();
    fs::write(account.path(&other_name("b.jpg")), "b").unwrap();
    let account = account.reopened();
    assert_eq!(content(&account, "a.jpg").unwrap(), "new");
    assert_eq!(account.names(), ["a.jpg"]);
}

#[test]
fn a_device_cannot_choose_the_place_of_another_file() {
    let mut account = ignoring_case(Account::new());
    account.upload(&[("A.jpg", Some("large")), ("a.jpg", Some("small"))]).unwrap();
    let name = other_name("a.jpg");
    for name in [name.clone(), name.to_uppercase(), name.replace("sync", "\u{17f}ync")] {
        assert!(is_other_name(&name));
        account.upload(&[(&name, Some("harm"))]).unwrap();
        assert_eq!(content(&account, "a.jpg").unwrap(), "small", "{name}");
        assert_eq!(content(&account, &name).unwrap(), "harm", "{name}");
    }
    for name in ["", "a.jpg", &name[1..], &name.replace("other", "oth\u{e9}r")] {
        assert!(!is_other_name(name), "{name}");
    }
}

#[test]
fn capitals_count_here_or_do_not_whatever_is_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Probe"), "").unwrap();
    let ignores_case = folder.path().join("pROBE").exists();
    let found = |names: &[&str]| {
        let mut probe = Probe::default();
        names.iter().for_each(|name| probe.see(name));
        probe.ignores_case(folder.path())
    };
    assert_eq!(found(&[]), ignores_case);
    assert_eq!(found(&["1", "日"]), ignores_case);
    assert_eq!(found(&["Probe"]), ignores_case);
    fs::write(folder.path().join("pROBE"), "").unwrap();
    // The listing has both only where they are two.
    assert!(!found(&["Probe", "pROBE"]) && !found(&["pROBE", "x", "Probe"]));
}

#[test]
fn capitals_make_no_difference_where_nothing_can_be_tried() {
    let folder = tempfile::tempdir().unwrap();
    // As on a full disk: no temporary file can be made.
    assert!(Probe::default().ignores_case(&folder.path().join("missing")));
}

#[test]
fn what_cannot_be_looked_at_counts_as_being_there() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!is_there(&folder.path().join("x")));
    assert!(is_there(&folder.path().join("x".repeat(300))), "too long a name for a system");
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_anothers() {
    let mut account = ignoring_case(Account::new());
    account.upload(&[("a.jpg", Some("content"))]).unwrap();
    // No file system reads a name as long as that.
    let name = "x".repeat(300);
    let entry = MediaEntry::find(&account.media.db, "a.jpg").unwrap().unwrap();
    let entry = MediaEntry { file_name: name.clone(), ..entry };
    entry.write(&account.media.db).unwrap();
    account.media.media_folder.known().owners.insert(key(&name), 2);
    let result = account
        .media
        .write_download(std::slice::from_ref(&name), &mut tempfile::tempfile().unwrap());
    assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
    assert!(MediaEntry::find(&account.media.db, &name).unwrap().is_some());
    assert!(account.media.media_folder.place_of_logged(&entry).is_err());
}
