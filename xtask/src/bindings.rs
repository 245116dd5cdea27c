//! The types that the window shares with the app.

use anyhow::{Result, bail};

use crate::steps::{Steps, cargo};

/// Writes `ui/src/ipc/bindings.ts` from the types in Rust. Without this task the same test
/// compares the two.
pub fn write(steps: &mut Steps) -> Result<()> {
    let mut test = cargo(&["test", "--locked", "-p", "anki-sync-tray", "--lib", "bindings"]);
    if !steps.run("Write bindings.ts", test.env("WRITE_BINDINGS", "1"))?.is_ok {
        bail!("The bindings could not be written; see above.");
    }
    Ok(())
}
