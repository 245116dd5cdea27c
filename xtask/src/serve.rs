//! The server with a demonstration account.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::steps::{cargo, target};

const NAME: &str = "demo";
const PASSWORD: &str = "demo";

/// Builds the server and runs it until Ctrl-C. `SYNC_HOST` and `SYNC_PORT` work as usual.
pub fn run() -> Result<ExitCode> {
    let target = target()?;
    let storage = target.join("demo");
    println!(
        "Building anki-sync-server, the first time with all it is made of. Nothing is installed; \
         everything goes into {}.",
        target.display()
    );
    let build = cargo(&["build", "--locked", "-p", "anki-sync-server"]).status();
    if !build.context("cargo cannot be started")?.success() {
        bail!("The program does not compile; see above.");
    }
    println!(
        "
A demonstration server, with the storage folder {storage}.

In Anki, open Tools, Preferences, Syncing and type one of the addresses below into
\"Self-hosted sync server\". Then log in above it:

  Email:    {NAME}
  Password: {PASSWORD}

Close the preferences and press Sync. Ctrl-C ends the server; what was synced is there
again the next time. For a server of your own see README.md.
",
        storage = storage.display()
    );
    let mut server = Command::new(target.join("debug/anki-sync-server"));
    server.env("SYNC_BASE", storage).env("SYNC_USER1", format!("{NAME}:{PASSWORD}"));
    replace_this_process(server)
}

/// So that Ctrl-C and a service manager reach the server itself.
#[cfg(unix)]
fn replace_this_process(mut server: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("the server cannot be started")
}

#[cfg(not(unix))]
fn replace_this_process(mut server: Command) -> Result<ExitCode> {
    let status = server.status().context("the server cannot be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
