//! Starting the app while it runs.

use crate::support::wait;
use crate::support::{Desktop, Setup, Tray};

#[test]
fn a_second_start_shows_the_window_of_the_first() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let mut app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    tray.icon().state("Running · ");
    assert!(app.window_processes().is_empty());

    app.start_again();
    app.window().until_running();
    assert!(app.process.is_running());
}

#[test]
fn a_second_start_opens_no_second_window() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    tray.icon().state("Running · ");
    app.window().until_running();
    let before = app.window_processes();

    app.start_again();
    app.window().until_running();
    assert_eq!(app.window_processes(), before);
}

#[test]
fn after_a_crash_of_the_window_the_server_goes_on_and_the_window_opens_again() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    let icon = tray.icon();
    icon.state("Running · ");
    app.window().until_running();
    let crashed = app.window_processes()[0];

    crate::support::process::kill("KILL", &crashed.to_string());
    wait::until("the app notices", || app.window_processes().is_empty().then_some(()));
    icon.state("Running · ");
    app.start_again();
    app.window().until_running();
}

#[test]
fn a_window_that_hangs_and_ends_while_somebody_wants_it_opens_again() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    tray.icon().state("Running · ");
    app.window().until_running();
    let hangs = app.window_processes()[0];

    crate::support::process::kill("STOP", &hangs.to_string());
    app.start_again();
    crate::support::process::kill("KILL", &hangs.to_string());
    wait::until("another one comes", || {
        let windows = app.window_processes();
        (!windows.is_empty() && !windows.contains(&hangs)).then_some(())
    });
    app.window().until_running();
}
