//! A settings file that a crash or an editor left unreadable.

use std::fs;

use serde_json::json;

use crate::support::{Desktop, Setup, Tray, app::port_of};

#[test]
fn a_damaged_file_is_replaced_by_the_last_good_copy_and_the_window_says_so() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let mut app = Setup::finished(&desktop).start(&desktop);
    let icon = tray.icon();
    let window = app.window();
    window.until_running();
    let port = port_of(&window.address());
    // What a person does in the settings is what makes the copy.
    let mut settings = window.call("snapshot", json!(null))["settings"].clone();
    settings["upload_limit_mib"] = json!(321);
    window.call("save_settings", settings);
    icon.click("Quit");
    app.process.end();
    drop(app);

    let file = desktop.settings_folder().join("settings.json");
    fs::write(&file, b"{ \"port\": ").unwrap();
    let app = Setup::new().start_as_it_is(&desktop);
    let window = app.window();
    window.until_running();
    window.see("The settings file was damaged");
    assert_eq!(port_of(&window.address()), port);
    assert_eq!(app.settings()["upload_limit_mib"], 321);
    let damaged = desktop.settings_folder().join("settings.damaged.json");
    assert_eq!(fs::read(damaged).unwrap(), b"{ \"port\": ", "the damaged file is kept");
}

#[test]
fn without_a_good_copy_the_first_run_begins() {
    let desktop = Desktop::start();
    let _tray = Tray::start(&desktop);
    fs::create_dir_all(desktop.settings_folder()).unwrap();
    fs::write(desktop.settings_folder().join("settings.json"), b"\0\0\0\0").unwrap();
    let app = Setup::new().start_as_it_is(&desktop);
    let window = app.window();
    let snapshot = window.call("snapshot", json!(null));
    assert_eq!(snapshot["settings_notice"]["code"], "defaults");
    assert_eq!(snapshot["settings"]["is_set_up"], false);
}
