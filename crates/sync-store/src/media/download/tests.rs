#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use zip::ZipArchive;

use super::*;
use crate::media::test_support::Account;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

/// Downloads, and gives the entries of the zip with their content.
fn download(account: &mut Account, wanted: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut file = tempfile::tempfile().unwrap();
    let copy = file.try_clone().unwrap();
    let outcome = account.media.write_download(&names(wanted), &mut file).unwrap();
    let mut zip = ZipArchive::new(copy).unwrap();
    let mut entries = Vec::new();
    for n in 0..zip.len() {
        let mut entry = zip.by_index(n).unwrap();
        assert_eq!(entry.compression(), CompressionMethod::Stored);
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        entries.push((entry.name().unwrap().into_owned(), content));
    }
    assert_eq!(outcome.files as usize, entries.len() - 1);
    let bytes: usize = entries[..entries.len() - 1].iter().map(|(_, c)| c.len()).sum();
    assert_eq!(outcome.bytes as usize, bytes);
    entries
}

fn missing(account: &mut Account, wanted: &[&str]) -> String {
    match account.media.write_download(&names(wanted), &mut tempfile::tempfile().unwrap()) {
        Err(StoreError::MediaMissing { file_name }) => file_name,
        other => panic!("not missing: {other:?}"),
    }
}

#[test]
fn files_come_numbered_in_the_order_asked_for() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("ü b.jpg", Some("two")), ("c", Some("3"))]).unwrap();
    let entries = download(&mut account, &["c", "ü b.jpg"]);
    assert_eq!(entries[0], ("0".to_owned(), b"3".to_vec()));
    assert_eq!(entries[1], ("1".to_owned(), b"two".to_vec()));
    let meta: serde_json::Value = serde_json::from_slice(&entries[2].1).unwrap();
    assert_eq!(entries[2].0, "_meta");
    assert_eq!(meta, serde_json::json!({"0": "c", "1": "ü b.jpg"}));
}

#[test]
fn empty_request_gives_an_empty_archive() {
    let entries = download(&mut Account::new(), &[]);
    assert_eq!(entries, [("_meta".to_owned(), b"{}".to_vec())]);
}

#[test]
fn archive_is_cut_after_the_file_that_exceeds_the_target() {
    let mut account = Account::new();
    let (exact, one) = ("x".repeat(DOWNLOAD_TARGET_BYTES as usize), "1");
    account.upload(&[("exact", Some(&exact)), ("one", Some(one)), ("two", Some("2"))]).unwrap();
    let entries = download(&mut account, &["exact", "one", "two"]);
    assert_eq!(entries.len(), 3, "2.5 MiB to the byte do not exceed it, one more does");
    assert_eq!(entries[2].1, br#"{"0":"exact","1":"one"}"#);
}

#[test]
fn more_than_25_files_are_refused() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    assert_eq!(download(&mut account, &["a"; 25]).len(), 26);
    let result =
        account.media.write_download(&names(&["a"; 26]), &mut tempfile::tempfile().unwrap());
    assert!(matches!(result, Err(StoreError::MediaArchive { .. })));
}

#[test]
fn file_without_a_live_row_is_missing() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("gone", Some("x"))]).unwrap();
    account.upload(&[("gone", None)]).unwrap();
    fs::write(account.path("stranger"), "x").unwrap();
    for name in ["never", "gone", "stranger", "../media.db", ""] {
        assert_eq!(missing(&mut account, &["a", name]), name);
    }
}

#[test]
fn vanished_file_loses_its_row_without_a_mark() {
    let mut account = Account::new();
    account
        .upload(&[("a", Some("one")), ("b", Some("two!")), ("c", Some("three")), ("d", Some("4"))])
        .unwrap();
    fs::remove_file(account.path("b")).unwrap();
    fs::write(account.path("c"), "").unwrap();
    assert_eq!(missing(&mut account, &["a", "b", "c", "b"]), "b");
    assert_eq!(account.rows(), [("a".to_owned(), 1, true), ("d".to_owned(), 4, true)]);
    assert_eq!(account.totals(), (2, 4));
    assert_eq!(account.media.last_usn().unwrap().0, 4, "the loss does not spread");
    assert_eq!(download(&mut account, &["a", "d"]).len(), 3, "the next try works");
}

#[cfg(unix)]
#[test]
fn link_that_leads_out_of_the_folder_is_not_followed() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    let secret = account.folder.path().join("collection.anki2");
    fs::write(&secret, "secret").unwrap();
    fs::remove_file(account.path("a")).unwrap();
    std::os::unix::fs::symlink(&secret, account.path("a")).unwrap();
    assert_eq!(missing(&mut account, &["a"]), "a");
}

#[test]
fn row_that_names_a_place_outside_is_not_followed() {
    let mut account = Account::new();
    fs::write(account.folder.path().join("collection.anki2"), "secret").unwrap();
    account
        .media
        .db
        .execute("INSERT INTO media VALUES ('../collection.anki2', x'00', 6, 1, 0)", [])
        .unwrap();
    assert_eq!(missing(&mut account, &["../collection.anki2"]), "../collection.anki2");
}

#[test]
fn files_of_a_folder_that_is_gone_are_not_forgotten() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
    let [media, elsewhere] = ["media", "elsewhere"].map(|name| account.folder.path().join(name));
    let download_both = |account: &mut Account| {
        account.media.write_download(&names(&["a", "b"]), &mut tempfile::tempfile().unwrap())
    };
    fs::rename(&media, &elsewhere).unwrap();
    assert!(matches!(download_both(&mut account), Err(StoreError::Io { .. })));
    assert_eq!(account.rows().len(), 2);
    if cfg!(unix) {
        // As the folder on which a disk was mounted.
        fs::create_dir(&media).unwrap();
        fs::write(media.join("another"), "x").unwrap();
        assert!(matches!(download_both(&mut account), Err(StoreError::Io { .. })));
        fs::remove_dir_all(&media).unwrap();
    }
    fs::rename(&elsewhere, &media).unwrap();
    assert_eq!(download(&mut account, &["a", "b"]).len(), 3);
}

#[test]
fn files_of_an_empty_folder_are_not_forgotten_while_more_should_be_in_it() {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
    for name in ["a", "b"] {
        fs::remove_file(account.path(name)).unwrap();
    }
    fs::create_dir(account.path("lost+found")).unwrap();
    let result =
        account.media.write_download(&names(&["a", "a"]), &mut tempfile::tempfile().unwrap());
    assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
    assert_eq!(account.totals(), (2, 6));
    assert_eq!(missing(&mut account, &["a", "b"]), "a");
    assert_eq!(account.totals(), (0, 0));
}
