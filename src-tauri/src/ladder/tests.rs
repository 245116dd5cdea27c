#![allow(clippy::unwrap_used, reason = "tests")]

use sync_protocol::TimestampMillis;
use sync_server::SyncSummary;
use sync_store::accounts::{AccountId, DeviceId, SyncCounts, SyncKind};

use super::*;

const PHONE: &str = "192.168.1.7";
const LAPTOP: &str = "192.168.1.8";

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn device(address: &str) -> DeviceRef {
    DeviceRef { id: DeviceId(1), client_version: String::new(), address: ip(address) }
}

fn sync(address: &str) -> SyncSummary {
    SyncSummary {
        account_id: AccountId(1),
        account: "anna".to_owned(),
        device: device(address),
        kind: SyncKind::Normal,
        started: TimestampMillis(0),
        duration_ms: 5,
        up_bytes: 0,
        down_bytes: 0,
        up: SyncCounts::default(),
        down: SyncCounts::default(),
    }
}

fn signed_in(address: &str) -> ServerEvent {
    ServerEvent::SignedIn { account: "anna".to_owned(), device: device(address) }
}

fn started(address: &str) -> ServerEvent {
    let account = "anna".to_owned();
    ServerEvent::SyncStarted { account, device: device(address), kind: SyncKind::Normal }
}

fn finished(address: &str) -> ServerEvent {
    ServerEvent::SyncFinished(sync(address))
}

fn failed(address: &str, failure: SyncFailure) -> ServerEvent {
    ServerEvent::SyncFailed(sync(address), failure)
}

fn reached(address: &str) -> ServerEvent {
    ServerEvent::Reached { address: ip(address) }
}

/// The ladder after events at 1, 2, 3, ….
fn after(events: &[ServerEvent]) -> Option<Ladder> {
    events.iter().zip(1..).fold(None, |ladder, (event, at)| climb(ladder, event, at))
}

fn ladder(address: &str, at: i64, rung: Rung, user: Option<&str>) -> Ladder {
    let user = user.map(str::to_owned);
    Ladder { address: address.to_owned(), at, rung, user, problem: None }
}

/// What one event alone leads to.
#[track_caller]
fn leads_to(event: ServerEvent, rung: Rung, user: Option<&str>, problem: Option<LadderProblem>) {
    let expected = Ladder { problem, ..ladder(PHONE, 1, rung, user) };
    assert_eq!(after(&[event]), Some(expected));
}

#[test]
fn a_device_climbs_from_its_first_packet_to_the_sync() {
    let mut events = vec![reached(PHONE)];
    let mut stands_on = |event: Option<ServerEvent>| {
        events.extend(event);
        after(&events).unwrap().rung
    };
    assert_eq!(stands_on(None), Rung::Reached);
    assert_eq!(stands_on(Some(signed_in(PHONE))), Rung::PasswordAccepted);
    assert_eq!(stands_on(Some(started(PHONE))), Rung::PasswordAccepted);
    assert_eq!(stands_on(Some(finished(PHONE))), Rung::Synced);
}

#[test]
fn nothing_was_heard_of_nobody() {
    assert_eq!(after(&[]), None);
    assert_eq!(after(&[ServerEvent::AccountsChanged]), None);
}

#[test]
fn https_spoken_to_our_port_is_told() {
    let event = ServerEvent::HttpsSpoken { address: ip(PHONE) };
    leads_to(event, Rung::Reached, None, Some(LadderProblem::HttpsSpoken));
}

#[test]
fn a_wrong_path_is_told_unless_a_browser_asks_by_itself() {
    let at = |path: &str| ServerEvent::WrongPath { address: ip(PHONE), path: path.to_owned() };
    let path = "/anki/sync".to_owned();
    leads_to(at(&path), Rung::Reached, None, Some(LadderProblem::WrongPath { path }));
    leads_to(at("/favicon.ico"), Rung::Reached, None, None);
}

#[test]
fn an_unknown_name_is_told_with_the_nearest_one() {
    let (name, nearest) = ("ana".to_owned(), Some("anna".to_owned()));
    let event = ServerEvent::UnknownName {
        name: name.clone(),
        nearest: nearest.clone(),
        address: ip(PHONE),
    };
    let problem = LadderProblem::UnknownName { name, nearest };
    leads_to(event, Rung::RightPath, None, Some(problem));
}

#[test]
fn a_wrong_password_stands_on_the_rung_of_the_known_user() {
    let event = ServerEvent::WrongPassword { account: "anna".to_owned(), address: ip(PHONE) };
    let problem = LadderProblem::WrongPassword { user: "anna".to_owned() };
    leads_to(event, Rung::KnownUser, Some("anna"), Some(problem));
}

#[test]
fn a_disabled_account_is_told() {
    let event = ServerEvent::Disabled { account: "anna".to_owned(), address: ip(PHONE) };
    let problem = LadderProblem::Disabled { user: "anna".to_owned() };
    leads_to(event, Rung::KnownUser, Some("anna"), Some(problem));
}

#[test]
fn the_key_of_another_server_is_told() {
    let event = ServerEvent::UnknownKey { address: ip(PHONE) };
    leads_to(event, Rung::RightPath, None, Some(LadderProblem::UnknownKey));
}

#[test]
fn too_many_guesses_are_told() {
    let event = ServerEvent::SlowedDown { address: ip(PHONE) };
    leads_to(event, Rung::RightPath, None, Some(LadderProblem::SlowedDown));
}

#[test]
fn a_fault_of_this_computers_is_told_as_far_as_the_device_is_known() {
    let fault = |account: Option<&str>| ServerEvent::RequestFailed {
        account: account.map(str::to_owned),
        address: ip(PHONE),
    };
    leads_to(fault(None), Rung::RightPath, None, Some(LadderProblem::ServerFault));
    let problem = LadderProblem::SyncFailed { failure: SyncFailureKind::ServerFault };
    leads_to(fault(Some("anna")), Rung::PasswordAccepted, Some("anna"), Some(problem));
}

#[test]
fn a_device_with_a_good_key_has_its_password_accepted() {
    let event = ServerEvent::Recognized { account: "anna".to_owned(), device: device(PHONE) };
    leads_to(event, Rung::PasswordAccepted, Some("anna"), None);
}

#[test]
fn a_login_after_a_wrong_password_takes_the_problem_away() {
    let wrong = ServerEvent::WrongPassword { account: "anna".to_owned(), address: ip(PHONE) };
    let now = after(&[wrong, signed_in(PHONE)]);
    assert_eq!(now, Some(ladder(PHONE, 2, Rung::PasswordAccepted, Some("anna"))));
}

#[test]
fn a_sync_that_breaks_off_is_told() {
    for failure in [SyncFailure::Aborted, SyncFailure::UploadRefused, SyncFailure::TooLarge] {
        let now = after(&[started(PHONE), failed(PHONE, failure)]).unwrap();
        assert_eq!(now.rung, Rung::PasswordAccepted);
        let problem = LadderProblem::SyncFailed { failure: failure.into() };
        assert_eq!(now.problem, Some(problem));
    }
}

#[test]
fn a_sync_that_the_clock_ended_is_told_of_the_device_that_was_in_it_alone() {
    let idle = || failed(PHONE, SyncFailure::Idle);
    let problem = LadderProblem::SyncFailed { failure: SyncFailureKind::Idle };
    assert_eq!(after(&[started(PHONE), idle()]).unwrap().problem, Some(problem));
    let other = after(&[started(PHONE), finished(LAPTOP), idle()]).unwrap();
    assert_eq!(other, ladder(LAPTOP, 2, Rung::Synced, Some("anna")));
    assert_eq!(after(&[finished(PHONE), idle()]).unwrap().problem, None);
}

#[test]
fn the_next_sync_of_a_device_leaves_it_at_the_top() {
    let now = after(&[finished(PHONE), started(PHONE)]);
    assert_eq!(now, Some(ladder(PHONE, 2, Rung::Synced, Some("anna"))));
}

#[test]
fn a_look_with_the_browser_undoes_nothing_of_the_same_device() {
    let now = after(&[finished(PHONE), reached(PHONE)]);
    assert_eq!(now, Some(ladder(PHONE, 2, Rung::Synced, Some("anna"))));
}

#[test]
fn another_device_begins_at_the_bottom() {
    let now = after(&[finished(PHONE), reached(LAPTOP)]);
    assert_eq!(now, Some(ladder(LAPTOP, 2, Rung::Reached, None)));
    let now = after(&[finished(PHONE), started(LAPTOP)]);
    assert_eq!(now, Some(ladder(LAPTOP, 2, Rung::PasswordAccepted, Some("anna"))));
}

#[test]
fn progress_changes_nothing() {
    let progress = ServerEvent::Progress {
        account: "anna".to_owned(),
        device: device(LAPTOP),
        kind: SyncKind::Normal,
        up_bytes: 1,
        down_bytes: 2,
        total_bytes: None,
        objects: 3,
    };
    let now = after(&[started(PHONE), progress]);
    assert_eq!(now, Some(ladder(PHONE, 1, Rung::PasswordAccepted, Some("anna"))));
}

#[test]
fn an_address_of_version_4_is_shown_as_such() {
    assert_eq!(after(&[reached("::ffff:192.168.1.7")]).unwrap().address, PHONE);
}
