//! The first run, starting, and what can stand in the way.

use std::net::TcpListener;

use anki_sync_tray::ipc::{FolderProblem, ServerStatus, StartProblem};
use serde_json::json;
use sync_server::{Server, ServerConfig};
use sync_tests::PASSWORD;

use crate::support::{TestApp, home, settings, write_settings};

/// Why the server does not start: the app tries by itself, so this waits.
#[track_caller]
fn problem(test: &TestApp) -> StartProblem {
    match test.settled() {
        ServerStatus::Failed { problem } => problem,
        other => panic!("{other:?}"),
    }
}

/// A free port, so that a test can name one.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_first_run_ends_with_an_address_that_a_device_syncs_with() {
    let test = TestApp::new();
    assert_eq!(test.status(), ServerStatus::Stopped);
    let snapshot = test.app.snapshot();
    assert!(!snapshot.settings.is_set_up && !snapshot.has_tray);
    assert_eq!(snapshot.settings.storage, snapshot.default_storage);

    let mut wanted = serde_json::to_value(snapshot.settings).unwrap();
    wanted["port"] = json!(free_port());
    wanted["reach"] = json!("this_computer");
    test.ask("save_settings", wanted);
    assert_eq!(test.status(), ServerStatus::Stopped, "nothing starts before its folder is chosen");
    test.ask("set_up", json!({ "folder": snapshot.default_storage }));
    assert_eq!(test.status(), ServerStatus::Running);
    test.ask("add_user", json!({ "name": "anna", "password": PASSWORD }));
    assert_eq!(test.signed_in("anna").meta().ok()["cont"], true);
    test.ask("finish_set_up", json!(null));

    let test = TestApp::open(test.close());
    test.wait_until(ServerStatus::Running);
    assert_eq!(test.signed_in("anna").meta().ok()["cont"], true);
}

#[test]
fn a_server_that_was_set_up_starts_by_itself() {
    let home = TestApp::running().close();
    let test = TestApp::open(home);
    test.wait_until(ServerStatus::Running);
}

#[test]
fn stop_and_start_follow_the_person() {
    let test = TestApp::running();
    let device = test.signed_in("anna");
    test.ask("stop_server", json!(null));
    assert_eq!(test.status(), ServerStatus::Stopped);
    assert_eq!(test.app.main_address(), None);
    assert!(std::net::TcpStream::connect(device.address).is_err());
    test.ask("start_server", json!(null));
    assert_eq!(test.status(), ServerStatus::Running);
    let mut again = device.clone();
    again.address = test.device().address;
    assert_eq!(again.meta().ok()["cont"], true);
}

#[test]
fn a_port_that_is_taken_is_told_with_a_free_one_and_everything_follows() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = home();
    let storage = home.path().join("cards");
    sync_store::accounts::ServerDb::open(&storage).unwrap();
    let mut settings = settings(&storage);
    let port = taken.local_addr().unwrap().port();
    settings["port"] = json!(port);
    write_settings(home.path(), &settings);
    let test = TestApp::open(home);
    let StartProblem::PortInUse { port: told, program, free_port } = problem(&test) else {
        panic!("{:?}", test.status())
    };
    assert_eq!(told, port);
    // This very test holds the port; the kernel cuts names of threads short.
    assert!(program.is_some(), "the system tells of one's own programs");
    let free_port = free_port.unwrap();
    assert_ne!(free_port, port);
    test.ask("use_port", json!({ "port": free_port }));
    assert_eq!(test.status(), ServerStatus::Running);
    assert_eq!(test.app.main_address().unwrap(), format!("http://127.0.0.1:{free_port}/"));
    assert_eq!(test.app.settings().port, free_port);
}

#[test]
fn an_address_that_this_computer_does_not_have_is_told() {
    let home = home();
    let storage = home.path().join("cards");
    sync_store::accounts::ServerDb::open(&storage).unwrap();
    let mut settings = settings(&storage);
    settings["reach"] = json!("everything");
    settings["address"] = json!("192.0.2.77");
    write_settings(home.path(), &settings);
    let test = TestApp::open(home);
    let address = "192.0.2.77".to_owned();
    assert_eq!(problem(&test), StartProblem::AddressNotHere { address });
}

#[test]
fn a_folder_that_another_server_uses_is_told_with_that_server() {
    let home = TestApp::running().close();
    let storage = home.path().join("cards");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut config = ServerConfig::new(storage.clone());
    config.address = "127.0.0.1:0".parse().unwrap();
    let other = runtime.block_on(Server::start(config)).unwrap();
    let test = TestApp::open(home);
    let StartProblem::FolderInUse { folder, other: Some(told) } = problem(&test) else {
        panic!("{:?}", test.status())
    };
    assert_eq!(folder, storage.to_str().unwrap());
    assert_eq!(told.url, format!("http://{}/", other.address()));
    assert_eq!(told.process, std::process::id());
    runtime.block_on(other.stop()).unwrap();
    test.ask("start_server", json!(null));
    assert_eq!(test.status(), ServerStatus::Running);
}

#[test]
fn a_folder_that_is_gone_is_never_replaced_by_an_empty_one() {
    let home = TestApp::running().close();
    let (storage, elsewhere) = (home.path().join("cards"), home.path().join("drive"));
    std::fs::rename(&storage, &elsewhere).unwrap();
    let test = TestApp::open(home);
    for has_mount_point in [false, true] {
        let folder = storage.to_str().unwrap().to_owned();
        assert_eq!(problem(&test), StartProblem::FolderGone { folder });
        assert_eq!(storage.exists(), has_mount_point);
        let _ = std::fs::create_dir(&storage);
        test.ask("start_server", json!(null));
    }
    assert_eq!(std::fs::read_dir(&storage).unwrap().count(), 0, "nothing was written");
    std::fs::remove_dir(&storage).unwrap();
    std::fs::rename(&elsewhere, &storage).unwrap();
    // By itself, after a while.
    let mut status = test.app.status();
    test.wait(status.wait_for(|now| *now == ServerStatus::Running)).unwrap();
}

#[test]
fn data_that_cannot_be_used_is_told() {
    let home = TestApp::running().close();
    std::fs::write(home.path().join("cards/server.db"), "x".repeat(5000)).unwrap();
    let test = TestApp::open(home);
    assert!(matches!(problem(&test), StartProblem::StorageDamaged { .. }), "{:?}", test.status());
}

#[test]
fn ankis_own_folder_is_refused_in_the_first_run() {
    let test = TestApp::new();
    let folder = test.home.path().join("Anki2");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("prefs21.db"), "").unwrap();
    let error = test.refused("set_up", json!({ "folder": folder }));
    let problem = FolderProblem::AnkiData;
    assert_eq!(error, anki_sync_tray::ipc::CommandError::FolderRefused { problem });
    assert_eq!(test.status(), ServerStatus::Stopped);
}

#[test]
fn a_server_for_local_networks_is_shown_with_addresses_of_such() {
    let home = home();
    let storage = home.path().join("cards");
    sync_store::accounts::ServerDb::open(&storage).unwrap();
    let mut settings = settings(&storage);
    settings["reach"] = json!("local_networks");
    write_settings(home.path(), &settings);
    let test = TestApp::open(home);
    test.wait_until(ServerStatus::Running);
    let addresses = test.app.snapshot().addresses.all;
    assert!(!addresses.is_empty());
    for address in addresses {
        let address = address.url.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let device = sync_tests::Client::new(address.parse().unwrap());
        assert_eq!(device.plain("GET", "health").status, 200, "{address}");
    }
}
