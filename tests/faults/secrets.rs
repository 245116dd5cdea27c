//! Passwords and keys are nowhere but where they have to be.

use std::io::Write;
use std::path::Path;

use serde_json::json;
use sync_tests::{PASSWORD, Socket, seed, template};

use crate::program::{self, Program};

/// A word that no other text holds, to be looked for in place of a key that the
/// server turns down.
const WRONG_KEY: &str = "wrongkey5f1c2b7a90d34e68";
const WRONG_PASSWORD: &str = "wrong-password-Zq81";
const SESSION: &str = "session-Xw27kPq";

/// Everything that a device can do with its secrets, rightly and wrongly.
fn use_secrets(program: &Program) -> (Vec<String>, Vec<u8>) {
    let mut bodies = Vec::new();
    let mut secrets = vec![PASSWORD, WRONG_PASSWORD, WRONG_KEY, SESSION]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let mut client = program.client();
    secrets.push(client.host_key.clone());
    client.session_key = SESSION.into();
    bodies.extend(client.log_in(sync_tests::NAME, WRONG_PASSWORD).body);
    bodies.extend(client.upload(&template(seed)).body);
    let mut old = client.old();
    old.session_key = SESSION.into();
    for framed in [client.clone(), old] {
        bodies.extend(framed.meta().body);
        bodies.extend(framed.start(0).body);
        bodies.extend(framed.json("sync/start", &json!({"minUsn": PASSWORD})).body);
        bodies.extend(framed.json("sync/applyChunk", &json!({ "chunk": SESSION })).body);
        bodies.extend(framed.json("sync/finish", &json!({})).body);
        bodies.extend(framed.json(&format!("sync/{}", framed.host_key), &json!({})).body);
        bodies.extend(framed.media_changes(0).body);
        bodies.extend(framed.download_files(&[SESSION]).body);
        bodies.extend(framed.upload_changes(WRONG_PASSWORD.as_bytes()).body);
        let mut wrong = framed.clone();
        wrong.host_key = WRONG_KEY.into();
        bodies.extend(wrong.meta().body);
        bodies.extend(wrong.download().body);
        // A login whose JSON is broken right behind the password.
        let broken = format!("{{\"u\":\"anna\",\"p\":\"{WRONG_PASSWORD}\"");
        bodies.extend(framed.post("sync/hostKey", broken.as_bytes()).body);
        bodies.extend(framed.plain("GET", &format!("msync/begin?k={WRONG_KEY}&v=x")).body);
        bodies.extend(framed.plain("GET", &format!("msync/begin?k={}", client.host_key)).body);
    }
    // Requests that are no HTTP behind the secret.
    for line in [
        format!("POST /sync/meta?k={WRONG_KEY} HTTP/1.1\r\nanki-sync: {WRONG_KEY}\r\n\r\n"),
        format!("POST /sync/meta HTTP/9\r\nanki-sync: {WRONG_KEY}\r\n\r\n"),
    ] {
        let mut socket = Socket::open(program.address());
        socket.bytes(line.as_bytes());
        socket.hang_up();
    }
    (secrets, bodies)
}

#[test]
fn no_secret_is_in_the_log_in_an_error_or_in_any_file() {
    let storage = program::storage();
    let program = Program::start(storage.path());
    let (secrets, bodies) = use_secrets(&program);
    let users = program::command(storage.path(), &["user", "list", "--json"]);
    let devices = program::command(storage.path(), &["user", "devices", sync_tests::NAME]);
    let check = program::command(storage.path(), &["check", "--json"]);
    let mut said = Vec::new();
    said.extend(users.stdout.iter().chain(&devices.stdout).chain(&check.stdout));
    said.extend(users.stderr.iter().chain(&devices.stderr).chain(&check.stderr));
    // What is in the write-ahead logs now, and what the files hold afterwards.
    assert_not_in_files(storage.path(), &secrets);
    let log = program.stop();
    assert!(log.contains("answered a request"), "the log is that of debugging");
    assert!(log.contains("has stopped"), "the log is whole");
    said.extend(log.into_bytes());
    for secret in &secrets {
        assert!(!contains(&said, secret), "{secret} is told");
        // The media `begin` of old clients gives the key back to who has it.
        assert!(!contains(&bodies, secret), "{secret} is in an answer");
    }
    assert_not_in_files(storage.path(), &secrets);
}

/// The token for commands is the one secret in a file, for its owner alone.
#[test]
fn only_the_owner_can_read_what_is_secret() {
    use std::os::unix::fs::PermissionsExt;
    let storage = program::storage();
    let program = Program::start(storage.path());
    program.client();
    for name in ["server.db", "server.db-wal", "server.control"] {
        let metadata = std::fs::metadata(storage.path().join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o077, 0, "{name}");
    }
}

#[test]
fn a_secret_would_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("file")).unwrap();
    file.write_all(format!("x{SESSION}x").as_bytes()).unwrap();
    let found = std::panic::catch_unwind(|| {
        assert_not_in_files(folder.path(), &[SESSION.to_owned()]);
    });
    assert!(found.is_err());
}

#[track_caller]
fn assert_not_in_files(folder: &Path, secrets: &[String]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_not_in_files(&path, secrets);
        } else {
            let content = std::fs::read(&path).unwrap();
            for secret in secrets {
                assert!(!contains(&content, secret), "{secret} is in {}", path.display());
            }
        }
    }
}

fn contains(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}
