//! Virtual environments of Python under `target/`, made once and kept while what they were
//! made from stays the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::run_quietly;

/// Written last into a finished environment.
const MARKER: &str = "finished";

/// What an environment is made from.
pub struct Recipe {
    /// Says all of it, so that another recipe says something else.
    wanted: String,
    python: String,
    constraints: String,
}

impl Recipe {
    /// A recipe with that Python and a file of constraints for whatever is installed.
    pub fn new(python: &str, constraints: &Path) -> Result<Self> {
        let version = run_quietly(Command::new(python).arg("--version"))?.lines.join("\n");
        let text = fs::read_to_string(constraints)
            .with_context(|| format!("{} is missing", constraints.display()))?;
        Ok(Self {
            wanted: format!("{version}\n{text}"),
            python: python.to_owned(),
            constraints: constraints.display().to_string(),
        })
    }

    /// Whether that folder holds an environment of this recipe.
    pub fn is_made(&self, folder: &Path) -> bool {
        fs::read_to_string(folder.join(MARKER)).ok().as_deref() == Some(&self.wanted)
    }

    /// Makes an environment with packages in it.
    pub fn make(&self, folder: &Path, packages: &[&str]) -> Result<()> {
        if folder.exists() {
            // Half finished, or of another Python.
            fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        succeed(Command::new(&self.python).args(["-m", "venv"]).arg(folder))?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(["--only-binary", ":all:", "--constraint", &self.constraints])
            .args(packages);
        succeed(&mut pip)?;
        fs::write(folder.join(MARKER), &self.wanted).with_context(|| folder.display().to_string())
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    let outcome = run_quietly(command)?;
    if !outcome.is_ok {
        bail!("{command:?} failed:\n{}", outcome.lines.join("\n"));
    }
    Ok(())
}
