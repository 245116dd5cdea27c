//! A disk that fails in single calls: the client is told that it is the server's
//! fault, the log says which file, nothing is half done, and the next try works.

use sync_tests::Client;

use crate::kill_points::copy;
use crate::program::{self, Program};
use crate::scenarios::Scenario;
use crate::strace::Strace;

const CALLS: [&str; 6] = ["fsync", "fdatasync", "rename", "unlink", "pwrite64", "ftruncate"];
const TURNS: [u32; 7] = [1, 2, 3, 4, 5, 8, 13];

#[test]
fn an_error_at_any_call_is_told_and_leaves_nothing_half_done() {
    for scenario in Scenario::ALL {
        sweep(scenario, "EIO");
    }
}

#[test]
fn a_disk_that_is_full_at_any_call_is_told_and_leaves_nothing_half_done() {
    sweep(Scenario::Media, "ENOSPC");
    sweep(Scenario::Finish, "ENOSPC");
}

fn sweep(scenario: Scenario, error: &str) {
    let (template, key) = Scenario::storage();
    let storage = program::storage();
    copy(template.path(), storage.path());
    let mut program = Program::start(storage.path());
    let mut client = Client::new(program.address());
    client.host_key = key;
    let mut failed = 0;
    for calls in CALLS {
        for turn in TURNS {
            let at = format!("{scenario:?}, {calls} {turn} {error}");
            scenario.prepare(&mut client);
            let lines = program.line_count();
            let when = format!("{calls}:error={error}:when={turn}");
            let Some(strace) = Strace::attach(&program, calls, Some(&when)) else { return };
            let answer = scenario.request(&client).unwrap_or_else(|| panic!("{at}: an answer"));
            let calls_made = strace.detach();
            let is_injected = calls_made.iter().any(crate::strace::Call::is_injected);
            let has_happened = scenario.has_happened(&client, Some(&answer), &at);
            match answer.status {
                200 => assert!(has_happened, "{at}: it was confirmed"),
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

/// The log names the file or what SQLite said of it.
#[track_caller]
fn assert_told(program: &Program, lines: usize, at: &str) {
    let line = program.wait_for_line(lines, &[" WARN ", "failed"]);
    let is_plain = ["cannot access /", "disk I/O error", "disk is full", "list of accounts cannot"];
    assert!(is_plain.iter().any(|words| line.contains(words)), "{at}: {line}");
}

fn reset(from: &std::path::Path, to: &std::path::Path) {
    std::fs::remove_dir_all(to).unwrap();
    std::fs::create_dir(to).unwrap();
    copy(from, to);
}
