//! Our server beside the official one: builds both sides and runs `tests/bench`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::clients;
use crate::steps::{Steps, cargo, root, target};

/// Runs the parts of the bench with these names, or all of them.
pub fn run(steps: &mut Steps, python: &str, chosen: &[&str]) -> Result<ExitCode> {
    let python = clients::newest(steps, python)?;
    for package in ["anki-sync-server", "sync-bench"] {
        // One after the other: together they would be built with the union of their features.
        let program = ["build", "--locked", "--release", "-p", package];
        if !steps.run(&format!("Build {package}"), &mut cargo(&program))?.is_ok {
            bail!("{package} does not compile.");
        }
    }
    let target = target()?;
    let programs = target.join("release");
    let status = Command::new(programs.join("sync-bench"))
        .arg(programs.join("anki-sync-server"))
        .arg(python)
        .arg(target.join("bench"))
        .arg(root().join("docs/benchmarks.md"))
        .args(chosen)
        .status()
        .context("the bench cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
