#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use jiff::civil::{DateTime, date};
use tempfile::TempDir;

use super::*;

fn storage() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in [
        ("server.db", "accounts"),
        ("server.lock", ""),
        ("server.control", "token"),
        ("anna/collection.anki2", "cards"),
        ("anna/media/dog.jpg", "wuff"),
        (".incoming/half", "half"),
        (".removed/bert 2026-01-01/collection.anki2", "old cards"),
        (".moved 2026-01-01 00-00-00/server.db", "older"),
    ] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

/// All files of a folder by their paths.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

const DATA: [&str; 4] = [
    ".removed/bert 2026-01-01/collection.anki2",
    "anna/collection.anki2",
    "anna/media/dog.jpg",
    "server.db",
];

/// Copies as in a move that gets as far as the settings.
fn copy_and_confirm(from: &Path, to: &Path) -> Copied {
    let copied = copy(from, to, now(), |_| {}).unwrap();
    copied.confirm();
    copied
}

fn now() -> DateTime {
    date(2026, 11, 23).at(8, 5, 9, 0)
}

#[test]
fn all_data_is_copied_and_none_of_the_servers_own_files() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    copy_and_confirm(from.path(), to.path());
    let (copied, original) = (files(to.path()), files(from.path()));
    assert_eq!(copied.keys().collect::<Vec<_>>(), DATA);
    assert!(copied.iter().all(|(path, content)| original[path] == *content));
}

#[test]
fn times_and_rights_of_the_files_stay() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    let original = from.path().join("server.db");
    let modified = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    File::options().write(true).open(&original).unwrap().set_modified(modified).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&original, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    copy(from.path(), to.path(), now(), |_| {}).unwrap();
    let copied = std::fs::metadata(to.path().join("server.db")).unwrap();
    assert_eq!(copied.modified().unwrap(), modified);
    assert_eq!(copied.permissions(), std::fs::metadata(&original).unwrap().permissions());
}

#[test]
fn progress_goes_through_copying_and_checking_to_the_last_byte() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    let mut told = Vec::new();
    copy(from.path(), to.path(), now(), |progress| told.push(progress)).unwrap();
    let total_bytes = "accounts".len() + "cards".len() + "wuff".len() + "old cards".len();
    let total_bytes = total_bytes as u64;
    for is_checking in [false, true] {
        let last = told.iter().rfind(|progress| progress.is_checking == is_checking).unwrap();
        assert_eq!(*last, MoveProgress { is_checking, done_bytes: total_bytes, total_bytes });
    }
    assert!(told.is_sorted_by_key(|progress| (progress.is_checking, progress.done_bytes)));
}

#[test]
fn what_is_in_the_new_folder_is_never_replaced() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    std::fs::write(to.path().join("server.db"), "somebody's").unwrap();
    std::fs::write(to.path().join("letter"), "dear").unwrap();
    let before = files(to.path());
    let error = copy(from.path(), to.path(), now(), |_| {}).unwrap_err();
    assert!(matches!(error, MoveError::Io { .. }), "{error}");
    assert_eq!(files(to.path()), before);
    assert_eq!(files(from.path()), files(storage().path()));
}

#[test]
fn a_copy_that_differs_from_its_original_is_noticed_and_removed() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    let copy_of_cards = to.path().join(STAGING).join("anna/collection.anki2");
    let mut is_done = false;
    let error = copy(from.path(), to.path(), now(), |progress| {
        // A disk that forgets what it was given.
        if progress.is_checking && !std::mem::replace(&mut is_done, true) {
            std::fs::write(&copy_of_cards, "carts").unwrap();
            std::fs::write(to.path().join(STAGING).join("server.db"), "accents!").unwrap();
        }
    })
    .unwrap_err();
    assert!(matches!(error, MoveError::CopyDiffers { .. }), "{error}");
    assert!(files(to.path()).is_empty());
    assert_eq!(files(from.path()), files(storage().path()));
}

#[test]
fn a_copy_that_is_given_up_leaves_no_trace() {
    let (from, home) = (storage(), tempfile::tempdir().unwrap());
    let to = home.path().join("new");
    copy(from.path(), &to, now(), |_| {}).unwrap().remove();
    assert!(!to.exists());
    std::fs::create_dir_all(to.join(".incoming")).unwrap();
    std::fs::write(to.join(".incoming/letter"), "dear").unwrap();
    let copied = copy(from.path(), &to, now(), |_| {}).unwrap();
    std::fs::write(to.join("server.lock"), "").unwrap();
    copied.remove();
    assert_eq!(files(&to).keys().collect::<Vec<_>>(), [".incoming/letter"]);
}

#[test]
fn an_attempt_that_a_power_cut_ended_is_no_obstacle() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    std::fs::create_dir(to.path().join(STAGING)).unwrap();
    std::fs::write(to.path().join(STAGING).join("server.db"), "half").unwrap();
    copy_and_confirm(from.path(), to.path());
    assert_eq!(files(to.path()).keys().collect::<Vec<_>>(), DATA);
}

#[test]
fn a_move_that_was_cut_off_once_all_had_its_place_can_begin_again() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    std::fs::write(to.path().join("letter"), "dear").unwrap();
    copy(from.path(), to.path(), now(), |_| {}).unwrap();
    assert!(has_left_overs(to.path()));
    std::fs::write(from.path().join("anna/collection.anki2"), "more cards").unwrap();
    copy_and_confirm(from.path(), to.path());
    assert!(!has_left_overs(to.path()));
    let mut copied = files(to.path());
    let before = copied.len();
    copied.retain(|path, _| !path.starts_with(MOVED));
    assert_eq!(before - copied.len(), DATA.len(), "the former copy is put aside");
    assert_eq!(copied["anna/collection.anki2"], "more cards");
    assert_eq!(copied["letter"], "dear");
    assert_eq!(copied.len(), DATA.len() + 1);
}

#[test]
fn what_a_move_left_is_put_aside_and_nothing_is_removed() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    copy(from.path(), to.path(), now(), |_| {}).unwrap();
    // As if it had been cut off before `anna` got its place, and somebody took it.
    std::fs::create_dir_all(to.path().join(STAGING).join("anna")).unwrap();
    std::fs::write(to.path().join(STAGING).join("anna/collection.anki2"), "the copy").unwrap();
    std::fs::write(to.path().join("anna/collection.anki2"), "somebody's").unwrap();
    std::fs::remove_file(to.path().join("anna/media/dog.jpg")).unwrap();
    put_left_overs_aside(to.path(), now()).unwrap();
    let left = files(to.path());
    assert_eq!(left["anna/collection.anki2"], "somebody's");
    let aside: Vec<_> = left.iter().filter(|(path, _)| path.starts_with(MOVED)).collect();
    // Three of four with their places, and what waited.
    assert_eq!(aside.len(), DATA.len() - 1, "{left:?}");
    assert!(aside.iter().any(|(_, content)| *content == "the copy"), "{left:?}");
    assert_eq!(left.len(), aside.len() + 1);
}

#[test]
fn what_a_move_left_is_completed_when_it_is_all_that_is_left() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    copy(from.path(), to.path(), now(), |_| {}).unwrap();
    std::fs::create_dir(to.path().join(STAGING)).unwrap();
    std::fs::rename(to.path().join("anna"), to.path().join(STAGING).join("anna")).unwrap();
    take_left_overs(to.path()).unwrap();
    assert_eq!(files(to.path()).keys().collect::<Vec<_>>(), DATA);
    assert!(!has_left_overs(to.path()));
}

#[test]
fn a_move_that_is_cut_off_is_told_in_a_folder_that_was_used_before() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    std::fs::write(to.path().join(LOCK), "").unwrap();
    copy(from.path(), to.path(), now(), |_| {}).unwrap();
    assert!(has_left_overs(to.path()));
    let held = FolderLock::acquire(to.path()).unwrap();
    copy(from.path(), to.path(), now(), |_| {}).unwrap_err();
    drop(held);
}

#[test]
fn a_copy_that_a_server_has_run_on_is_no_left_over() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    copy(from.path(), to.path(), now(), |_| {}).unwrap();
    std::fs::write(to.path().join(LOCK), "").unwrap();
    assert!(!has_left_overs(to.path()));
    put_left_overs_aside(to.path(), now()).unwrap();
    assert_eq!(files(to.path()).len(), DATA.len() + 1);
}

#[test]
#[cfg(unix)]
fn nobody_else_reads_the_copy_and_in_the_end_it_has_the_rights_of_the_original() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (from, home) = (storage(), tempfile::tempdir().unwrap());
    let to = home.path().join("new");
    let rights = [("", 0o711), ("anna", 0o750), ("anna/media", 0o555), ("server.db", 0o644)];
    for (path, mode) in rights {
        let path = from.path().join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut meanwhile = Vec::new();
    copy(from.path(), &to, now(), |_| {
        // At the first piece, nothing is closed to others by its final rights.
        if meanwhile.is_empty() {
            let mut open = vec![to.clone()];
            while let Some(path) = open.pop() {
                meanwhile.push((path.clone(), path.is_file(), mode(&path)));
                if path.is_dir() {
                    open.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
                }
            }
        }
    })
    .unwrap();
    assert!(meanwhile.iter().any(|(_, is_file, _)| *is_file));
    for (path, _, mode) in meanwhile {
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
    for (path, expected) in rights {
        // The owner's own rights to a folder are never taken.
        let expected = if path == "anna/media" { 0o755 } else { expected };
        assert_eq!(mode(&to.join(path)), expected, "{path}");
    }
}

#[test]
fn the_old_data_goes_to_a_dated_folder_of_its_own() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    let copied = copy_and_confirm(from.path(), to.path());
    std::fs::create_dir(from.path().join(".moved 2026-11-23 08-05-09")).unwrap();
    let aside = put_aside(from.path(), &copied, now()).unwrap();
    assert_eq!(aside, from.path().join(".moved 2026-11-23 08-05-09 2"));
    assert_eq!(files(&aside).keys().collect::<Vec<_>>(), DATA);
    let mut left = files(from.path());
    assert!(left.remove(LOCK).is_some(), "whoever holds the folder goes on holding it");
    assert!(left.keys().all(|path| path.starts_with(".moved ")), "{left:?}");
}

#[test]
fn a_file_that_cannot_be_read_ends_the_move() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    let gone = from.path().join("anna/gone");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", &gone).unwrap();
    #[cfg(not(unix))]
    return drop((gone, to));
    #[cfg(unix)]
    {
        let error = copy(from.path(), to.path(), now(), |_| {}).unwrap_err();
        assert!(matches!(error, MoveError::Io { path, .. } if path == gone));
        assert!(files(to.path()).is_empty());
    }
}

#[test]
#[cfg(unix)]
fn data_behind_a_link_comes_along_and_circles_are_noticed() {
    let (from, to) = (storage(), tempfile::tempdir().unwrap());
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("collection.anki2"), "far cards").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), from.path().join("carl")).unwrap();
    let copied = copy(from.path(), to.path(), now(), |_| {}).unwrap();
    assert_eq!(files(to.path())["carl/collection.anki2"], "far cards");
    copied.remove();
    assert!(elsewhere.path().join("collection.anki2").exists(), "the original stays");
    std::os::unix::fs::symlink(from.path(), from.path().join("anna/circle")).unwrap();
    assert!(copy(from.path(), to.path(), now(), |_| {}).is_err());
}
