#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;
use crate::media::MediaStore;
use crate::media::test_support::{Account, NOW, archive_of};

/// An account with one file, and its log's bytes.
fn account_with_log() -> (Account, PathBuf, Vec<u8>) {
    let mut account = Account::new();
    account.upload(&[("a", Some("one"))]).unwrap();
    account.upload(&[("b", Some("two"))]).unwrap();
    let log = account.folder.path().join(NAMES[0]);
    let bytes = fs::read(&log).unwrap();
    (account, log, bytes)
}

/// What opening makes of two lost files, with this in the log's place.
fn restored_with(log: &[u8]) -> [bool; 2] {
    let (account, path, _) = account_with_log();
    fs::write(path, log).unwrap();
    for name in ["a", "b"] {
        fs::write(account.path(name), "").unwrap();
    }
    let account = account.reopened();
    ["a", "b"].map(|name| account.content(name).unwrap() != "")
}

#[test]
fn a_log_is_read_up_to_its_first_flaw() {
    let (_, _, whole) = account_with_log();
    assert_eq!(restored_with(&whole), [true, true]);
    // The second record begins after the first, which holds `a` and ends with `one`.
    let end = whole.windows(3).position(|window| window == b"one").unwrap() + 3;
    for at in 0..end {
        let mut flawed = whole.clone();
        flawed[at] ^= 1;
        // A first record with another log's id is good, but makes the second a stranger.
        let is_id = (8..16).contains(&at);
        assert_eq!(restored_with(&flawed), [is_id, false], "byte {at}");
        assert_eq!(restored_with(&whole[..at]), [false, false], "cut at {at}");
    }
    let second_end = whole.windows(3).position(|window| window == b"two").unwrap() + 3;
    for at in [end, end + 8, end + 20, end + 40, second_end - 1] {
        let mut flawed = whole.clone();
        flawed[at] ^= 1;
        assert_eq!(restored_with(&flawed), [true, false], "byte {at}");
        assert_eq!(restored_with(&whole[..at]), [true, false], "cut at {at}");
    }
}

#[test]
fn hostile_logs_reach_nothing_outside_the_folder() {
    let content = b"x";
    for (name, temporary) in [
        ("../collection.anki2", "null".to_owned()),
        ("b", "\"../collection.anki2\"".to_owned()),
        ("b", "\".anki-sync-tray-0123456789abcdef.part/../../collection.anki2\"".to_owned()),
    ] {
        let (account, log, _) = account_with_log();
        let outside = account.folder.path().join("collection.anki2");
        fs::write(&outside, content).unwrap();
        let sha1 = "11f6ad8ec52a2984abaafd7c3b516503785c2072";
        let list = format!(
            r#"[{{"file_name":"{name}","sha1":"{sha1}","logged_bytes":0,"temporary":{temporary}}}]"#
        );
        let mut record = b"MediaLog\0\0\0\0\0\0\0\0".to_vec();
        record.extend_from_slice(&(list.len() as u32).to_le_bytes());
        record.extend_from_slice(&<sha1::Sha1 as sha1::Digest>::digest(list.as_bytes()));
        record.extend_from_slice(list.as_bytes());
        fs::write(&log, record).unwrap();
        let update = format!("UPDATE media SET csum = x'{sha1}' WHERE fname = 'b'");
        account.media.db.execute(&update, []).unwrap();
        let _account = account.reopened();
        assert_eq!(fs::read(&outside).unwrap(), content, "{name} {temporary}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_a_logs_place_is_not_written_through() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "mine").unwrap();
    let mut account = Account::new();
    std::os::unix::fs::symlink(outside.path(), account.folder.path().join(NAMES[0])).unwrap();
    account.upload(&[("a", Some("one"))]).unwrap();
    assert_eq!(fs::read_to_string(outside.path()).unwrap(), "mine");
    let mut account = account.reopened();
    account.upload(&[("b", Some("two"))]).unwrap();
    assert_eq!(account.names(), ["a", "b"]);
}

#[test]
fn logs_take_turns_and_never_forget_what_is_not_flushed() {
    let mut account = Account::new();
    let content = "x".repeat(SMALL_BYTES as usize);
    // Some 30 MiB: each log is filled more than once.
    for n in 0..250 {
        let name = format!("{n:03}");
        account.upload(&[(name.as_str(), Some(content.as_str()))]).unwrap();
    }
    let folder = account.folder.path().to_owned();
    for name in NAMES {
        let bytes = fs::metadata(folder.join(name)).unwrap().len();
        assert!(bytes <= 16 * 1024 * 1024, "{name} has {bytes} bytes");
    }
    // The newest are not flushed yet, and are lost.
    for n in 240..250 {
        fs::write(account.path(&format!("{n}")), "").unwrap();
    }
    let account = account.reopened();
    assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new());
    let Account { folder, media } = account;
    media.close().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "media and media.db");
}

#[test]
fn a_log_keeps_its_size_while_records_are_added() {
    let (mut account, path, bytes) = account_with_log();
    for n in 0..20 {
        account.upload(&[(format!("{n}").as_str(), Some("more"))]).unwrap();
    }
    assert_eq!(fs::metadata(path).unwrap().len(), bytes.len() as u64);
}

#[test]
fn files_that_cannot_be_flushed_stay_logged() {
    let (account, path, _) = account_with_log();
    let Account { folder, media } = account;
    // The folder is gone, as with a disk that was taken away.
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(folder.path().join("media"), &elsewhere).unwrap();
    media.close().unwrap_err();
    assert!(path.exists());
    fs::rename(&elsewhere, folder.path().join("media")).unwrap();
    fs::write(folder.path().join("media/a"), "").unwrap();
    let mut media = MediaStore::open(folder.path()).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("media/a")).unwrap(), "one");
    media.apply_upload(archive_of(&[("c", Some("three"))]), NOW).unwrap();
}

#[cfg(unix)]
#[test]
fn another_folder_in_the_place_of_the_opened_one_takes_nothing_from_a_log() {
    let (mut account, path, bytes) = account_with_log();
    let (place, elsewhere) = (account.path(""), account.folder.path().join("elsewhere"));
    fs::rename(&place, &elsewhere).unwrap();
    fs::create_dir(&place).unwrap();
    account.media.logs.has_failed = true;
    assert!(matches!(account.media.settle(), Err(StoreError::Io { .. })));
    assert_eq!(account.names(), Vec::<String>::new());
    account.media.logs.has_failed = false;
    let Account { folder: _folder, media } = account;
    assert!(matches!(media.close(), Err(StoreError::Io { .. })));
    assert_eq!(fs::read(path).unwrap(), bytes);
}

#[cfg(unix)]
fn inode(account: &Account, name: &str) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(account.path(name)).unwrap().ino()
}

#[cfg(unix)]
#[test]
fn what_is_logged_is_written_once_more_however_whole_it_looks() {
    let (mut account, path, _) = account_with_log();
    let before = inode(&account, "a");
    account.media.settle().unwrap();
    assert_eq!(inode(&account, "a"), before, "nothing went wrong");
    account.media.logs.has_failed = true;
    account.media.settle().unwrap();
    assert_ne!(inode(&account, "a"), before, "after a failed flush");
    assert!(!path.exists() && !account.media.logs.have_failed());
    let (account, path, _) = account_with_log();
    let before = inode(&account, "a");
    let account = account.reopened();
    assert_ne!(inode(&account, "a"), before, "after an abrupt end");
    assert!(!path.exists());
    assert_eq!(account.names(), ["a", "b"]);
    assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new());
}
