//! Syncs, log and support report.

use anki_sync_tray::ipc::{
    AppEvent, CommandError, Direction, RunningSync, ServerStatus, SyncFailureKind, SyncKind,
    SyncRow,
};
use serde_json::json;
use sync_tests::SEED_USN;

use crate::support::{TestApp, collection};

fn syncs(test: &TestApp, user: Option<&str>) -> Vec<SyncRow> {
    serde_json::from_value(test.ask("syncs", json!({ "user": user, "limit": 10 }))).unwrap()
}

/// The history when it has this many rows: it is written after the event.
fn history(test: &TestApp, count: usize) -> Vec<SyncRow> {
    loop {
        let rows = syncs(test, None);
        if rows.len() >= count {
            return rows;
        }
    }
}

fn next_syncing(test: &mut TestApp) -> Vec<RunningSync> {
    test.next(|event| match event {
        AppEvent::Syncing(running) => Some(running.clone()),
        _ => None,
    })
}

#[test]
fn an_ended_sync_is_told_with_the_row_that_the_history_has() {
    let mut test = TestApp::running();
    let mut device = test.signed_in("anna");
    device.upload(&collection()).text();
    let upload = test.next_ended();
    device.download();
    let download = test.next_ended();
    device.new_session();
    device.start_newer(SEED_USN).ok();
    device.abort();
    let aborted = test.next_ended();
    assert_eq!(history(&test, 3), [aborted.clone(), download.clone(), upload.clone()]);
    assert_eq!((upload.kind, upload.up.cards), (SyncKind::Upload, 1));
    assert_eq!((download.kind, download.down.cards), (SyncKind::Download, 1));
    assert_eq!(aborted.failure, Some(SyncFailureKind::Aborted));
    assert_eq!(upload.user.as_deref(), Some("anna"));
    assert_eq!(syncs(&test, Some("anna")).len(), 3);
}

#[test]
fn the_history_is_there_while_the_server_is_stopped() {
    let mut test = TestApp::running();
    test.signed_in("anna").upload(&collection()).text();
    let row = test.next_ended();
    test.ask("stop_server", json!(null));
    assert_eq!(syncs(&test, None), std::slice::from_ref(&row));
    assert_eq!(syncs(&test, Some("anna")), [row]);
    let error = test.refused("syncs", json!({ "user": "bert", "limit": 1 }));
    assert_eq!(error, CommandError::UnknownUser { name: "bert".to_owned() });
}

#[test]
fn a_running_sync_is_shown_until_it_ends() {
    let mut test = TestApp::running();
    let mut device = test.signed_in("anna");
    device.upload(&collection()).text();
    test.next_ended();
    device.new_session();
    device.start_newer(SEED_USN).ok();
    let running = loop {
        if let [running] = next_syncing(&mut test).as_slice()
            && running.kind == SyncKind::Normal
        {
            break running.clone();
        }
    };
    assert_eq!((running.user.as_str(), running.direction), ("anna", Direction::Both));
    assert_eq!(test.app.snapshot().syncing.len(), 1);
    device.abort();
    while !next_syncing(&mut test).is_empty() {}
}

/// What is wrong is the computer's, not the device's, and is gone with its cause.
#[test]
fn a_sync_that_the_disk_ends_is_told_as_this_computers_fault() {
    let mut test = TestApp::running();
    let mut device = test.signed_in("anna");
    device.upload(&collection()).text();
    test.next_ended();
    test.ask("stop_server", json!(null));
    let file = test.storage().join("anna/collection.anki2");
    let away = file.with_extension("away");
    std::fs::rename(&file, &away).unwrap();
    std::fs::create_dir(&file).unwrap();
    test.ask("start_server", json!(null));
    test.wait_until(ServerStatus::Running);
    device.address = test.device().address;
    device.new_session();
    device.start_newer(SEED_USN).refused(500);
    let row = test.next_ended();
    assert_eq!(row.failure, Some(SyncFailureKind::ServerFault));
    assert_eq!(history(&test, 2)[0], row);
    std::fs::remove_dir(&file).unwrap();
    std::fs::rename(&away, &file).unwrap();
    device.new_session();
    device.start_newer(SEED_USN).ok();
}

#[test]
fn syncs_end_with_the_server() {
    let mut test = TestApp::running();
    let mut device = test.signed_in("anna");
    device.upload(&collection()).text();
    device.new_session();
    device.start_newer(SEED_USN).ok();
    test.ask("stop_server", json!(null));
    let row = loop {
        let row = test.next_ended();
        if row.kind == SyncKind::Normal {
            break row;
        }
    };
    assert_eq!(row.failure, Some(SyncFailureKind::Closed));
    assert!(test.app.snapshot().syncing.is_empty());
}

#[test]
fn a_support_report_holds_what_helps_and_nobodys_name() {
    let mut test = TestApp::running();
    let device = test.signed_in("anna");
    device.upload(&collection()).text();
    test.next_ended();
    history(&test, 1);
    let logs = test.home.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    std::fs::write(logs.join("anki-sync-tray.log"), "a sync ended account=anna\n").unwrap();
    // A password in the field for the name.
    test.device().log_in("hunter2", "anna").refused(403);
    while test.app.snapshot().ladder.is_none_or(|ladder| ladder.problem.is_none()) {}
    let report = test.ask("support_report", json!(null));
    let text = report["text"].as_str().unwrap();
    for wanted in [
        concat!("Anki Sync Tray ", env!("CARGO_PKG_VERSION")),
        "Server: running",
        "reach: ThisComputer",
        "a sync ended account=user 1",
        "user 1: Upload, Anki",
        "free: ",
        "file system: ",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing:\n{text}");
    }
    assert!(text.contains("problem: unknown_name"), "{text}");
    for secret in ["anna", "hunter2", &device.host_key, sync_tests::PASSWORD] {
        assert!(!text.contains(secret), "{secret}:\n{text}");
    }
}

#[test]
fn the_log_is_read_from_its_end() {
    let test = TestApp::new();
    let logs = test.home.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    std::fs::write(logs.join("anki-sync-tray.log"), "one\ntwo\nthree\n").unwrap();
    let log = test.ask("log", json!({ "lines": 2 }));
    assert_eq!(log, json!({ "lines": ["two", "three"], "folder": logs }));
}
