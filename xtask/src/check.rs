//! Format, lints and documentation.

use anyhow::Result;

use crate::node::Node;
use crate::steps::{Steps, cargo};
use crate::ui;

/// The package that needs a front end and GTK, and the tests that need that package.
const APP: &str = "anki-sync-tray";

/// All but the app. Warnings are errors here, and nowhere else: they must not stop a person who
/// tries something.
pub fn server(steps: &mut Steps) -> Result<()> {
    steps.run("Format", &mut cargo(&["fmt", "--all", "--check"]))?;
    lint(steps, "Lints", &["--workspace", "--exclude", APP, "--all-targets"])?;
    document(steps, "Documentation", &["--workspace", "--exclude", APP])
}

/// The app and its window, whose front end is built.
pub fn app(steps: &mut Steps, node: &Node) -> Result<()> {
    ui::check(steps, node)?;
    lint(steps, "Lints of the app", &["-p", APP, "--all-targets"])?;
    let tests = ["-p", "sync-tests", "--features", "app", "--test", "app"];
    lint(steps, "Lints of the app's tests", &tests)?;
    document(steps, "Documentation of the app", &["-p", APP])
}

fn lint(steps: &mut Steps, name: &str, what: &[&str]) -> Result<()> {
    let mut lints = cargo(&["clippy", "--locked"]);
    steps.run(name, lints.args(what).args(["--", "-D", "warnings"]))?;
    Ok(())
}

fn document(steps: &mut Steps, name: &str, what: &[&str]) -> Result<()> {
    let mut documentation = cargo(&["doc", "--locked", "--no-deps"]);
    steps.run(name, documentation.args(what).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(())
}
