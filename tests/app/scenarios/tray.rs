//! The tray icon: what it says, and what its menu does.

use super::{add_user, new_client, synced_client};
use crate::client::ClientError;
use crate::support::wait;
use crate::support::{Desktop, Setup, Tray};

/// What the address is without what is the same everywhere.
fn short(address: &str) -> &str {
    address.trim_start_matches("http://").trim_end_matches('/')
}

#[test]
fn the_tray_tells_the_state_and_copies_the_address() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    let icon = tray.icon();

    let state = icon.state("Running · ");
    assert_eq!(icon.tooltip(), state, "the tooltip says the same as the menu");
    assert!(app.window_processes().is_empty(), "nobody asked for the window");

    icon.click("Copy address");
    let copied = wait::until("the address is on the clipboard", || {
        Some(desktop.clipboard()).filter(|text| !text.is_empty())
    });
    assert_eq!(format!("Running · {}", short(&copied)), state);
}

#[test]
fn stop_in_the_tray_refuses_devices_until_start() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    let icon = tray.icon();
    let window = app.window();
    add_user(&window);
    let address = window.address();
    let mut client = synced_client(&desktop, &address);
    let running = icon.pixels();

    icon.click("Stop server");
    icon.state("Stopped");
    assert_ne!(icon.pixels(), running, "the icon shows another shape");
    let refused: ClientError = client.try_sync().expect_err("nobody listens");
    assert_eq!(refused.kind, "NetworkError");

    icon.click("Start server");
    icon.state("Running · ");
    assert_eq!(icon.pixels(), running);
    client.sync();
}

#[test]
fn open_in_the_tray_shows_the_window_and_closing_leaves_the_server() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    let icon = tray.icon();
    icon.state("Running · ");

    for _ in 0..2 {
        icon.click("Open Anki Sync Tray");
        let window = app.window();
        window.until_running();
        window.close();
        wait::until("the process of the window ends", || {
            app.window_processes().is_empty().then_some(())
        });
        icon.state("Running · ");
    }
}

#[test]
fn a_click_on_the_icon_shows_the_window() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    let icon = tray.icon();
    icon.activate();
    app.window().until_running();
}

#[test]
fn quit_in_the_tray_ends_the_app_and_its_window() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let mut app = Setup::finished(&desktop).start(&desktop);
    let icon = tray.icon();
    app.window().until_running();
    let window = app.window_processes();
    assert_eq!(window.len(), 1);

    icon.click("Quit");
    let status = app.process.end();
    assert!(status.success(), "the app ended with {status}");
    wait::until("the process of the window ends", || {
        (!std::path::Path::new(&format!("/proc/{}/exe", window[0])).exists()).then_some(())
    });
}

#[test]
fn without_a_tray_the_window_opens_even_when_it_should_start_hidden() {
    let desktop = Desktop::start();
    let app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    app.window().until_running();
}

#[test]
fn an_end_of_the_desktop_session_stops_the_server_cleanly() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let mut app = Setup::finished(&desktop).start(&desktop);
    tray.icon().state("Running · ");
    let window = app.window();
    add_user(&window);
    let mut client = new_client(&desktop, "device");
    client.log_in(&window.address(), super::NAME, super::PASSWORD);
    super::first_upload(&mut client);

    app.process.signal("TERM");
    let status = app.process.end();
    assert!(status.success(), "the app ended with {status}");
    let account = desktop.default_storage().join(super::NAME);
    assert!(account.join("collection.anki2").exists());
    assert!(!account.join("collection.anki2-wal").exists(), "the collection was closed");
}
