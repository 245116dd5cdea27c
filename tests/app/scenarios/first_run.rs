//! The whole way of a person: from the first start to a device that syncs, and on from there.

use serde_json::json;
use sync_tests::evidence;

use super::{NAME, PASSWORD, add_note, assert_in_no_file, first_upload, new_client};
use crate::support::window::key;
use crate::support::{Desktop, Setup, Tray, wait};

#[test]
fn a_person_sets_the_app_up_syncs_stops_starts_and_changes_the_password() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::new().start(&desktop);
    let icon = tray.icon();
    let window = app.window();

    window.find("heading", "Where should the data live?");
    window.see(&desktop.default_storage().display().to_string());
    window.press("Use this folder");
    window.find("heading", "Who will sync?");
    window.fill("User name", NAME);
    window.fill("Password", PASSWORD);
    window.press("Add user");
    window.find("heading", "Ready. This is the address");
    let address = window.shown_address();
    window.press("Copy address");
    wait::until("the address is on the clipboard", || {
        (desktop.clipboard() == address).then_some(())
    });
    window.press("Connect a device");
    window.find("heading", "Home");

    let mut client = new_client(&desktop, "device");
    let first_key = client.log_in(&address, NAME, PASSWORD);
    first_upload(&mut client);
    window.see("Synced");

    window.go_to("Activity");
    window.find_like("row", NAME);
    window.see("Full upload");

    window.go_to("Home");
    window.press("Stop server");
    icon.state("Stopped");
    add_note(&mut client, "While it is stopped?", "It waits.");
    let refused = client.try_sync().expect_err("nobody listens");
    assert_eq!(refused.kind, "NetworkError");

    window.press("Start server");
    icon.state("Running · ");
    assert_eq!(window.shown_address(), address, "the address stays");
    client.sync();
    window.go_to("Activity");
    window.find_like("row", "1 note");

    window.go_to("Users");
    window.press("Change password");
    let new_password = "green lamp 63";
    window.fill("New password", new_password);
    window.press("Change password");
    window.find("heading", &format!("{NAME} has a new password"));
    let turned_away = client.try_sync().expect_err("the device is signed out");
    assert_eq!(turned_away.kind, "SyncError.AUTH");
    let second_key = client.log_in(&address, NAME, new_password);
    client.sync();

    // Its log has all of the above.
    let report = window.call("support_report", json!(null));
    let report = report["text"].as_str().expect("a text");
    evidence::said("support", report.as_bytes());
    assert!(report.contains("a sync ended"), "{report}");
    for secret in [PASSWORD, new_password, NAME, &first_key, &second_key] {
        assert!(!report.contains(secret), "{secret} is in the report:\n{report}");
    }

    // Settings, log, server.db and whatever the web engine keeps.
    assert!(assert_in_no_file(&desktop.home(), PASSWORD) > 5);
    for secret in [new_password, &first_key, &second_key] {
        assert_in_no_file(&desktop.home(), secret);
    }
}

#[test]
fn the_first_run_needs_no_mouse() {
    let desktop = Desktop::start();
    let _tray = Tray::start(&desktop);
    let app = Setup::new().start(&desktop);
    let window = app.window();

    window.find("heading", "Where should the data live?");
    window.reach("button", "Use this folder");
    window.keys(&[key::ENTER]);
    window.find("heading", "Who will sync?");
    window.reach("textbox", "User name");
    window.type_text("anna");
    // The password is suggested; Enter in a field goes on.
    window.keys(&[key::ENTER]);
    window.find("heading", "Ready. This is the address");
    window.reach("button", "Copy address");
    window.keys(&[key::SPACE]);
    let address = window.shown_address();
    wait::until("the address is on the clipboard", || {
        (desktop.clipboard() == address).then_some(())
    });
    window.reach("button", "Connect a device");
    window.keys(&[key::ENTER]);
    window.find("heading", "Home");
    for view in ["Users", "Activity", "Settings", "Home"] {
        window.reach_view(view);
        window.keys(&[key::ENTER]);
        window.find("heading", view);
    }
    window.reach("button", "Stop server");
    window.keys(&[key::SPACE]);
    window.find("button", "Start server");
}
