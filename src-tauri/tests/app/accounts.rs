//! Accounts and devices, through the window's commands.

use anki_sync_tray::ipc::{AppEvent, CommandError, NameProblem, User, UserSizes, UserState};
use serde_json::{Value, json};
use sync_tests::PASSWORD;

use crate::support::{TestApp, collection};

fn users(test: &TestApp) -> Vec<User> {
    serde_json::from_value(test.ask("users", json!(null))).unwrap()
}

#[test]
fn an_account_is_listed_with_its_devices() {
    let mut test = TestApp::running();
    let device = test.signed_in("anna");
    test.next(|event| (*event == AppEvent::UsersChanged).then_some(()));
    assert_eq!(device.meta().status, 200);
    let [anna] = users(&test).try_into().unwrap();
    assert_eq!((anna.name.as_str(), anna.state), ("anna", UserState::Enabled));
    assert_eq!(anna.folder, test.storage().join("anna").to_str().unwrap());
    assert_eq!(anna.last_sync, None);
    let [phone] = anna.devices.try_into().unwrap();
    assert_eq!(phone.address, "127.0.0.1");
    assert_eq!((phone.app.name.as_str(), phone.app.system.as_str()), ("Anki", "Linux"));
}

#[test]
fn sizes_are_those_of_the_files() {
    let test = TestApp::running();
    let device = test.signed_in("anna");
    assert_eq!(device.upload(&collection()).text(), "OK");
    device.send_media(&[("dog.jpg", Some(b"wuff"))]);
    let sizes = test.ask("user_sizes", json!({ "name": "anna" }));
    let sizes: UserSizes = serde_json::from_value(sizes).unwrap();
    assert_eq!((sizes.cards, sizes.notes), (Some(1), Some(1)));
    assert_eq!((sizes.media_files, sizes.media_bytes), (Some(1), Some(4)));
    let file = std::fs::metadata(test.storage().join("anna/collection.anki2")).unwrap();
    assert_eq!(sizes.collection_bytes, file.len());
}

#[test]
fn a_suggested_password_signs_in() {
    let test = TestApp::running();
    let suggested = test.ask("suggest_password", json!(null));
    test.ask("add_user", json!({ "name": "bert", "password": suggested["password"] }));
    let answer = test.device().log_in("bert", suggested["password"].as_str().unwrap());
    assert_eq!(answer.status, 200);
}

#[test]
fn a_changed_password_signs_devices_out_unless_they_are_kept() {
    let test = TestApp::running();
    let device = test.signed_in("anna");
    let change = |keep_devices: bool| {
        let password = if keep_devices { "second" } else { "third" };
        let wanted = json!({ "name": "anna", "password": password, "keep_devices": keep_devices });
        test.ask("set_password", wanted);
        device.meta().status
    };
    assert_eq!(change(true), 200);
    assert_eq!(change(false), 403);
    assert_eq!(test.device().log_in("anna", PASSWORD).status, 403);
    assert_eq!(test.device().log_in("anna", "third").status, 200);
}

#[test]
fn a_disabled_account_neither_syncs_nor_signs_in() {
    let test = TestApp::running();
    let device = test.signed_in("anna");
    test.ask("switch_user", json!({ "name": "anna", "enabled": false }));
    assert_eq!(device.meta().status, 403);
    assert_eq!(users(&test)[0].state, UserState::Disabled);
    test.ask("switch_user", json!({ "name": "anna", "enabled": true }));
    assert_eq!(device.meta().status, 200);
}

#[test]
fn a_device_is_signed_out_alone_or_with_all_others() {
    let test = TestApp::running();
    let (phone, laptop) = (test.signed_in("anna"), test.signed_in("anna"));
    let newest = users(&test)[0].devices[0].id;
    test.ask("sign_out", json!({ "name": "anna", "device": newest }));
    assert_eq!((phone.meta().status, laptop.meta().status), (200, 403));
    let error = test.refused("sign_out", json!({ "name": "anna", "device": newest }));
    assert_eq!(error, CommandError::UnknownDevice);
    test.ask("sign_out", json!({ "name": "anna", "device": null }));
    assert_eq!(phone.meta().status, 403);
}

#[test]
fn a_renamed_account_keeps_its_devices_and_data() {
    let test = TestApp::running();
    let device = test.signed_in("anna");
    device.upload(&collection()).text();
    test.ask("rename_user", json!({ "name": "anna", "new_name": "Anna K" }));
    assert_eq!(device.meta().status, 200);
    assert_eq!(users(&test)[0].name, "Anna K");
    assert!(test.storage().join("Anna K/collection.anki2").is_file());
}

#[test]
fn a_removed_account_leaves_its_data_in_a_dated_folder() {
    let test = TestApp::running();
    test.signed_in("anna").upload(&collection()).text();
    let removed = test.ask("remove_user", json!({ "name": "anna" }));
    let folder = std::path::PathBuf::from(removed["folder"].as_str().unwrap());
    assert!(folder.starts_with(test.storage().join(".removed")), "{}", folder.display());
    assert!(folder.join("collection.anki2").is_file());
    assert!(users(&test).is_empty());
}

#[test]
fn what_is_refused_is_refused_with_its_own_code() {
    let test = TestApp::running();
    let refused = |command: &str, arguments: Value| test.refused(command, arguments);
    let add = |name: &str, password: &str| {
        refused("add_user", json!({ "name": name, "password": password }))
    };
    assert_eq!(add("Anna", "x"), CommandError::NameTaken { name: "anna".to_owned() });
    assert_eq!(add("bert", ""), CommandError::PasswordRefused);
    let character = "/".to_owned();
    for (name, problem) in [
        ("", NameProblem::Empty),
        ("a/b", NameProblem::Character { character }),
        ("con", NameProblem::Reserved),
        ("dots.", NameProblem::Ending),
    ] {
        assert_eq!(add(name, "x"), CommandError::NameRefused { problem }, "{name}");
    }
    let name = "nobody".to_owned();
    assert_eq!(
        refused("user_sizes", json!({ "name": "nobody" })),
        CommandError::UnknownUser { name }
    );
    test.ask("stop_server", json!(null));
    assert_eq!(refused("users", json!(null)), CommandError::NotRunning);
    let error = refused("add_user", json!({ "password": "secret" }));
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
}
