//! The process ends at calls that change something on the disk: the first ones of each
//! kind, one after the other, and some later ones. `kill/` does the same at random
//! moments, with real clients.

use std::path::Path;

use sync_tests::Client;

use crate::program::Program;
use crate::scenarios::Scenario;
use crate::strace::Strace;

/// Calls that change something on the disk or make it last.
const CALLS: [&str; 9] = [
    "fsync",
    "fdatasync",
    "rename",
    "link,linkat",
    "unlink",
    "mkdir",
    "pwrite64",
    "ftruncate",
    "copy_file_range",
];

/// The first ones are all tried, of many then a few.
const TURNS: [u32; 9] = [1, 2, 3, 4, 5, 6, 8, 13, 21];

#[test]
fn an_upload_that_ends_at_any_call_has_happened_or_not() {
    sweep(Scenario::Upload);
}

#[test]
fn a_sync_whose_commit_ends_at_any_call_has_happened_or_not() {
    sweep(Scenario::Finish);
}

#[test]
fn media_that_end_at_any_call_have_come_or_not() {
    sweep(Scenario::Media);
}

#[test]
fn a_key_whose_login_ends_at_any_call_works_if_the_device_has_it() {
    sweep(Scenario::LogIn);
}

fn sweep(scenario: Scenario) {
    let (template, key) = Scenario::storage();
    let mut ended = 0;
    for calls in CALLS {
        for turn in TURNS {
            match once(scenario, template.path(), &key, calls, turn) {
                None => return,
                Some(true) => ended += 1,
                // There are not that many.
                Some(false) => break,
            }
        }
    }
    eprintln!("{scenario:?}: ended {ended} times");
    assert!(ended > 2, "{scenario:?} has more calls than that");
}

/// Whether the server was ended; `None` where that cannot be done.
fn once(scenario: Scenario, template: &Path, key: &str, calls: &str, turn: u32) -> Option<bool> {
    let at = format!("{scenario:?}, {calls} {turn}");
    let storage = tempfile::tempdir().unwrap();
    copy(template, storage.path());
    let program = Program::start(storage.path());
    let mut client = Client::new(program.address());
    client.host_key = key.to_owned();
    scenario.prepare(&mut client);
    let when = format!("{calls}:signal=SIGKILL:when={turn}");
    let strace = Strace::attach(&program, calls, Some(&when))?;
    let answer = scenario.request(&client);
    if answer.is_some() && !program.has_ended() {
        drop(strace);
        return Some(false);
    }
    program.wait();
    drop(strace);

    let program = Program::start(storage.path());
    client.address = program.address();
    let has_happened = scenario.has_happened(&client, answer.as_ref(), &at);
    assert!(has_happened || !Scenario::is_confirmed(answer.as_ref()), "{at}: it was confirmed");
    program.stop();
    Scenario::assert_tidy(storage.path(), &at);
    // The next try works.
    let program = Program::start(storage.path());
    client.address = program.address();
    if !(scenario == Scenario::Finish && has_happened) {
        scenario.prepare(&mut client);
        let answer = scenario.request(&client);
        assert!(Scenario::is_confirmed(answer.as_ref()), "{at}: {answer:?}");
        assert!(scenario.has_happened(&client, answer.as_ref(), &at), "{at}: tried again");
    }
    Some(true)
}

pub fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
