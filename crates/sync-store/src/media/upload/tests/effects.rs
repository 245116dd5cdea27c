//! What an upload does.

use super::*;

#[test]
fn deletion_of_an_absent_file_is_processed_without_effect() {
    let mut account = Account::new();
    assert_eq!(numbers(account.upload(&[("a", None)]).unwrap()), (1, 0, 0, 0, 0));
    assert_eq!(account.rows(), []);
}

#[test]
fn new_file_is_added() {
    let mut account = Account::new();
    let outcome = account.upload(&[("a.jpg", Some("one"))]).unwrap();
    assert_eq!(numbers(outcome), (1, 1, 1, 0, 0));
    assert_eq!(outcome.bytes, 3);
    assert_eq!(account.content("a.jpg").unwrap(), "one");
    assert_eq!(account.totals(), (1, 3));
    let change = &account.media.changes_since(MediaUsn(0)).unwrap()[0];
    assert_eq!(change.2, "fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
    let modified: i64 =
        account.media.db.query_row("SELECT mtime FROM media", [], |row| row.get(0)).unwrap();
    assert_eq!(modified, NOW.0);
}

#[test]
fn same_content_again_changes_nothing() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    let outcome = account.upload(&[("a", Some("one"))]).unwrap();
    assert_eq!(numbers(outcome), (1, 1, 0, 0, 0));
    assert_eq!(outcome.bytes, 0);
    assert_eq!(account.names(), ["a"]);
}

#[test]
fn other_content_replaces_the_file() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("b", Some("b"))]).unwrap();
    let outcome = account.upload(&[("a", Some("three"))]).unwrap();
    assert_eq!(numbers(outcome), (1, 3, 0, 1, 0));
    assert_eq!(account.content("a").unwrap(), "three");
    assert_eq!(account.totals(), (2, 6));
    assert_eq!(account.rows(), [("b".to_owned(), 2, true), ("a".to_owned(), 3, true)]);
    assert_eq!(account.names(), ["a", "b"], "no copy of the old content stays");
}

#[test]
fn deleted_file_goes_and_its_row_keeps_the_hash() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("b", Some("b"))]).unwrap();
    assert_eq!(numbers(account.upload(&[("a", None)]).unwrap()), (1, 3, 0, 0, 1));
    assert_eq!(account.names(), ["b"]);
    assert_eq!(account.totals(), (1, 1));
    assert_eq!(account.rows(), [("b".to_owned(), 2, true), ("a".to_owned(), 3, false)]);
    let (hash_bytes, size): (i64, i64) = account
        .media
        .db
        .query_row("SELECT length(csum), size FROM media WHERE fname = 'a'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!((hash_bytes, size), (20, 0));
}

#[test]
fn deleted_file_can_come_back() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    account.upload(&[("a", None)]).unwrap();
    assert_eq!(numbers(account.upload(&[("a", None)]).unwrap()), (1, 2, 0, 0, 0));
    assert_eq!(numbers(account.upload(&[("a", Some("one"))]).unwrap()), (1, 3, 1, 0, 0));
    assert_eq!(account.content("a").unwrap(), "one");
    assert_eq!(account.totals(), (1, 3));
}

#[test]
fn several_entries_for_one_name_take_effect_in_order() {
    let mut account = Account::new();
    let outcome = account
        .upload(&[("a", Some("one")), ("a", None), ("a", Some("two!")), ("a", Some("two!"))])
        .unwrap();
    assert_eq!(numbers(outcome), (4, 3, 2, 0, 1));
    assert_eq!(account.content("a").unwrap(), "two!");
    assert_eq!(account.totals(), (1, 4));
    assert_eq!(account.rows(), [("a".to_owned(), 3, true)]);

    let outcome = account.upload(&[("a", Some("three")), ("a", None)]).unwrap();
    assert_eq!(numbers(outcome), (2, 5, 0, 1, 1));
    assert_eq!(account.names(), Vec::<String>::new());
    assert_eq!(account.totals(), (0, 0));
}

#[test]
fn two_names_can_share_one_zip_entry() {
    let mut account = Account::new();
    let meta = br#"[["a","0"],["b","0"],["c",""]]"#.to_vec();
    let zip = zip_of(&[("0".to_owned(), b"x".to_vec()), ("_meta".to_owned(), meta)]);
    assert_eq!(numbers(account.media.apply_upload(zip, NOW).unwrap()), (3, 2, 2, 0, 0));
    assert_eq!(account.names(), ["a", "b"]);
}

#[test]
fn lost_file_is_put_back_when_it_is_sent_again() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
    fs::remove_file(account.path("a")).unwrap();
    for damage in ["", "\0\0\0"] {
        fs::write(account.path("b"), damage).unwrap();
        let outcome = account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
        assert_eq!(numbers(outcome), (2, 2, 0, 0, 0));
        assert_eq!(account.content("a").unwrap(), "one");
        assert_eq!(account.content("b").unwrap(), "two");
        assert_eq!(account.names(), ["a", "b"]);
    }
}

#[cfg(unix)]
#[test]
fn link_in_the_folder_is_replaced_not_written_through() {
    let mut account = Account::new();
    let outside = account.folder.path().join("outside");
    fs::write(&outside, "mine").unwrap();
    std::os::unix::fs::symlink(&outside, account.path("a")).unwrap();
    account.upload(&[("a", Some("new"))]).unwrap();
    assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
    assert!(account.path("a").symlink_metadata().unwrap().is_file());
}
