//! Whole disks and folders that are not what they should be, and files that
//! somebody else holds. When the cause is gone, the next try works.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use sync_tests::disks::{ReadOnly, SmallDisk, skip};
use sync_tests::{Client, Collection, NAME, SEED_USN, card, note, seed, template};

use crate::accounts::password;
use crate::program::{self, Program};
use crate::scenarios::{NOISE, Scenario};

/// What a device does that changes something, by name.
fn requests(client: &mut Client) -> Vec<(&'static str, u16, String)> {
    let mut statuses = Vec::new();
    let mut tell = |name, answer: sync_tests::Answer| {
        statuses.push((name, answer.status, String::from_utf8_lossy(&answer.body).into_owned()));
    };
    tell("upload", client.upload(&large_collection()));
    tell("media", client.upload_changes(&sync_tests::upload_zip(&[("new.jpg", Some(&NOISE))])));
    tell("download", client.download());
    client.new_session();
    tell("start", client.start_newer(SEED_USN));
    let rows = json!({"cards": [card(1)], "notes": [note(1)]});
    tell("applyChunk", client.apply_chunk(&rows));
    tell("finish", client.finish());
    statuses
}

fn large_collection() -> Vec<u8> {
    template(|collection| {
        seed(collection);
        collection.add_note(9, 1000, 0);
        collection.add_card(9, 1000, 0);
        collection.batch("UPDATE notes SET flds = hex(randomblob(400000)) || char(31)");
    })
}

/// The same with all files closed, as they are after a while without a sync.
fn restarted(program: Program, storage: &Path, client: &mut Client) -> Program {
    program.stop();
    let program = Program::start(storage);
    client.address = program.address();
    program
}

/// The account as it was, with its one note.
#[track_caller]
fn assert_unchanged(client: &Client) {
    assert_eq!(client.meta().ok()["usn"], SEED_USN);
    assert_eq!(client.media_begin().ok()["data"]["usn"], 1);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_half_written() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let program = Program::start(disk.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    let words = ["user", "add", "ben", "--password-stdin"];
    assert!(program::command_with_input(disk.path(), &words, password()).status.success());
    let filler = disk.fill();
    let lines = program.line_count();
    for (name, status, body) in requests(&mut client) {
        let expected = match name {
            "upload" | "media" | "download" => 500,
            // A sync whose start failed is none.
            _ if status == 409 => 409,
            // The beginning of a sync may still fit into what SQLite has.
            "start" | "applyChunk" if status == 200 => 200,
            _ => 500,
        };
        assert_eq!((name, status), (name, expected), "{body}");
    }
    program.wait_for_line(lines, &["WARN", "No space left"]);
    program.wait_for_line(lines, &["a sync ended", "server_fault"]);
    // Each takes some room in the log of `server.db` until there is none.
    let disabled = |n: u32| {
        let what = if n.is_multiple_of(2) { "disable" } else { "enable" };
        program::command(disk.path(), &["user", what, "ben"])
    };
    let refused = (0..1000).map(disabled).find(|said| !said.status.success()).unwrap();
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("The list of accounts cannot be"), "{words}");
    assert!(words.contains("disk is full"), "{words}");
    std::fs::remove_file(filler).unwrap();
    assert_unchanged(&client);
    for (name, status, body) in requests(&mut client) {
        assert_eq!((name, status), (name, 200), "{body}");
    }
    program.stop();
    assert_eq!(program::problems(disk.path()), None);
}

#[test]
fn a_disk_that_media_fill_up_keeps_what_was_confirmed_and_nothing_else() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let program = Program::start(disk.path());
    let client = program.client();
    client.upload(&template(seed)).text();
    let filler = disk.path().join("filler");
    std::fs::write(&filler, vec![7; 3_000_000]).unwrap();
    let send = |name: String, content: &[u8]| {
        client.upload_changes(&sync_tests::upload_zip(&[(name.as_str(), Some(content))])).status
    };
    let mut confirmed = 0;
    // Small ones, which the log has too, and one that is too large for it.
    while send(format!("{confirmed}.jpg"), &NOISE[..100_000]) == 200 {
        confirmed += 1;
        assert!(confirmed < 80, "the disk is full by then");
    }
    // After a fault the files are opened anew, which gives back the room of the log.
    let large = vec![7; 4_000_000];
    assert_eq!(send("large.jpg".into(), &large), 500);
    let kept: Vec<String> = std::fs::read_dir(program.account_folder().join("media"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(kept.len(), confirmed, "{kept:?}");
    std::fs::remove_file(filler).unwrap();
    assert_eq!(send("large.jpg".into(), &large), 200);
    assert_eq!(client.media_begin().ok()["data"]["usn"], confirmed + 1);
    program.stop();
    assert_eq!(program::problems(disk.path()), None);
}

#[test]
fn room_that_the_log_has_no_use_for_yet_goes_to_the_files() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let program = Program::start(disk.path());
    let client = program.client();
    client.upload(&template(seed)).text();
    client.media_begin().ok();
    // Room for the file, its record and its row, and not for all of what a log takes
    // ahead of its records.
    let filler = std::fs::OpenOptions::new().write(true).open(disk.fill()).unwrap();
    filler.set_len(filler.metadata().unwrap().len() - 200_000).unwrap();
    client.send_media(&[("a.jpg", Some(&NOISE[..20_000]))]);
    let log = program.account_folder().join("media.redo-1");
    let size = log.metadata().unwrap().len();
    assert!((20_000..40_000).contains(&size), "{size}");
    program.stop();
    assert_eq!(program::problems(disk.path()), None);
}

#[test]
fn a_disk_that_is_read_only_from_the_start_is_told_and_works_when_it_is_well_again() {
    let Some(disk) = SmallDisk::mount(16) else { return };
    let program = Program::start(disk.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    program.stop();
    disk.remount("ro");
    // It cannot even start there, and says so in a sentence.
    let said = program::command(disk.path(), &["serve"]);
    assert!(!said.status.success());
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("server.lock") || said.contains("read-only"), "{said}");
    disk.remount("rw");
    let program = Program::start(disk.path());
    client.address = program.address();
    assert_unchanged(&client);
    for (name, status, body) in requests(&mut client) {
        assert_eq!((name, status), (name, 200), "{body}");
    }
}

#[test]
fn an_account_that_becomes_read_only_while_the_server_runs_is_told_and_works_afterwards() {
    let Some(disk) = SmallDisk::mount(16) else { return };
    let program = Program::start(disk.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    let program = restarted(program, disk.path(), &mut client);
    let read_only = ReadOnly::folder(program.account_folder());
    let lines = program.line_count();
    for (name, status, body) in requests(&mut client) {
        assert!(status == 500 || status == 409, "{name}: {status} {body}");
    }
    program.wait_for_line(lines, &["WARN", "ead-only"]);
    program.wait_for_line(lines, &["a sync ended", "server_fault"]);
    drop(read_only);
    assert_unchanged(&client);
    for (name, status, body) in requests(&mut client) {
        assert_eq!((name, status), (name, 200), "{body}");
    }
    program.stop();
    assert_eq!(program::problems(disk.path()), None);
}

#[test]
fn a_storage_folder_that_is_gone_is_not_made_again_behind_the_persons_back() {
    let base = program::storage();
    let storage = base.path().join("stick");
    let program = Program::start(&storage);
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    // The disk is pulled out: here it is moved away under the server's feet.
    let program = restarted(program, &storage, &mut client);
    let away = base.path().join("away");
    std::fs::rename(&storage, &away).unwrap();
    let lines = program.line_count();
    for (name, status, body) in requests(&mut client) {
        assert!(status == 500 || status == 409, "{name}: {status} {body}");
    }
    program.wait_for_line(lines, &["WARN", "cannot access", "stick"]);
    program.wait_for_line(lines, &["a sync ended", "server_fault"]);
    assert!(!storage.exists(), "an empty folder would look like an empty account");
    std::fs::rename(&away, &storage).unwrap();
    assert_unchanged(&client);
    for (name, status, body) in requests(&mut client) {
        assert_eq!((name, status), (name, 200), "{body}");
    }
    program.stop();
    assert_eq!(program::problems(&storage), None);
}

#[test]
fn a_collection_that_another_program_holds_is_told_and_works_when_it_lets_go() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    let program = restarted(program, storage.path(), &mut client);
    let account = program.account_folder();
    let held = Collection::open(&account.join("collection.anki2"));
    held.batch("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; UPDATE col SET dty = dty");
    let lines = program.line_count();
    client.new_session();
    client.start_newer(SEED_USN).refused(500);
    client.download().refused(500);
    program.wait_for_line(lines, &["WARN", "collection.anki2 is in use by another program"]);
    program.wait_for_line(lines, &["a sync ended", "server_fault"]);
    drop(held);
    assert_unchanged(&client);
    for (name, status, body) in requests(&mut client) {
        assert_eq!((name, status), (name, 200), "{body}");
    }
    program.stop();
    assert_eq!(program::problems(storage.path()), None);
}

#[test]
fn media_that_another_program_holds_are_told_and_work_when_it_lets_go() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    let program = restarted(program, storage.path(), &mut client);
    let held = Collection::open(&program.account_folder().join("media.db"));
    held.batch("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE");
    let lines = program.line_count();
    client.media_begin().refused(500);
    client.upload_changes(&sync_tests::upload_zip(&[("b.jpg", Some(b"b"))])).refused(500);
    program.wait_for_line(lines, &["WARN", "media.db is in use by another program"]);
    // Cards do not wait for it.
    client.send_chunk(SEED_USN, json!({"cards": [card(1)], "notes": [note(1)]}));
    drop(held);
    client.send_media(&[("b.jpg", Some(b"b"))]);
    program.stop();
    Scenario::assert_tidy(storage.path(), "afterwards");
}

#[test]
fn a_lost_permission_is_told_and_works_when_it_is_back() {
    // Root may do everything, so the server becomes somebody else.
    let base = program::storage();
    std::fs::set_permissions(base.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let program_file = base.path().join("anki-sync-server");
    std::fs::copy(program::built(), &program_file).unwrap();
    let storage = base.path().join("storage");
    std::fs::create_dir(&storage).unwrap();
    let chown = Command::new("chown").arg("65534").arg(&storage).status();
    if !chown.is_ok_and(|status| status.success()) {
        skip("only root can start a program as somebody else");
        return;
    }
    let nobody = ["setpriv", "--reuid", "65534", "--clear-groups"];
    let program = Program::start_through(&nobody, &program_file, &storage);
    let mut client = program.client();
    client.upload(&template(seed)).text();
    client.send_media(&[("a.jpg", Some(b"a"))]);
    program.stop();
    let program = Program::start_through(&nobody, &program_file, &storage);
    client.address = program.address();
    let set = |mode| {
        let account = storage.join(NAME);
        std::fs::set_permissions(account, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o000);
    let lines = program.line_count();
    for (name, status, body) in requests(&mut client) {
        assert!(status == 500 || status == 409, "{name}: {status} {body}");
    }
    program.wait_for_line(lines, &["WARN", "cannot access", "ermission denied"]);
    program.wait_for_line(lines, &["a sync ended", "server_fault"]);
    set(0o755);
    assert_unchanged(&client);
    for (name, status, body) in requests(&mut client) {
        assert_eq!((name, status), (name, 200), "{body}");
    }
}
