//! Changing the storage folder while data is in it.

use std::path::PathBuf;

use anki_sync_tray::ipc::{
    AppEvent, CommandError, FolderCheck, FolderProblem, MoveProgress, Moved, ServerStatus,
};
use serde_json::{Value, json};
use sync_store::accounts::FolderLock;
use sync_tests::disks::MemoryStick;
use sync_tests::{Client, read_zip};

use crate::support::{TestApp, collection, settings, write_settings};

/// An app whose account has cards and media, and a device of it.
fn with_data() -> (TestApp, Client) {
    let test = TestApp::running();
    let device = test.signed_in("anna");
    device.upload(&collection()).text();
    device.send_media(&[("dog.jpg", Some(b"wuff"))]);
    (test, device)
}

fn to(folder: &std::path::Path, plan: &str) -> Value {
    json!({ "folder": folder, "plan": plan })
}

/// What a device that was signed in before gets from the server now.
#[track_caller]
fn cards_of(test: &TestApp, device: &Client) -> usize {
    let mut device = device.clone();
    device.address = test.device().address;
    let file = device.download();
    assert_eq!(file.status, 200);
    sync_tests::Collection::from_bytes(&file.body).count("cards") as usize
}

#[test]
fn all_data_moves_and_the_old_is_kept_aside() {
    let (mut test, device) = with_data();
    let old = test.storage();
    let new = test.home.path().join("new/place");
    let moved: Moved =
        serde_json::from_value(test.ask("change_storage", to(&new, "move"))).unwrap();
    assert_eq!(test.status(), ServerStatus::Running);
    assert_eq!(test.storage(), new);
    assert_eq!(cards_of(&test, &device), 1);
    assert_eq!(std::fs::read(new.join("anna/media/dog.jpg")).unwrap(), b"wuff");
    let previous = PathBuf::from(moved.previous.unwrap());
    assert_eq!(previous.parent(), Some(old.as_path()));
    let name = previous.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.starts_with(".moved 20"), "{name}");
    assert!(previous.join("anna/collection.anki2").is_file());
    let mut left: Vec<_> =
        old.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, [previous.file_name().unwrap(), "server.lock".as_ref()]);

    let mut told: Vec<Option<MoveProgress>> = Vec::new();
    while told.last() != Some(&None) {
        told.push(test.next(|event| match event {
            AppEvent::Moving(progress) => Some(progress.clone()),
            _ => None,
        }));
    }
    let told: Vec<MoveProgress> = told.into_iter().flatten().collect();
    assert!(told.iter().any(|progress| progress.is_checking));
    assert!(told.iter().all(|progress| progress.done_bytes <= progress.total_bytes));
    assert_eq!(test.app.snapshot().moving, None);

    let test = TestApp::open(test.close());
    test.wait_until(ServerStatus::Running);
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn a_move_that_fails_leaves_everything_as_it_was() {
    let (test, device) = with_data();
    let old = test.storage();
    let new = test.home.path().join("new");
    // Somebody's folder of that name is in the way.
    std::fs::create_dir_all(new.join("anna")).unwrap();
    std::fs::write(new.join("anna/letter"), "dear").unwrap();
    let error = test.refused("change_storage", to(&new, "move"));
    assert!(matches!(error, CommandError::System { .. }), "{error:?}");
    assert_eq!((test.status(), test.storage()), (ServerStatus::Running, old.clone()));
    assert_eq!(cards_of(&test, &device), 1);
    assert!(
        !old.read_dir()
            .unwrap()
            .any(|entry| { entry.unwrap().file_name().to_string_lossy().starts_with(".moved") })
    );
    let names: Vec<_> = new.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["anna"]);
    assert_eq!(std::fs::read_to_string(new.join("anna/letter")).unwrap(), "dear");
}

#[test]
fn a_folder_that_another_server_took_meanwhile_does_not_move() {
    let (test, device) = with_data();
    test.ask("stop_server", json!(null));
    let other = FolderLock::acquire(&test.storage()).unwrap();
    let (old, new) = (test.storage(), test.home.path().join("new"));
    let problem = FolderProblem::InUse;
    assert_eq!(
        test.refused("change_storage", to(&new, "move")),
        CommandError::FolderRefused { problem }
    );
    assert_eq!((test.status(), test.storage()), (ServerStatus::Stopped, old));
    assert!(!new.exists());
    assert_eq!(test.app.snapshot().moving, None);
    drop(other);
    test.ask("start_server", json!(null));
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn data_moves_even_when_the_copy_of_the_settings_cannot_be_written() {
    let (test, device) = with_data();
    let new = test.home.path().join("new");
    std::fs::create_dir(test.home.path().join("settings/settings.last-good.json")).unwrap();
    test.ask("change_storage", to(&new, "move"));
    let test = TestApp::open(test.close());
    test.wait_until(ServerStatus::Running);
    assert_eq!(test.storage(), new);
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn data_stays_where_a_newer_version_looks_for_it() {
    let (test, device) = with_data();
    let old = test.storage();
    let home = test.close();
    let mut newer = settings(&old);
    newer["version"] = json!(99);
    write_settings(home.path(), &newer);
    let test = TestApp::open(home);
    test.wait_until(ServerStatus::Running);
    for plan in ["move", "switch"] {
        let new = test.home.path().join("new");
        let error = test.refused("change_storage", to(&new, plan));
        assert_eq!(error, CommandError::SettingsFromNewerVersion);
        assert!(!new.exists());
    }
    assert_eq!((test.status(), test.storage()), (ServerStatus::Running, old));
    assert_eq!(cards_of(&test, &device), 1);
}

/// What a move leaves that was cut off before the settings named the new folder.
fn cut_off(new: &std::path::Path) -> PathBuf {
    let places = new.join(".anki-sync-tray-places");
    for path in [places.join("anna"), new.join("anna/collection.anki2")] {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    places
}

#[test]
fn a_move_that_was_cut_off_before_the_settings_named_the_folder_can_be_tried_again() {
    let (test, device) = with_data();
    let new = test.home.path().join("new");
    let places = cut_off(&new);
    let check: FolderCheck =
        serde_json::from_value(test.ask("check_folder", json!({ "folder": new }))).unwrap();
    assert!(check.accounts.is_empty(), "the window offers to move");
    test.ask("change_storage", to(&new, "move"));
    assert!(!places.exists());
    assert_eq!((test.storage(), cards_of(&test, &device)), (new, 1));
}

#[test]
fn a_switch_to_a_folder_in_which_a_move_was_cut_off_begins_anew() {
    let (test, _) = with_data();
    let new = test.home.path().join("new");
    cut_off(&new);
    test.ask("change_storage", to(&new, "switch"));
    assert_eq!((test.status(), test.storage()), (ServerStatus::Running, new.clone()));
    assert!(!new.join("anna").exists());
    let aside = std::fs::read_dir(&new).unwrap().map(|entry| entry.unwrap().path());
    let mut aside = aside.filter(|path| path.join("anna/collection.anki2").exists());
    assert!(aside.next().is_some(), "nothing is deleted");
}

#[test]
fn data_does_not_move_onto_other_data() {
    let (test, device) = with_data();
    let new = test.home.path().join("new");
    std::fs::create_dir_all(new.join("bert")).unwrap();
    std::fs::write(new.join("bert/collection.anki2"), "").unwrap();
    assert_eq!(test.refused("change_storage", to(&new, "move")), CommandError::FolderHasAccounts);
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn a_switch_leaves_the_old_data_where_it_is() {
    let (test, device) = with_data();
    let old = test.storage();
    let new = test.home.path().join("new");
    let moved: Moved =
        serde_json::from_value(test.ask("change_storage", to(&new, "switch"))).unwrap();
    assert_eq!(moved.previous.as_deref(), old.to_str());
    assert_eq!(test.app.previous_storage(), Some(old.clone()));
    assert_eq!(test.status(), ServerStatus::Running);
    assert_eq!(test.ask("users", json!(null)), json!([]));
    test.ask("change_storage", to(&old, "switch"));
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn a_switch_to_unusable_data_goes_back() {
    let (test, device) = with_data();
    let (old, new) = (test.storage(), test.home.path().join("new"));
    std::fs::create_dir(&new).unwrap();
    std::fs::write(new.join("server.db"), "x".repeat(5000)).unwrap();
    let error = test.refused("change_storage", to(&new, "switch"));
    assert!(matches!(error, CommandError::System { .. }), "{error:?}");
    assert_eq!((test.status(), test.storage()), (ServerStatus::Running, old));
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn a_stopped_server_stays_stopped_over_a_move() {
    let (test, device) = with_data();
    test.ask("stop_server", json!(null));
    let new = test.home.path().join("new");
    test.ask("change_storage", to(&new, "move"));
    assert_eq!((test.status(), test.storage()), (ServerStatus::Stopped, new));
    test.ask("start_server", json!(null));
    assert_eq!(cards_of(&test, &device), 1);
}

#[test]
fn a_folder_inside_the_present_one_is_refused() {
    let (test, _) = with_data();
    let new = test.storage().join("anna/deeper");
    let problem = FolderProblem::InsideCurrent;
    assert_eq!(
        test.refused("change_storage", to(&new, "move")),
        CommandError::FolderRefused { problem }
    );
}

#[test]
fn a_folder_that_was_lost_can_be_begun_anew() {
    let home = TestApp::running().close();
    std::fs::remove_dir_all(home.path().join("cards")).unwrap();
    let test = TestApp::open(home);
    assert!(matches!(test.settled(), ServerStatus::Failed { .. }));
    let storage = test.storage();
    test.ask("change_storage", to(&storage, "switch"));
    assert_eq!(test.status(), ServerStatus::Running);
    assert_eq!(test.ask("users", json!(null)), json!([]));
}

#[test]
fn a_folder_is_looked_at_before_it_is_chosen() {
    let (test, _) = with_data();
    let check = |folder: PathBuf| -> FolderCheck {
        serde_json::from_value(test.ask("check_folder", json!({ "folder": folder }))).unwrap()
    };
    let current = check(test.storage());
    assert!(current.is_current && current.problem.is_none());
    assert_eq!(current.accounts[0].name, "anna");
    assert!(current.accounts[0].has_password && current.accounts[0].collection_bytes > 0);
    let other = check(test.home.path().join("other"));
    assert!(!other.is_current && other.accounts.is_empty());
}

#[test]
fn folders_are_opened_by_a_desktop_alone() {
    let (test, _) = with_data();
    let error = test.refused("open_folder", json!({ "which": "storage" }));
    assert!(matches!(error, CommandError::System { .. }));
}

/// On Linux, devices have both; on the stick, the two are one file.
#[test]
fn media_that_differ_in_capitals_move_to_a_memory_stick_and_back() {
    let Some(stick) = MemoryStick::mount() else { return };
    let (test, mut device) = with_data();
    device.send_media(&[("Dog.jpg", Some(b"another")), ("DOG.jpg", Some(b"the third"))]);
    let all_are_there = |test: &TestApp, device: &mut Client| {
        device.address = test.device().address;
        for (name, content) in
            [("dog.jpg", b"wuff".as_slice()), ("Dog.jpg", b"another"), ("DOG.jpg", b"the third")]
        {
            assert_eq!(read_zip(&device.download_files(&[name]).body)[name], content, "{name}");
        }
    };
    let there = stick.path().join("Anki");
    test.ask("change_storage", to(&there, "move"));
    assert_eq!(test.storage(), there);
    assert!(there.join("anna/media/dOG.jpg").exists(), "capitals make no difference here");
    all_are_there(&test, &mut device);
    let back = test.home.path().join("back");
    test.ask("change_storage", to(&back, "move"));
    all_are_there(&test, &mut device);
    test.ask("stop_server", json!(null));
}
