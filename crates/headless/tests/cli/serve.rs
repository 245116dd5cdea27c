//! Starting, stopping and what the server says.

use std::net::TcpListener;

use tempfile::tempdir;

use crate::support::{OFFICIAL_KEY_OF_ANNA, Running, finish, program, run, run_with_input};

#[test]
fn sigterm_and_ctrl_c_stop_the_server_with_exit_code_0() {
    for signal in ["-TERM", "-INT"] {
        let base = tempdir().unwrap();
        let said = Running::start(base.path()).end_with(signal);
        assert_eq!(said.status.code(), Some(0), "{signal}: {}", said.err);
        assert!(!base.path().join("server.control").exists());
        Running::start(base.path());
    }
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_with_a_sentence() {
    let base = tempdir().unwrap();
    let first = Running::start(base.path());
    let second = finish(program(base.path()).env("SYNC_PORT", "0"), "");
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(
        second.err,
        format!(
            "anki-sync-server (process {}, at http://127.0.0.1:{}/) is already using the folder \
             {}. Stop it first, or choose another folder with --base or SYNC_BASE.\n",
            first.process(),
            first.port(),
            base.path().display()
        )
    );
}

#[test]
fn a_port_in_use_is_refused_with_a_sentence() {
    let base = tempdir().unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let said = run(base.path(), &["--host", "127.0.0.1", "--port", &port]);
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(
        said.err,
        format!(
            "Port {port} is in use by another program. Choose another port with --port or \
             SYNC_PORT.\n"
        )
    );
}

#[test]
fn ankis_own_folder_is_refused_by_the_server_and_by_commands() {
    let base = tempdir().unwrap();
    std::fs::write(base.path().join("prefs21.db"), "").unwrap();
    for words in [["serve"].as_slice(), &["user", "list"]] {
        let said = run(base.path(), words);
        assert_eq!(said.status.code(), Some(1));
        assert!(said.err.contains("Anki's own data folder"), "{}", said.err);
    }
    assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 1, "nothing was written");
}

#[test]
fn a_log_that_nobody_reads_does_not_end_the_server() {
    let base = tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = program(base.path());
    command.env("RUST_LOG", "debug");
    let running = Running::start_with_log(&mut command, writer.into());
    assert_eq!(running.status_of_meta("nonsense"), 403);
    assert_eq!(running.end_with("-TERM").status.code(), Some(0));
}

#[test]
fn the_greeting_tells_how_to_add_the_first_account() {
    let base = tempdir().unwrap();
    std::fs::create_dir(base.path().join("oma")).unwrap();
    std::fs::write(base.path().join("oma/collection.anki2"), "").unwrap();
    let said = Running::start(base.path()).end_with("-TERM");
    let command = format!("anki-sync-server --base '{}' user add oma", base.path().display());
    assert!(said.out.contains(&command), "{}", said.out);
    assert!(said.out.contains("data without an account: oma"), "{}", said.out);
}

#[test]
fn flags_win_over_the_environment() {
    let base = tempdir().unwrap();
    let other = tempdir().unwrap();
    let mut command = program(other.path());
    command.args(["--base", base.path().to_str().unwrap()]);
    let running = Running::start_command(&mut command);
    assert!(base.path().join("server.db").is_file());
    assert!(!other.path().join("server.db").exists());
    drop(running);
}

/// The program with a home in which Anki Sync Tray uses a storage folder.
#[cfg(target_os = "linux")]
fn with_tray_settings(home: &std::path::Path, storage: &std::path::Path) -> std::process::Command {
    with_settings(home, &serde_json::json!({ "version": 1, "storage": storage }))
}

#[cfg(target_os = "linux")]
fn with_settings(home: &std::path::Path, settings: &serde_json::Value) -> std::process::Command {
    let folder = home.join(".config/anki-sync-tray");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("settings.json"), settings.to_string()).unwrap();
    let mut command = program(home);
    command.env_remove("SYNC_BASE").env_remove("XDG_CONFIG_HOME").env("HOME", home);
    command
}

#[test]
#[cfg(target_os = "linux")]
fn the_storage_folder_of_the_tray_app_counts_unless_another_is_named() {
    let (home, storage, named) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let running = Running::start_command(&mut with_tray_settings(home.path(), storage.path()));
    assert!(storage.path().join("server.db").is_file());
    assert!(running.end_with("-TERM").out.contains("\n  anki-sync-server user add NAME\n"));
    let mut command = with_tray_settings(home.path(), storage.path());
    drop(Running::start_command(command.env("SYNC_BASE", named.path())));
    assert!(named.path().join("server.db").is_file());
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_of_the_tray_app_that_is_gone_is_not_replaced() {
    let home = tempdir().unwrap();
    let storage = home.path().join("drive/cards");
    let said = finish(&mut with_tray_settings(home.path(), &storage), "");
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.contains("Connect the drive"), "{}", said.err);
    assert!(!storage.exists());
}

#[test]
#[cfg(target_os = "linux")]
fn the_empty_mount_point_of_a_drive_that_is_gone_is_not_served() {
    let (home, storage) = (tempdir().unwrap(), tempdir().unwrap());
    let settings =
        serde_json::json!({ "version": 1, "storage": storage.path(), "is_set_up": true });
    let said = finish(&mut with_settings(home.path(), &settings), "");
    assert!(said.err.contains("Connect the drive"), "{}", said.err);
    assert_eq!(std::fs::read_dir(storage.path()).unwrap().count(), 0);
    // Once it is plugged in.
    drop(Running::start(storage.path()));
    drop(Running::start_command(&mut with_settings(home.path(), &settings)));
}

#[test]
fn accounts_of_the_environment_log_in_and_their_official_keys_work() {
    let base = tempdir().unwrap();
    let mut command = program(base.path());
    command.env("SYNC_USER1", "anna:se:cret").env("SYNC_USER3", "after:gap");
    let running = Running::start_command(&mut command);
    assert_eq!(running.status_of_meta(OFFICIAL_KEY_OF_ANNA), 200);
    let key = running.key_of("anna", "se:cret");
    assert_eq!(running.status_of_meta(&key), 200);
    assert_eq!(running.log_in("after", "gap").0, 403);
    assert_eq!(running.status_of_meta("nonsense"), 403);
}

#[test]
fn hashed_passwords_of_the_environment_work() {
    let base = tempdir().unwrap();
    let hash = run_with_input(base.path(), &["hash-password"], "secret\n").out;
    let mut command = program(base.path());
    command.env("PASSWORDS_HASHED", "1").env("SYNC_USER1", format!("anna:{}", hash.trim_end()));
    let running = Running::start_command(&mut command);
    running.key_of("anna", "secret");
    assert_eq!(running.log_in("anna", hash.trim_end()).0, 403);
}

#[test]
fn an_unusable_variable_is_refused_without_showing_its_value() {
    let base = tempdir().unwrap();
    let said = finish(program(base.path()).env("SYNC_USER1", "no-colon-secret"), "");
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(
        said.err,
        "SYNC_USER1 must have the form name:password. Change the variable and start again.\n"
    );
}

#[test]
fn nothing_secret_is_logged_even_at_the_highest_level() {
    for format in ["text", "json"] {
        let base = tempdir().unwrap();
        let mut command = program(base.path());
        command
            .args(["--log-format", format])
            .env("RUST_LOG", "trace")
            .env("SYNC_USER1", "anna:se:cret");
        let running = Running::start_command(&mut command);
        let added = run_with_input(base.path(), &["user", "add", "bert"], "bert-secret\n");
        assert!(added.status.success(), "{}", added.err);
        let key = running.key_of("bert", "bert-secret");
        running.status_of_meta(&key);
        running.status_of_meta(OFFICIAL_KEY_OF_ANNA);
        running.log_in("bert", "wrong-guess");
        let log = running.end_with("-TERM").err;
        for secret in
            ["se:cret", "bert-secret", "wrong-guess", &key, OFFICIAL_KEY_OF_ANNA, "$argon2"]
        {
            assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
        }
        assert!(log.contains("hostKey"), "requests are logged at debug:\n{log}");
    }
}

#[test]
fn json_logs_are_one_object_a_line() {
    let base = tempdir().unwrap();
    let mut command = program(base.path());
    command.args(["serve", "--log-format", "json"]).env("RUST_LOG", "anki=info");
    let log = Running::start_command(&mut command).end_with("-TERM").err;
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["level"] == "INFO"), "{log}");
}

#[test]
fn healthcheck_tells_a_running_server_from_none() {
    let base = tempdir().unwrap();
    let running = Running::start(base.path());
    let port = running.port();
    assert!(run(base.path(), &["healthcheck", "--port", &port]).status.success());
    running.end_with("-TERM");
    let said = run(base.path(), &["healthcheck", "--port", &port]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.contains("Is it running?"), "{}", said.err);
}

#[test]
fn completions_and_help_are_printed() {
    let base = tempdir().unwrap();
    assert!(run(base.path(), &["completions", "bash"]).out.contains("anki-sync-server"));
    let help = run(base.path(), &["--help"]).out;
    for word in ["SYNC_USER1", "PASSWORDS_HASHED", "MAX_SYNC_PAYLOAD_MEGS", "user add anna"] {
        assert!(help.contains(word), "{word} is not in the help");
    }
    assert!(!base.path().join("server.db").exists());
}
