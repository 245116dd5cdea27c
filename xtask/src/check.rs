//! Format, lints and documentation.

use anyhow::Result;

use crate::steps::{Steps, cargo};

/// Warnings are errors here, and nowhere else: they must not stop a person who tries something.
pub fn run(steps: &mut Steps) -> Result<()> {
    steps.run("Format", &mut cargo(&["fmt", "--all", "--check"]))?;
    let lints = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    steps.run("Lints", &mut cargo(&lints))?;
    let mut documentation = cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
    steps.run("Documentation", documentation.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(())
}
