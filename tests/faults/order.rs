//! What is confirmed is on the disk: content before name, name before folder,
//! folder before answer. A kill cannot tell, since the system writes on.

use serde_json::json;
use sync_tests::{NAME, SEED_USN, card, seed, template, upload_zip};

use crate::program::{self, Program};
use crate::scenarios::NOISE;
use crate::strace::{CALLS, Call, FLUSH, SEND, Strace};

const WRITE: &[&str] = &["write", "pwrite64", "writev", "copy_file_range", "sendfile", "ftruncate"];
const RENAME: &[&str] = &["rename", "renameat", "renameat2"];
const LINK: &[&str] = &["link", "linkat"];
const MAKE: &[&str] = &["mkdir", "mkdirat"];

/// The calls of one request.
fn record(program: &Program, request: impl FnOnce()) -> Option<Vec<Call>> {
    let strace = Strace::attach(program, CALLS, None)?;
    request();
    Some(strace.detach())
}

/// Fails unless calls of these kinds follow one another; others may be in between. That
/// nothing is written after a flush is for the functions below.
#[track_caller]
fn assert_order(calls: &[Call], steps: &[(&str, &[&str], &str)]) {
    let shown = || calls.iter().map(|c| format!("{}({}", c.name, c.text)).collect::<Vec<_>>();
    let mut after = 0;
    for (what, names, about) in steps {
        let found = calls[after..].iter().position(|call| call.is(names, about));
        let found = found.unwrap_or_else(|| panic!("no {what} in time:\n{}", shown().join("\n")));
        after += found + 1;
    }
}

/// Fails unless what was written to a file last is flushed before the answer.
#[track_caller]
fn assert_flushed_before_the_answer(calls: &[Call], file: &str) {
    assert_flushed_before(calls, file, (SEND, "TCP:"));
}

/// Fails unless what was written to a file last before a step is flushed before it.
#[track_caller]
fn assert_flushed_before(calls: &[Call], file: &str, step: (&[&str], &str)) {
    let step = calls.iter().position(|call| call.is(step.0, step.1)).expect("the step");
    let written = calls[..step].iter().rposition(|call| call.is(WRITE, file)).expect("a write");
    let flushed = calls[written..step].iter().any(|call| call.is(FLUSH, file));
    assert!(flushed, "{file} is not flushed: {:#?}", &calls[written..step]);
}

/// Fails when anything of this kind comes after that.
#[track_caller]
fn assert_none_after(calls: &[Call], names: &[&str], about: &str, end: (&[&str], &str)) {
    let end = calls.iter().position(|call| call.is(end.0, end.1)).expect("the end");
    let late = calls[end..].iter().find(|call| call.is(names, about));
    assert_eq!(late, None);
}

#[test]
fn an_upload_is_flushed_then_renamed_then_its_folder_flushed_then_answered() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.upload(&template(seed)).text();
    let folder = format!("/{NAME}>");
    let upload = || {
        client.upload(&template(seed)).text();
    };
    let Some(calls) = record(&program, upload) else { return };
    assert_order(
        &calls,
        &[
            ("content", WRITE, ".transfer-"),
            ("flush of the content", FLUSH, ".transfer-"),
            ("second name of the old file", LINK, "/replaced/"),
            ("flush of the second name", FLUSH, "/replaced>"),
            ("rename", RENAME, "/collection.anki2\""),
            ("flush of the folder", FLUSH, &folder),
            ("answer", SEND, "TCP:"),
        ],
    );
    let rename = (RENAME, "/collection.anki2\"");
    assert_flushed_before(&calls, ".transfer-", rename);
    assert_none_after(&calls, WRITE, ".transfer-", rename);
}

#[test]
fn the_first_upload_of_an_account_makes_its_folder_last() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    let upload = || {
        client.upload(&template(seed)).text();
    };
    let Some(calls) = record(&program, upload) else { return };
    let base = format!("<{}>", storage.path().canonicalize().unwrap().display());
    assert_order(
        &calls,
        &[
            ("folder", MAKE, NAME),
            ("flush of the storage folder", FLUSH, &base),
            ("answer", SEND, "TCP:"),
        ],
    );
}

#[test]
fn media_are_logged_then_committed_then_renamed_then_answered() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.send_media(&[("a.jpg", Some(b"old")), ("b.jpg", Some(b"bye"))]);
    // The third is too large for the log, and is flushed itself.
    let zip = upload_zip(&[("a.jpg", Some(b"new")), ("b.jpg", None), ("c.jpg", Some(&NOISE))]);
    let upload = || {
        client.upload_changes(&zip).ok();
    };
    let Some(calls) = record(&program, upload) else { return };
    let commit = ("flush of the rows", FLUSH, "/media.db-wal>");
    assert_order(
        &calls,
        &[
            ("large content", WRITE, ".part>"),
            ("its flush", FLUSH, ".part>"),
            ("flush of its name", FLUSH, "/media>"),
            commit,
        ],
    );
    assert_order(
        &calls,
        &[
            ("log", WRITE, "/media.redo-1>"),
            ("flush of the log", FLUSH, "/media.redo-1>"),
            ("rows", WRITE, "/media.db-wal>"),
            commit,
            ("rename", RENAME, "/a.jpg\""),
            ("removal", &["unlink", "unlinkat"], "/b.jpg\""),
            ("rename", RENAME, "/c.jpg\""),
            ("answer", SEND, "TCP:"),
        ],
    );
    let flushed = calls.iter().filter(|call| call.is(FLUSH, ".part>")).count();
    assert_eq!(flushed, 1, "small contents are flushed with the log");
    assert_none_after(&calls, WRITE, ".part>", (RENAME, ".jpg\""));
    assert_flushed_before(&calls, "/media.redo-1>", (WRITE, "/media.db-wal>"));
    assert_flushed_before_the_answer(&calls, "/media.db-wal>");
}

#[test]
fn small_media_are_flushed_before_their_log_goes() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.send_media(&[("a.jpg", Some(b"a")), ("b.jpg", Some(b"b"))]);
    let Some(strace) = Strace::attach(&program, CALLS, None) else { return };
    program.stop();
    let calls = strace.detach();
    for file in ["/media/a.jpg>", "/media/b.jpg>"] {
        let removal = ("removal of the log", ["unlink", "unlinkat"].as_slice(), "media.redo-1");
        assert_order(
            &calls,
            &[("flush", FLUSH, file), ("flush of the folder", FLUSH, "/media>"), removal],
        );
    }
}

#[test]
fn a_sync_is_committed_before_its_end_is_answered() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.upload(&template(seed)).text();
    client.start_newer(SEED_USN).ok();
    client.apply_chunk(&json!({"cards": [card(1)]})).ok();
    let finish = || {
        client.finish().ok();
    };
    let Some(calls) = record(&program, finish) else { return };
    assert_flushed_before_the_answer(&calls, "/collection.anki2-wal>");
}

#[test]
fn the_copy_that_a_download_sends_stays_in_memory() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let client = program.client();
    client.upload(&template(seed)).text();
    let download = || {
        assert_eq!(client.download().status, 200);
    };
    let Some(calls) = record(&program, download) else { return };
    assert_order(&calls, &[("copy", WRITE, ".transfer-"), ("answer", SEND, "TCP:")]);
    // Either makes ext4 write the whole copy, and everybody's next flush wait for it.
    let flushes = |call: &&Call| call.is(FLUSH, ".transfer-");
    let truncates =
        |call: &&Call| call.is(&["openat"], ".transfer-") && call.text.contains("O_TRUNC");
    assert_eq!(calls.iter().find(flushes), None);
    assert_eq!(calls.iter().find(truncates), None);
}

#[test]
fn a_device_key_is_on_the_disk_before_the_device_gets_it() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let log_in = || {
        program.client();
    };
    let Some(calls) = record(&program, log_in) else { return };
    assert_flushed_before_the_answer(&calls, "/server.db-wal>");
}
