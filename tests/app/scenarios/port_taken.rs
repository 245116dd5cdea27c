//! Another program on the port.

use std::net::TcpListener;

use serde_json::json;

use super::{add_user, synced_client};
use crate::support::{Desktop, Setup, Tray, app::port_of};

#[test]
fn a_taken_port_is_explained_and_a_free_one_is_taken_by_all() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    // This very program is the other one.
    let other = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let taken = other.local_addr().unwrap().port();
    let app = Setup::finished(&desktop).with("port", json!(taken)).start(&desktop);
    let icon = tray.icon();
    assert_eq!(icon.state("Problem · "), format!("Problem · Port {taken} is in use"));

    let window = app.window();
    window.go_to("Home");
    window.see(&taken.to_string());
    let this = std::fs::read_to_string("/proc/self/comm").unwrap();
    window.see(this.trim());
    window.find_like("button", "Use port ").click();

    window.until_running();
    let address = window.address();
    let port = port_of(&address);
    assert_ne!(port, taken);
    window.see(&port.to_string());
    assert!(icon.state("Running · ").ends_with(&format!(":{port}")));
    assert_eq!(app.settings()["port"], json!(port), "the next start takes it too");
    add_user(&window);
    synced_client(&desktop, &address);
}
