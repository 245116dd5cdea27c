//! `hostKey`: name and password for a key.

use serde_json::json;
use sync_tests::{Client, NAME, PASSWORD, SEED_USN, TestServer};

#[test]
fn the_right_password_gives_a_key_that_works() {
    let server = TestServer::start();
    let mut device = Client::new(server.address());
    let answer = device.log_in(NAME, PASSWORD).ok();
    let key = answer["key"].as_str().unwrap();
    // At least 128 bits, whichever way they are written.
    assert!(key.len() >= 22, "{key}");
    assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
    device.host_key = key.into();
    assert_eq!(device.meta().ok()["usn"], SEED_USN);
}

#[test]
fn a_wrong_name_or_password_is_403() {
    let server = TestServer::start();
    let device = Client::new(server.address());
    device.log_in(NAME, "wrong").refused(403);
    device.log_in(NAME, "").refused(403);
    device.log_in("nobody", PASSWORD).refused(403);
    device.log_in("", PASSWORD).refused(403);
}

#[test]
fn a_malformed_login_is_400() {
    let server = TestServer::start();
    let device = Client::new(server.address());
    for body in [json!({}), json!({"u": NAME}), json!({"u": NAME, "p": 5}), json!(null), json!([])]
    {
        device.json("sync/hostKey", &body).refused(400);
    }
    device.post("sync/hostKey", b"{").refused(400);
}

#[test]
fn a_login_ends_no_sync() {
    let server = TestServer::start();
    let active = server.client();
    active.start(SEED_USN).ok();
    assert_eq!(active.log_in(NAME, PASSWORD).status, 200);
    active.log_in(NAME, "wrong").refused(403);
    active.finish().ok();
}

#[test]
fn each_login_gives_a_key_of_its_own() {
    let server = TestServer::start();
    let (phone, computer) = (server.client(), server.client());
    assert_ne!(phone.host_key, computer.host_key);
    phone.meta().ok();
    computer.meta().ok();
}

#[test]
fn blanks_around_a_typed_name_do_not_matter() {
    let server = TestServer::start();
    let device = Client::new(server.address());
    assert_eq!(device.log_in(&format!(" {NAME} "), PASSWORD).status, 200);
}

#[test]
fn a_key_survives_a_restart() {
    let server = TestServer::start();
    let key = server.client().host_key;
    let server = server.stop().restart();
    let mut device = Client::new(server.address());
    device.host_key = key;
    assert_eq!(device.meta().ok()["usn"], SEED_USN);
}

#[test]
fn old_clients_log_in_too() {
    let server = TestServer::start();
    let device = Client::new(server.address()).old();
    let key = device.log_in(NAME, PASSWORD).ok();
    assert!(key["key"].is_string());
    device.log_in(NAME, "wrong").refused(403);
}
