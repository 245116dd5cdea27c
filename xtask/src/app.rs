//! The app: built, opened, tested from end to end, and shown in pictures.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::node::Node;
use crate::python::Recipe;
use crate::steps::{Steps, cargo, root, target};
use crate::system::{self, Need};
use crate::{clients, ui};

/// The Anki desktop that syncs with the app, and draws the README's picture of its preferences.
const ANKI_DESKTOP: &str = "aqt[qt]==26.9.3";

/// What building the app needs, Python only where Node is not there.
pub fn needs_to_build() -> Vec<Need> {
    let mut needs = vec![Need::App];
    if Node::is_missing() {
        needs.push(Need::Python);
    }
    needs
}

/// All that the end-to-end tests need.
pub const NEEDS_TO_TEST: [Need; 4] = [Need::App, Need::Desktop, Need::AnkiDesktop, Need::Python];

/// Builds app and window and opens the app.
pub fn open() -> Result<ExitCode> {
    let mut steps = Steps::new();
    system::provide(&mut steps, &needs_to_build())?;
    println!(
        "Building Anki Sync Tray, the first time with all it is made of. Everything goes into {}.",
        target()?.display()
    );
    ui::build(&mut steps)?;
    build(&mut steps)?;
    println!("Opening Anki Sync Tray. It goes on in the tray when its window is closed.");
    let program =
        target()?.join("debug/anki-sync-tray").with_extension(std::env::consts::EXE_EXTENSION);
    let status = Command::new(program).status().context("the app cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compiles the app and the server without a window, as the packages have them.
pub fn build(steps: &mut Steps) -> Result<()> {
    let build = ["build", "--locked", "-p", "anki-sync-tray", "-p", "anki-sync-server"];
    if !steps.run("Build the app", &mut cargo(&build))?.is_ok {
        bail!("The app does not compile; see above.");
    }
    Ok(())
}

/// Tests beside the app's code.
pub fn test_units(steps: &mut Steps) -> Result<()> {
    let tests = ["test", "--locked", "-p", "anki-sync-tray", "--no-fail-fast"];
    steps.run_tests("Tests of the app", &mut cargo(&tests))?;
    Ok(())
}

/// The tests from end to end, or those whose names contain `filter`. The app is built.
pub fn test(steps: &mut Steps, python: &str, filter: Option<&str>) -> Result<()> {
    let mut tests = end_to_end(steps, python)?;
    // Each has an app, a web engine and a display; more at a time only wait for each other.
    tests.args(["--", "--test-threads=2"]).args(filter);
    steps.run_tests("Tests of the app from end to end", &mut tests)?;
    Ok(())
}

/// Runs one of the tests that make something instead of proving it, and shows what it prints.
pub fn make(steps: &mut Steps, python: &str, name: &str, what: &str) -> Result<()> {
    let command = end_to_end(steps, python)?;
    show(steps, name, command, what)
}

fn show(steps: &mut Steps, name: &str, mut command: Command, what: &str) -> Result<()> {
    command.args(["--", "--ignored", "--exact", "--nocapture", "--test-threads=1", what]);
    let outcome = steps.run(name, &mut command)?;
    for line in outcome.lines.iter().filter_map(|line| line.strip_prefix("| ")) {
        println!("{line}");
    }
    Ok(())
}

/// Prints how long the app takes to start and how much memory it takes: the program at `path`,
/// which should be one built for release, or else the one that a debug build makes.
pub fn measure(steps: &mut Steps, path: Option<&str>) -> Result<()> {
    let python = system::python()?;
    if path.is_none() {
        ui::build(steps)?;
        build(steps)?;
    }
    let mut command = end_to_end(steps, &python)?;
    if let Some(path) = path {
        let path = std::fs::canonicalize(path).with_context(|| path.to_owned())?;
        command.env("ANKI_SYNC_TRAY", path);
    }
    show(steps, "Measuring", command, "making::measure::start_and_memory")
}

fn end_to_end(steps: &mut Steps, python: &str) -> Result<Command> {
    let folder = target()?.join("clients");
    clients::install(steps, python, &folder)?;
    let desktop = target()?.join("anki-desktop");
    let recipe = Recipe::new(python, &root().join("tests/app/constraints.txt"))?;
    if !recipe.is_made(&desktop) {
        println!(
            "Installing Anki's desktop program ({ANKI_DESKTOP}) from PyPI into {}, for the tests only.",
            desktop.display()
        );
        steps.run_function("Anki desktop", || recipe.make(&desktop, &[ANKI_DESKTOP]))?;
    }
    let mut tests =
        cargo(&["test", "--locked", "-p", "sync-tests", "--features", "app", "--test", "app"]);
    tests.env("ANKI_CLIENTS_DIR", &folder).env("ANKI_DESKTOP_DIR", &desktop);
    Ok(tests)
}
