//! Data that the official server left in its usual folder.

use std::process::{Command, Stdio};

use super::{NAME, PASSWORD, add_note, first_upload, new_client};
use crate::client::{NEWEST, python};
use crate::support::free_port::free_port;
use crate::support::process::Process;
use crate::support::{Desktop, Setup, Tray, wait};

/// Lets the official server make the folder, as a person has it who moves over.
fn official_data(desktop: &Desktop) {
    let port = free_port();
    let mut command = Command::new(python(NEWEST));
    command
        .args(["-m", "anki.syncserver"])
        .env("SYNC_USER1", format!("{NAME}:{PASSWORD}"))
        .env("SYNC_BASE", desktop.default_storage())
        .env("SYNC_HOST", "127.0.0.1")
        .env("SYNC_PORT", port.to_string())
        .stdin(Stdio::null());
    let _server = Process::start(&mut command);
    wait::until("the official server listens", || {
        std::net::TcpStream::connect(("127.0.0.1", port)).ok()
    });
    let mut client = new_client(desktop, "device");
    client.log_in(&format!("http://127.0.0.1:{port}/"), NAME, PASSWORD);
    first_upload(&mut client);
    client.close();
}

#[test]
fn the_first_run_takes_over_what_the_official_server_left() {
    let desktop = Desktop::start();
    official_data(&desktop);
    let _tray = Tray::start(&desktop);
    let app = Setup::new().start(&desktop);
    let window = app.window();
    let storage = desktop.default_storage();

    // The first step offers the folder, by the names in it.
    window.see(NAME);
    let check = window.call("check_folder", serde_json::json!({ "folder": storage }));
    assert_eq!(check["accounts"][0]["name"], NAME);
    assert_eq!(check["accounts"][0]["has_password"], false);

    window.call("set_up", serde_json::json!({ "folder": storage }));
    window.until_running();
    let new_password = "another one 35";
    window.call("add_user", serde_json::json!({ "name": NAME, "password": new_password }));
    window.call("finish_set_up", serde_json::json!(null));

    // The device keeps its cards and needs the new password only.
    let mut device = crate::client::Client::start(NEWEST, &desktop.folder().join("device"));
    device.log_in(&window.address(), NAME, new_password);
    add_note(&mut device, "Moved over?", "Without a full sync.");
    device.sync();
}
