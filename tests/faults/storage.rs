//! A disk that fails in single calls: the client is told that it is the server's
//! fault, the log says which file, nothing is half done, and the next try works.

use serde_json::json;
use sync_tests::{Client, NAME, read_zip, upload_zip};

use crate::kill_points::copy;
use crate::program::{self, Program};
use crate::scenarios::Scenario;
use crate::strace::{Call, FLUSH, SEND, Strace};

/// Not `write`: sockets and the runtime's own signals use it too. `disk.rs` has a disk that
/// is really full.
const CALLS: [&str; 10] = [
    "fsync",
    "fdatasync",
    "rename",
    "link,linkat",
    "unlink",
    "mkdir",
    "openat",
    "pread64",
    "pwrite64",
    "ftruncate",
];
const TURNS: [u32; 7] = [1, 2, 3, 4, 5, 8, 13];

#[test]
fn an_error_at_any_call_is_told_and_leaves_nothing_half_done() {
    for scenario in Scenario::ALL {
        sweep(scenario, "EIO");
    }
}

#[test]
fn a_disk_that_is_full_at_any_call_is_told_and_leaves_nothing_half_done() {
    for scenario in Scenario::ALL {
        sweep(scenario, "ENOSPC");
    }
}

fn sweep(scenario: Scenario, error: &str) {
    let (template, key) = Scenario::storage();
    let storage = program::storage();
    copy(template.path(), storage.path());
    let mut program = Program::start(storage.path());
    let mut client = Client::new(program.address());
    client.host_key = key;
    let mut failed = 0;
    // Nothing that only reads or removes lacks room.
    let calls =
        CALLS.into_iter().filter(|calls| error == "EIO" || !["pread64", "unlink"].contains(calls));
    for calls in calls {
        for turn in TURNS {
            let at = format!("{scenario:?}, {calls} {turn} {error}");
            scenario.prepare(&mut client);
            let lines = program.line_count();
            let when = format!("{calls}:error={error}:when={turn}");
            let recorded = format!("{calls},{}", SEND.join(","));
            let Some(strace) = Strace::attach(&program, &recorded, Some(&when)) else { return };
            let answer = scenario.request(&client).unwrap_or_else(|| panic!("{at}: an answer"));
            let calls_made = strace.detach();
            let is_injected = calls_made.iter().any(Call::is_injected);
            let has_happened = scenario.has_happened(&client, Some(&answer), &at);
            if is_a_lost_flush(&calls_made, scenario) {
                // What it was for can still be read, and would be gone with the power.
                assert_eq!(answer.status, 500, "{at}: {calls_made:#?}");
            }
            match answer.status {
                200 => {
                    let said = answer.text();
                    // SQLite takes some reads that fail for a damaged file.
                    let is_refused = calls == "pread64" && said.contains("corrupt");
                    assert!(has_happened != is_refused, "{at}: it was answered with {said}");
                }
                500 => {
                    failed += 1;
                    assert_eq!(String::from_utf8_lossy(&answer.body), "500", "{at}");
                    assert_told(&program, lines, &at);
                }
                other => panic!("{at}: {other}"),
            }
            if !has_happened {
                // The cause is gone, and the next try works.
                scenario.prepare(&mut client);
                let again = scenario.request(&client);
                assert!(Scenario::is_confirmed(again.as_ref()), "{at}: {again:?}");
            }
            program.stop();
            Scenario::assert_tidy(storage.path(), &at);
            reset(template.path(), storage.path());
            program = Program::start(storage.path());
            client.address = program.address();
            if !is_injected {
                // There are not that many.
                break;
            }
        }
    }
    eprintln!("{scenario:?}, {error}: failed {failed} times");
    assert!(failed > 0);
}

#[test]
fn a_media_file_that_cannot_be_read_is_told_and_is_there_afterwards() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.send_media(&[("a.jpg", Some(b"content"))]);
    let file = program.account_folder().join("media/a.jpg").canonicalize().unwrap();
    let lines = program.line_count();
    let when = Some("read:error=EIO");
    let Some(strace) = Strace::attach_to(&program, "read", when, Some(&file)) else { return };
    client.download_files(&["a.jpg"]).refused(500);
    assert!(strace.detach().iter().any(Call::is_injected));
    program.wait_for_line(lines, &[" WARN ", "downloadFiles", "Input/output error"]);
    let files = read_zip(&client.download_files(&["a.jpg"]).body);
    assert_eq!(files["a.jpg"], b"content");
    assert_eq!(client.media_changes(0).ok()["data"].as_array().unwrap().len(), 1);
}

#[test]
fn media_whose_log_cannot_be_written_are_told_and_come_whole_with_the_next_try() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.send_media(&[("a.jpg", Some(b"content"))]);
    let log = program.account_folder().join("media.redo-1").canonicalize().unwrap();
    let zip = upload_zip(&[("a.jpg", Some(b"other")), ("b.jpg", Some(b"new"))]);
    for error in ["EIO", "ENOSPC"] {
        let lines = program.line_count();
        let when = format!("write:error={error}");
        let Some(strace) = Strace::attach_to(&program, "write", Some(&when), Some(&log)) else {
            return;
        };
        client.upload_changes(&zip).refused(500);
        assert!(strace.detach().iter().any(Call::is_injected));
        program.wait_for_line(lines, &[" WARN ", "uploadChanges", "media.redo-1"]);
        let files = read_zip(&client.download_files(&["a.jpg"]).body);
        assert_eq!(files["a.jpg"], b"content");
        assert_eq!(client.media_begin().ok()["data"]["usn"], 1);
    }
    assert_eq!(client.upload_changes(&zip).ok()["data"], json!([2, 3]));
    program.stop();
    Scenario::assert_tidy(storage.path(), "afterwards");
}

/// Whether a flush of what the request changed failed before the answer. SQLite lets that
/// of a folder pass, in which it has made a log.
fn is_a_lost_flush(calls: &[Call], scenario: Scenario) -> bool {
    let changed = match scenario {
        Scenario::LogIn => "/server.db-wal>".to_owned(),
        _ => format!("/{NAME}/"),
    };
    let mut before_the_answer = calls.iter().take_while(|call| !call.is(SEND, "TCP:"));
    before_the_answer.any(|call| call.is_injected() && call.is(FLUSH, &changed))
}

/// The log names the file or what SQLite said of it.
#[track_caller]
fn assert_told(program: &Program, lines: usize, at: &str) {
    let line = program.wait_for_line(lines, &[" WARN ", "failed"]);
    let is_plain = [
        "cannot access /",
        "disk I/O error",
        "disk is full",
        "unable to open database file",
        "readonly database",
        "malformed",
        "list of accounts cannot",
    ];
    assert!(is_plain.iter().any(|words| line.contains(words)), "{at}: {line}");
}

fn reset(from: &std::path::Path, to: &std::path::Path) {
    std::fs::remove_dir_all(to).unwrap();
    std::fs::create_dir(to).unwrap();
    copy(from, to);
}
