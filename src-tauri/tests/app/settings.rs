//! Settings: what is kept, what follows, what is refused.

use anki_sync_tray::ipc::{AppEvent, CommandError, ServerStatus, Settings, SettingsNotice};
use serde_json::{Value, json};

use crate::support::{TestApp, write_settings};

/// The settings with one of them changed, and a port that can be kept.
fn changed(test: &TestApp, field: &str, value: Value) -> Value {
    let mut settings = serde_json::to_value(test.app.settings()).unwrap();
    settings["port"] = json!(test.device().address.port());
    settings[field] = value;
    settings
}

#[test]
fn a_changed_port_restarts_the_server_there() {
    let mut test = TestApp::running();
    let before = test.device().address;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let wanted = changed(&test, "port", json!(free));
    test.ask("save_settings", wanted);
    assert_eq!(test.status(), ServerStatus::Running);
    assert_eq!(test.app.main_address().unwrap(), format!("http://127.0.0.1:{free}/"));
    assert!(std::net::TcpStream::connect(before).is_err());
    let told = test.next(|event| match event {
        AppEvent::Settings(settings) => Some(settings.port),
        _ => None,
    });
    assert_eq!(told, free);
}

#[test]
fn a_theme_does_not_disturb_the_server() {
    let test = TestApp::running();
    let port = test.device().address.port();
    test.ask("use_port", json!({ "port": port }));
    let device = test.signed_in("anna");
    let mut status = test.app.status();
    status.mark_unchanged();
    let wanted = changed(&test, "theme", json!("dark"));
    test.ask("save_settings", wanted);
    assert!(!status.has_changed().unwrap());
    assert_eq!(device.meta().status, 200);
}

#[test]
fn settings_outlive_the_app() {
    let test = TestApp::running();
    let wanted = changed(&test, "language", json!("de"));
    test.ask("save_settings", wanted.clone());
    let wanted: Settings = serde_json::from_value(wanted).unwrap();
    let test = TestApp::open(test.close());
    assert_eq!(test.app.settings(), wanted);
}

#[test]
fn what_cannot_be_had_is_refused_by_its_name() {
    let test = TestApp::running();
    for (field, value) in [
        ("port", json!(0)),
        ("address", json!("my computer")),
        ("address", json!("0.0.0.0")),
        ("upload_limit_mib", json!(0)),
        ("storage", json!("/elsewhere")),
    ] {
        let before = test.app.settings();
        let wanted = changed(&test, field, value);
        let field = field.to_owned();
        assert_eq!(test.refused("save_settings", wanted), CommandError::SettingRefused { field });
        assert_eq!(test.app.settings(), before);
    }
}

#[test]
fn starting_with_the_computer_is_not_kept_where_the_system_cannot() {
    let test = TestApp::running();
    let wanted = changed(&test, "starts_with_computer", json!(true));
    assert!(matches!(test.refused("save_settings", wanted), CommandError::System { .. }));
    assert!(!test.app.settings().starts_with_computer);
}

#[test]
fn a_damaged_file_never_stops_the_app() {
    let test = TestApp::running();
    let wanted = changed(&test, "language", json!("de"));
    test.ask("save_settings", wanted);
    let home = test.close();
    let file = home.path().join("settings/settings.json");
    std::fs::write(&file, "{\"port\": 80").unwrap();
    let test = TestApp::open(home);
    test.wait_until(ServerStatus::Running);
    let notice = test.app.snapshot().settings_notice.unwrap();
    let SettingsNotice::RestoredFromCopy { damaged } = notice else { panic!("{notice:?}") };
    assert_eq!(std::fs::read_to_string(damaged).unwrap(), "{\"port\": 80");
    assert!(test.app.settings().language.is_some());
}

#[test]
fn the_address_that_was_copied_is_missed_when_it_is_gone() {
    let test = TestApp::running();
    let before = test.app.main_address().unwrap();
    test.app.remember_copied(&before);
    assert_eq!(test.app.snapshot().addresses.outdated, None);
    let home = test.close();
    // Another port this time, because the settings leave it open.
    let test = TestApp::open(home);
    test.wait_until(ServerStatus::Running);
    let now = test.app.snapshot().addresses;
    assert_ne!(now.all[0].url, before);
    assert_eq!(now.outdated, Some(before));
    test.app.remember_copied(&now.all[0].url);
    assert_eq!(test.app.snapshot().addresses.outdated, None);
}

#[test]
fn settings_of_a_newer_version_count_and_stay() {
    let home = TestApp::running().close();
    let mut settings = crate::support::settings(&home.path().join("cards"));
    settings["version"] = json!(99);
    write_settings(home.path(), &settings);
    let test = TestApp::open(home);
    test.wait_until(ServerStatus::Running);
    let notice = test.app.snapshot().settings_notice;
    assert_eq!(notice, Some(SettingsNotice::FromNewerVersion));
    let wanted = changed(&test, "language", json!("de"));
    test.ask("save_settings", wanted);
    let file = test.home.path().join("settings/settings.json");
    assert_eq!(std::fs::read_to_string(file).unwrap(), settings.to_string());
}
