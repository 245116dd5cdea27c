//! What can be checked by rules, in the real window: names, roles, contrast of colours.

use std::path::Path;

use serde_json::{Value, json};

use super::{add_user, synced_client};
use crate::support::{Desktop, Setup, Tray, Window};

/// The rules that a person's law and decency ask for, and those of good practice.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Checks what the window shows.
#[track_caller]
fn check(window: &Window<'_>, what: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    window.until("document.getAnimations().every((one) => one.playState !== 'running')", json!([]));
    window.script(&format!("if (!window.axe) {{ {axe}; window.axe = axe; }}"), json!([]));
    let run = "window.axe.run(document, { runOnly: given[0] }).then(({ violations }) => \
               violations.map(({ id, help, nodes }) => `${id}: ${help}\\n` + \
               nodes.map((one) => `  ${one.html}\\n  ${one.failureSummary}`).join('\\n')))";
    let problems = window.promise(run, json!([TAGS]));
    let problems: Vec<&str> =
        problems.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(problems.is_empty(), "{what}:\n{}", problems.join("\n\n"));
}

fn every_view(theme: &str) {
    let desktop = Desktop::start();
    let _tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).with("theme", json!(theme)).start(&desktop);
    let window = app.window();
    window.until_running();
    window.go_to("Activity");
    check(&window, "Activity without syncs");
    window.go_to("Users");
    check(&window, "Users without users");
    add_user(&window);
    let _client = synced_client(&desktop, &window.address());
    for view in ["Home", "Users", "Activity", "Settings"] {
        window.go_to(view);
        window.see(view);
        check(&window, view);
    }
    window.press("Log");
    check(&window, "the log");
    window.go_to("Users");
    window.press("Add a user");
    window.find("textbox", "Name");
    check(&window, "adding a user");
}

fn first_run(theme: &str) {
    let desktop = Desktop::start();
    let _tray = Tray::start(&desktop);
    let app = Setup::new().with("theme", json!(theme)).start(&desktop);
    let window = app.window();
    window.find("heading", "Where should the data live?");
    check(&window, "the first step");
    window.press("Use this folder");
    window.find("heading", "Who will sync?");
    check(&window, "the second step");
    window.fill("User name", "anna");
    window.press("Add user");
    window.shown_address();
    check(&window, "the third step");
}

#[test]
fn every_view_follows_the_rules_in_light_colours() {
    every_view("light");
}

#[test]
fn every_view_follows_the_rules_in_dark_colours() {
    every_view("dark");
}

#[test]
fn the_first_run_follows_the_rules_in_light_colours() {
    first_run("light");
}

#[test]
fn the_first_run_follows_the_rules_in_dark_colours() {
    first_run("dark");
}
