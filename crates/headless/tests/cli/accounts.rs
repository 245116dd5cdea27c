//! `user …`, with and without a running server.

use std::process::Command;

use tempfile::tempdir;

use crate::support::{Running, finish, program, run, run_with_input};

#[test]
fn a_user_added_to_a_running_server_can_log_in_at_once() {
    let base = tempdir().unwrap();
    let running = Running::start(base.path());
    assert_eq!(running.log_in("anna", "secret").0, 403);
    let said = run_with_input(base.path(), &["user", "add", "anna"], "secret\n");
    assert_eq!((said.out.as_str(), said.err.as_str()), ("Added the account anna.\n", ""));
    let key = running.key_of("anna", "secret");
    assert_eq!(running.status_of_meta(&key), 200);
}

#[test]
fn changes_on_a_running_server_act_at_once() {
    let base = tempdir().unwrap();
    let running = Running::start(base.path());
    run_with_input(base.path(), &["user", "add", "anna"], "secret");
    let key = running.key_of("anna", "secret");

    assert!(run(base.path(), &["user", "disable", "anna"]).status.success());
    assert_eq!(running.status_of_meta(&key), 403);
    assert!(run(base.path(), &["user", "enable", "anna"]).status.success());
    assert_eq!(running.status_of_meta(&key), 200);

    assert_eq!(
        run(base.path(), &["user", "rename", "anna", "Anne"]).out,
        "Renamed anna to Anne.\n"
    );
    assert_eq!(running.status_of_meta(&key), 200);
    assert!(base.path().join("Anne").is_dir());

    let words = ["user", "passwd", "Anne", "--keep-devices"];
    assert!(run_with_input(base.path(), &words, "new").status.success());
    assert_eq!(running.status_of_meta(&key), 200);
    assert!(run_with_input(base.path(), &["user", "passwd", "Anne"], "newer").status.success());
    assert_eq!(running.status_of_meta(&key), 403);

    let key = running.key_of("Anne", "newer");
    let said = run(base.path(), &["user", "remove", "Anne"]);
    assert!(said.out.starts_with("Removed Anne. Its data is kept in "), "{}", said.out);
    assert_eq!(running.status_of_meta(&key), 403);
    assert!(!base.path().join("Anne").exists());
}

#[test]
fn devices_are_listed_and_signed_out() {
    let base = tempdir().unwrap();
    let running = Running::start(base.path());
    run_with_input(base.path(), &["user", "add", "anna"], "secret");
    let (one, other) = (running.key_of("anna", "secret"), running.key_of("anna", "secret"));
    let listed = run(base.path(), &["user", "devices", "anna", "--json"]).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    // The newest is the first of the list.
    let id = listed[0]["id"].to_string();
    let said = run(base.path(), &["user", "sign-out", "anna", &id]);
    assert_eq!(said.out, "Signed 1 device of anna out.\n");
    assert_eq!(running.status_of_meta(&other), 403);
    assert_eq!(running.status_of_meta(&one), 200);
    let said = run(base.path(), &["user", "sign-out", "anna", "--all"]);
    assert_eq!(said.out, "Signed 1 device of anna out.\n");
    assert_eq!(running.status_of_meta(&one), 403);
}

#[test]
fn without_a_server_the_same_commands_work_on_the_folder() {
    let base = tempdir().unwrap();
    let folder = base.path().join("new");
    let said = run_with_input(&folder, &["user", "add", "Größe"], "secret\n");
    assert_eq!(said.out, "Added the account Größe.\n");
    let said = run_with_input(&folder, &["user", "add", "GRÖSSE"], "secret\n");
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(said.err, "There is already an account named Größe. Choose another name.\n");
    let listed = run(&folder, &["user", "list", "--json"]).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["name"], "Größe");
    Running::start(&folder).key_of("größe", "secret");
}

#[test]
fn a_killed_server_does_not_stand_in_the_way() {
    let base = tempdir().unwrap();
    Running::start(base.path()).end_with("-KILL");
    assert!(base.path().join("server.control").exists());
    let said = run_with_input(base.path(), &["user", "add", "anna"], "secret\n");
    assert!(said.status.success(), "{}", said.err);
}

#[test]
fn mistakes_are_told_in_sentences() {
    let base = tempdir().unwrap();
    run_with_input(base.path(), &["user", "add", "Anna"], "secret");
    for (words, sentence) in [
        (&["user", "devices", "Ana"][..], "There is no account named Ana. Did you mean Anna?\n"),
        (
            &["user", "sign-out", "Anna", "7"],
            "Anna has no signed-in device with the number 7. The list of devices has the \
             numbers.\n",
        ),
        (
            &["user", "rename", "Anna", "a/b"],
            "The name \"a/b\" cannot be used: the name holds a path separator. Choose another \
             name.\n",
        ),
    ] {
        let said = run(base.path(), words);
        assert_eq!((said.status.code(), said.err.as_str()), (Some(1), sentence));
    }
    let said = run_with_input(base.path(), &["user", "add", "Bert"], "\n");
    assert_eq!(said.err, "The password cannot be used: a password cannot be empty.\n");
}

#[test]
fn a_list_of_a_mistyped_folder_is_refused() {
    let base = tempdir().unwrap();
    let missing = base.path().join("missing");
    let said = run(&missing, &["user", "list"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.starts_with("There is no storage folder at "), "{}", said.err);
    assert!(!missing.exists());
}

#[test]
fn accounts_of_the_environment_are_changed_in_the_environment() {
    let base = tempdir().unwrap();
    let with_variable = |words: &[&str]| -> Command {
        let mut command = program(base.path());
        command.env("SYNC_USER1", "anna:secret").args(words);
        command
    };
    let said = finish(&mut with_variable(&["user", "rename", "anna", "berta"]), "");
    assert_eq!(
        said.err,
        "The account anna comes from SYNC_USER1. Change it there and restart the server.\n"
    );
    let said = finish(&mut with_variable(&["user", "list"]), "");
    assert!(said.out.contains("enabled (from the environment)"), "{}", said.out);
}
