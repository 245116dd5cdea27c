//! Quit while a device syncs.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use super::{NAME, PASSWORD, add_user, new_client};
use crate::support::{App, Desktop, Setup, Tray, app::port_of, tray::Icon, wait};

/// A sync that goes on until it is dropped: an upload of which half has arrived.
struct HalfAnUpload(TcpStream);

impl HalfAnUpload {
    fn begin(desktop: &Desktop, address: &str) -> Self {
        let mut client = new_client(desktop, "device");
        let key = client.log_in(address, NAME, PASSWORD);
        let port = port_of(address);
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let header = json!({ "v": 11, "k": key, "c": "anki,26.9.3 (test),linux", "s": "half" });
        write!(
            stream,
            "POST /sync/upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nanki-sync: {header}\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n"
        )
        .unwrap();
        // The beginning of a frame of zstd.
        stream.write_all(&[0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58]).unwrap();
        stream.write_all(&vec![0; 1000]).unwrap();
        Self(stream)
    }
}

fn app_with_a_running_sync<'d>(desktop: &'d Desktop, tray: &Tray) -> (App<'d>, Icon, HalfAnUpload) {
    let app = Setup::finished(desktop).start(desktop);
    let icon = tray.icon();
    let window = app.window();
    add_user(&window);
    let upload = HalfAnUpload::begin(desktop, &window.address());
    icon.state("Syncing");
    (app, icon, upload)
}

#[test]
fn quit_during_a_sync_asks_first_and_can_be_taken_back() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let (mut app, icon, _upload) = app_with_a_running_sync(&desktop, &tray);
    icon.click("Quit");
    let window = app.window();
    window.see("A sync is under way");
    window.press("Keep running");
    window.see_no_more("A sync is under way");
    assert!(app.process.is_running());
}

#[test]
fn quit_when_it_is_done_waits_for_the_sync() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let (mut app, icon, upload) = app_with_a_running_sync(&desktop, &tray);
    icon.click("Quit");
    app.window().press("Quit when it is done");
    icon.state("Syncing");
    assert!(app.process.is_running());
    drop(upload.0);
    assert!(app.process.end().success());
}

#[test]
fn quit_now_ends_the_sync_and_the_app() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let (mut app, icon, _upload) = app_with_a_running_sync(&desktop, &tray);
    icon.click("Quit");
    app.window().press("Quit now");
    let status = app.process.end();
    assert!(status.success(), "the app ended with {status}");
    wait::until("the folder is free for others", || {
        (!desktop.default_storage().join("server.control").exists()).then_some(())
    });
}
