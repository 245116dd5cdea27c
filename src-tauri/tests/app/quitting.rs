//! Quitting while a device syncs.

use anki_sync_tray::ipc::{AppEvent, Quitting, ServerStatus};
use serde_json::json;
use sync_tests::{Client, SEED_USN};

use crate::support::{TestApp, collection};

/// An app with a device in the middle of a sync.
fn syncing() -> (TestApp, Client) {
    let mut test = TestApp::running();
    let mut device = test.signed_in("anna");
    device.upload(&collection()).text();
    test.next_ended();
    device.new_session();
    device.start_newer(SEED_USN).ok();
    while test.app.snapshot().syncing.is_empty() {
        test.next(|event| matches!(event, AppEvent::Syncing(_)).then_some(()));
    }
    (test, device)
}

fn next_quitting(test: &mut TestApp) -> Quitting {
    test.next(|event| match event {
        AppEvent::Quitting(quitting) => Some(*quitting),
        _ => None,
    })
}

#[test]
fn without_a_sync_nothing_is_asked() {
    let test = TestApp::running();
    test.wait(test.app.request_quit());
    assert_eq!(test.status(), ServerStatus::Stopped);
    assert_eq!(test.app.snapshot().quitting, Quitting::No);
}

#[test]
fn a_sync_under_way_makes_it_a_question() {
    let (mut test, device) = syncing();
    test.wait(test.app.request_quit());
    assert_eq!(next_quitting(&mut test), Quitting::Asking);
    assert_eq!(test.app.snapshot().quitting, Quitting::Asking);
    assert_eq!(test.status(), ServerStatus::Running);
    test.ask("quit", json!({ "choice": "cancel" }));
    assert_eq!(next_quitting(&mut test), Quitting::No);
    assert_eq!(device.abort().status, 200, "the sync goes on");
}

#[test]
fn now_ends_the_sync() {
    let (mut test, _device) = syncing();
    test.wait(test.app.request_quit());
    test.ask("quit", json!({ "choice": "now" }));
    assert_eq!(next_quitting(&mut test), Quitting::Asking);
    assert_eq!(next_quitting(&mut test), Quitting::No);
    assert_eq!(test.status(), ServerStatus::Stopped);
}

#[test]
fn when_idle_lets_the_sync_end_first() {
    let (test, device) = syncing();
    test.wait(test.app.request_quit());
    test.ask("quit", json!({ "choice": "when_idle" }));
    assert_eq!(test.app.snapshot().quitting, Quitting::WhenIdle);
    assert_eq!(test.status(), ServerStatus::Running);
    assert_eq!(device.abort().status, 200);
    test.wait_until(ServerStatus::Stopped);
}

#[test]
fn a_person_may_change_their_mind_while_the_app_waits() {
    let (mut test, device) = syncing();
    test.wait(test.app.request_quit());
    test.ask("quit", json!({ "choice": "when_idle" }));
    assert_eq!(next_quitting(&mut test), Quitting::Asking);
    assert_eq!(next_quitting(&mut test), Quitting::WhenIdle);
    test.ask("quit", json!({ "choice": "cancel" }));
    assert_eq!(next_quitting(&mut test), Quitting::No);
    assert_eq!(device.abort().status, 200);
    test.next_ended();
    assert_eq!(test.status(), ServerStatus::Running);
}
