//! A checked upload takes the collection's place, and a collection is copied for a download.

use super::*;

#[test]
fn an_upload_takes_the_collections_place_and_the_old_file_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("collection.anki2"), "old").unwrap();
    std::fs::write(path("upload"), "new").unwrap();
    let kept = path("replaced").join("1.anki2");
    replace_collection(&path("collection.anki2"), &path("upload"), Some(&kept)).unwrap();
    assert_eq!(std::fs::read(path("collection.anki2")).unwrap(), b"new");
    assert_eq!(std::fs::read(kept).unwrap(), b"old");
    assert!(!path("upload").exists());
}

#[test]
fn an_upload_that_cannot_take_the_place_leaves_no_second_name_of_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["collection.anki2", "collection.anki2-wal"] {
        std::fs::write(path(name), name).unwrap();
    }
    // What cannot be removed stands in for a disk that fails between two steps.
    std::fs::create_dir(path("collection.anki2-shm")).unwrap();
    std::fs::write(path("upload"), "new").unwrap();
    let result =
        replace_collection(&path("collection.anki2"), &path("upload"), Some(&path("kept")));
    assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
    for name in ["collection.anki2", "collection.anki2-wal"] {
        assert_eq!(std::fs::read_to_string(path(name)).unwrap(), name);
    }
    assert!(!path("kept").exists() && !path("kept-wal").exists());
    assert!(path("upload").exists());
}

#[cfg(unix)]
#[test]
fn a_second_name_that_a_crash_left_is_removed_and_a_kept_copy_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("collection.anki2"), "old").unwrap();
    std::fs::hard_link(path("collection.anki2"), path("second name")).unwrap();
    std::fs::write(path("second name-wal"), "its log").unwrap();
    std::fs::write(path("kept"), "older").unwrap();
    for name in ["second name", "kept"] {
        undo_unfinished_replacement(&path("collection.anki2"), &path(name));
    }
    assert!(!path("second name").exists() && path("kept").exists());
    assert_eq!(std::fs::read_to_string(path("collection.anki2-wal")).unwrap(), "its log");
}

#[test]
fn the_log_of_a_crash_never_reaches_the_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["collection.anki2", "collection.anki2-wal", "collection.anki2-shm"] {
        std::fs::write(path(name), name).unwrap();
    }
    std::fs::write(path("upload"), "new").unwrap();
    replace_collection(&path("collection.anki2"), &path("upload"), Some(&path("kept"))).unwrap();
    assert!(!path("collection.anki2-wal").exists() && !path("collection.anki2-shm").exists());
    assert_eq!(std::fs::read(path("kept-wal")).unwrap(), b"collection.anki2-wal");
}

#[test]
fn an_empty_log_that_could_not_be_removed_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("collection.anki2"), "old").unwrap();
    std::fs::write(path("collection.anki2-wal"), "").unwrap();
    std::fs::write(path("upload"), "new").unwrap();
    replace_collection(&path("collection.anki2"), &path("upload"), Some(&path("kept"))).unwrap();
    assert!(path("kept").exists() && !path("kept-wal").exists());
    assert!(!path("collection.anki2-wal").exists());
}

#[test]
fn what_a_crash_left_in_the_log_is_in_the_kept_file() {
    let crashed = Upload::collection("");
    let store = CollectionStore::open(&crashed.file, NOW).unwrap();
    store.db.execute_batch(NOTE).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    // As the disk is when the process ends here.
    std::fs::copy(&crashed.file, path("collection.anki2")).unwrap();
    std::fs::copy(beside(&crashed.file, "-wal"), path("collection.anki2-wal")).unwrap();
    std::fs::write(path("upload"), "new").unwrap();
    replace_collection(&path("collection.anki2"), &path("upload"), Some(&path("kept"))).unwrap();
    assert!(!path("kept-wal").exists());
    let notes = "SELECT count(*) FROM notes";
    let kept = connect(&path("kept")).unwrap();
    assert_eq!(kept.query_row(notes, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[test]
fn a_collection_that_another_program_holds_is_not_replaced() {
    let held = Upload::collection("");
    let store = CollectionStore::open(&held.file, NOW).unwrap();
    store.db.execute_batch(NOTE).unwrap();
    let upload = held.folder.path().join("new");
    std::fs::write(&upload, "new").unwrap();
    let result = replace_collection(&held.file, &upload, None);
    assert!(matches!(result, Err(StoreError::Busy { .. })), "{result:?}");
    assert!(upload.exists());
}

#[test]
fn an_upload_may_be_the_first_collection() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("upload"), "new").unwrap();
    replace_collection(&path("collection.anki2"), &path("upload"), Some(&path("kept"))).unwrap();
    assert_eq!(std::fs::read(path("collection.anki2")).unwrap(), b"new");
    assert!(!path("kept").exists());
}

#[test]
fn a_closed_collection_is_copied_and_an_open_one_is_not() {
    let upload = Upload::collection("");
    let copy = upload.folder.path().join("copy");
    std::fs::write(&copy, "").unwrap();
    copy_collection(&upload.file, &copy).unwrap();
    assert_eq!(std::fs::read(&copy).unwrap(), std::fs::read(&upload.file).unwrap());

    let store = CollectionStore::open(&upload.file, NOW).unwrap();
    store.db.execute_batch(NOTE).unwrap();
    let result = copy_collection(&upload.file, &copy);
    assert!(matches!(result, Err(StoreError::Busy { .. })), "the log holds the note");
}
