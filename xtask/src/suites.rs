//! The tests that need nothing but this repository.

use anyhow::{Result, bail};

use crate::steps::{Steps, cargo};

/// Builds and runs them: beside the code and of the program, then over real sockets. The app is
/// left out, which would take longer to compile than all of these together.
pub fn run(steps: &mut Steps) -> Result<()> {
    let build = ["test", "--locked", "--workspace", "--exclude", "anki-sync-tray", "--no-run"];
    let built = steps.run("Build", &mut cargo(&build))?;
    if !built.is_ok {
        bail!("The tests do not compile.");
    }
    // The program that the client tests start.
    steps.run("Build the program", &mut cargo(&["build", "--locked", "-p", "anki-sync-server"]))?;
    let crates = [
        "test",
        "--locked",
        "--workspace",
        "--exclude",
        "sync-tests",
        "--exclude",
        "anki-sync-tray",
        "--no-fail-fast",
    ];
    steps.run_tests("Unit, property and command line tests", &mut cargo(&crates))?;
    let wire =
        ["test", "--locked", "-p", "sync-tests", "--lib", "--test", "sync", "--no-fail-fast"];
    steps.run_tests("Wire and conformance tests", &mut cargo(&wire))?;
    let faults = ["test", "--locked", "-p", "sync-tests", "--test", "faults", "--no-fail-fast"];
    steps.run_tests("The server under fire", &mut cargo(&faults))?;
    Ok(())
}
