//! The server, ended at random moments while real Anki clients sync.

use anyhow::{Result, bail};

use crate::clients;
use crate::steps::{Steps, cargo, target};

/// Ends it as often as asked, with each pair of clients, or as often as the test has it.
pub fn run(steps: &mut Steps, python: &str, count: Option<&str>, seed: Option<&str>) -> Result<()> {
    let folder = target()?.join("clients");
    clients::install(steps, python, &folder)?;
    let program = ["build", "--locked", "-p", "anki-sync-server"];
    if !steps.run("Build the program to be killed", &mut cargo(&program))?.is_ok {
        bail!("The program does not compile.");
    }
    let mut tests = cargo(&["test", "--locked", "-p", "sync-tests", "--test", "kill"]);
    tests.args(["--", "--nocapture"]).env("ANKI_CLIENTS_DIR", &folder);
    for (name, value) in [("KILL_COUNT", count), ("KILL_SEED", seed)] {
        match value {
            Some(value) => tests.env(name, value),
            None => tests.env_remove(name),
        };
    }
    let outcome = steps.run_tests("Killed while real Anki clients sync", &mut tests)?;
    for line in outcome.lines.iter().filter(|line| line.contains(", seed ")) {
        println!("  {line}");
    }
    Ok(())
}
