//! How far a device gets, over real connections.

use anki_sync_tray::ipc::{AppEvent, Ladder, LadderProblem, Rung, SyncFailureKind};
use serde_json::json;
use sync_tests::disks::SmallDisk;
use sync_tests::{PASSWORD, SEED_USN, Socket};

use crate::support::{TestApp, collection};

/// The ladder after something was done.
fn next(test: &mut TestApp) -> Ladder {
    test.next(|event| match event {
        AppEvent::Ladder(Some(ladder)) => Some(ladder.clone()),
        _ => None,
    })
}

fn problem(test: &mut TestApp) -> (Rung, Option<LadderProblem>) {
    let ladder = next(test);
    assert_eq!(ladder.address, "127.0.0.1");
    (ladder.rung, ladder.problem)
}

#[test]
fn the_apps_own_request_is_nobodys_rung() {
    let test = TestApp::running();
    test.ask("start_server", json!(null));
    assert_eq!(test.app.snapshot().ladder, None);
}

#[test]
fn a_device_climbs_to_the_top() {
    let mut test = TestApp::running();
    test.device().plain("GET", "");
    assert_eq!(problem(&mut test), (Rung::Reached, None));
    let mut device = test.signed_in("anna");
    assert_eq!(problem(&mut test), (Rung::PasswordAccepted, None));
    device.upload(&collection()).text();
    while next(&mut test).rung != Rung::Synced {}
    device.fetch(SEED_USN);
    let ladder = next(&mut test);
    assert_eq!((ladder.rung, ladder.user.as_deref()), (Rung::Synced, Some("anna")));
    test.ask("reset_ladder", json!(null));
    assert_eq!(test.app.snapshot().ladder, None);
}

#[test]
fn each_reason_is_told_as_it_happens() {
    let mut test = TestApp::running();
    let device = test.device();
    device.plain("GET", "anki/");
    let path = "/anki/".to_owned();
    assert_eq!(problem(&mut test), (Rung::Reached, Some(LadderProblem::WrongPath { path })));
    device.log_in("ana", "x");
    let (name, nearest) = ("ana".to_owned(), Some("anna".to_owned()));
    let unknown = LadderProblem::UnknownName { name, nearest };
    assert_eq!(problem(&mut test), (Rung::RightPath, Some(unknown)));
    device.log_in("anna", "x");
    let user = "anna".to_owned();
    let wrong = LadderProblem::WrongPassword { user: user.clone() };
    assert_eq!(problem(&mut test), (Rung::KnownUser, Some(wrong)));
    device.meta().refused(403);
    assert_eq!(problem(&mut test), (Rung::RightPath, Some(LadderProblem::UnknownKey)));
    let known = test.signed_in("anna");
    assert_eq!(problem(&mut test), (Rung::PasswordAccepted, None));
    test.ask("switch_user", json!({ "name": "anna", "enabled": false }));
    known.meta().refused(403);
    let disabled = LadderProblem::Disabled { user };
    assert_eq!(problem(&mut test), (Rung::KnownUser, Some(disabled)));
}

#[test]
fn a_sync_that_this_computer_cannot_even_begin_is_told() {
    let mut test = TestApp::running();
    let device = test.signed_in("anna");
    assert_eq!(problem(&mut test), (Rung::PasswordAccepted, None));
    std::fs::create_dir_all(test.storage().join("anna/collection.anki2")).unwrap();
    device.meta().refused(500);
    let failed = LadderProblem::SyncFailed { failure: SyncFailureKind::ServerFault };
    loop {
        let (rung, problem) = problem(&mut test);
        assert_eq!(rung, Rung::PasswordAccepted);
        match problem {
            None => {}
            Some(problem) => break assert_eq!(problem, failed),
        }
    }
    assert_eq!(test.next_ended().failure, Some(SyncFailureKind::ServerFault));
}

#[test]
fn a_login_that_finds_the_disk_full_is_told() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let mut test = TestApp::running();
    test.ask("change_storage", json!({ "folder": disk.path().join("Anki"), "plan": "move" }));
    let filler = disk.fill();
    // Each takes some room in the log of `server.db` until there is none.
    let refused = (0..1000).map(|_| test.device().log_in("anna", PASSWORD));
    refused.map(|answer| answer.status).find(|status| *status != 200).expect("it is full");
    let fault = LadderProblem::ServerFault;
    loop {
        match problem(&mut test) {
            (rung, Some(problem)) => break assert_eq!((rung, problem), (Rung::RightPath, fault)),
            (rung, None) => assert_eq!(rung, Rung::PasswordAccepted),
        }
    }
    std::fs::remove_file(filler).unwrap();
    test.device().log_in("anna", PASSWORD).ok();
    assert_eq!(problem(&mut test), (Rung::PasswordAccepted, None));
    test.ask("stop_server", json!(null));
}

#[test]
fn https_spoken_to_the_port_is_told() {
    let mut test = TestApp::running();
    let mut socket = Socket::open(test.device().address);
    socket.bytes(&[0x16, 0x03, 0x01, 0x00, 0x05, 1, 0, 0, 1, 0]);
    assert_eq!(problem(&mut test), (Rung::Reached, Some(LadderProblem::HttpsSpoken)));
}
