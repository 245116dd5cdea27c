//! Changes of accounts, as commands make them on a running server.

use std::io::{Seek, Write};
use std::process::Stdio;

use sync_tests::{seed, template};

use crate::program::{self, Program};
use crate::strace::{CALLS, Strace};

pub const PASSWORD: &str = "olive-kettle-5820";

/// What a person types.
pub fn password() -> Stdio {
    let mut file = tempfile::tempfile().unwrap();
    writeln!(file, "{PASSWORD}").unwrap();
    file.rewind().unwrap();
    Stdio::from(file)
}

#[test]
fn an_account_that_a_command_adds_is_on_the_disk_before_the_command_says_so() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let Some(strace) = Strace::attach(&program, CALLS, None) else { return };
    let words = ["user", "add", "ben", "--password-stdin"];
    let added = program::command_with_input(storage.path(), &words, password());
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let calls = strace.detach();
    let flushed = calls.iter().position(|c| c.is(&["fdatasync", "fsync"], "/server.db-wal>"));
    let told = calls.iter().rposition(|c| c.is(&["sendto", "write"], "TCP:"));
    assert!(flushed.unwrap() < told.unwrap(), "{calls:?}");
}

#[test]
fn a_renamed_account_has_its_folder_renamed_durably_before_the_command_says_so() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let words = ["user", "add", "ben", "--password-stdin"];
    assert!(program::command_with_input(storage.path(), &words, password()).status.success());
    let mut ben = sync_tests::Client::new(program.address());
    let answer = ben.log_in("ben", PASSWORD).ok();
    ben.host_key = answer["key"].as_str().unwrap().to_owned();
    ben.upload(&template(seed)).text();
    let Some(strace) = Strace::attach(&program, CALLS, None) else { return };
    let renamed = program::command(storage.path(), &["user", "rename", "ben", "benno"]);
    assert!(renamed.status.success(), "{}", String::from_utf8_lossy(&renamed.stderr));
    let calls = strace.detach();
    let base = format!("<{}>", storage.path().canonicalize().unwrap().display());
    let renamed = calls.iter().position(|c| c.is(&["rename"], "/benno\"")).unwrap();
    let after = &calls[renamed..];
    let flushed = after.iter().position(|c| c.is(&["fsync"], &base)).unwrap();
    let told = after.iter().rposition(|c| c.is(&["sendto", "write"], "TCP:")).unwrap();
    assert!(flushed < told, "{after:?}");
}
