//! The Anki releases that the tests sync with, each in a virtual environment of
//! its own below the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::prerequisites;
use crate::step::{Outcome, run, target_folder};

/// The tested releases. 2.1.50 and 2.1.56 speak protocol 10, the others 11.
const VERSIONS: [&str; 6] = ["2.1.50", "2.1.56", "2.1.58", "23.12.1", "25.9.5", "26.9.3"];
/// A file that is written when an environment is complete.
const MARKER: &str = "installed";
/// A registry may be busy for a moment.
const ATTEMPTS: u32 = 3;

/// Installs the releases that are missing and returns the folder they are in.
pub fn install() -> Outcome<PathBuf> {
    let folder = target_folder().join("clients");
    let missing: Vec<&str> = VERSIONS
        .into_iter()
        .filter(|version| !folder.join(version).join(MARKER).exists())
        .collect();
    if missing.is_empty() {
        println!("All of them are there: {}.", VERSIONS.join(", "));
        return Ok(folder);
    }
    println!("Installing Anki {} from PyPI into {}.", missing.join(", "), folder.display());
    let python = prerequisites::python()?;
    for version in missing {
        install_version(python, version, &folder.join(version))?;
    }
    Ok(folder)
}

fn install_version(python: &str, version: &str, folder: &Path) -> Outcome {
    if folder.exists() {
        // What an interrupted installation left.
        fs::remove_dir_all(folder)
            .map_err(|error| format!("{} cannot be removed: {error}.", folder.display()))?;
    }
    run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
    let scripts = if cfg!(windows) { "Scripts" } else { "bin" };
    let package = format!("anki=={version}");
    let mut attempt = 1;
    loop {
        let mut pip = Command::new(folder.join(scripts).join("python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package]);
        match run(&mut pip) {
            Ok(()) => break,
            Err(reason) if attempt == ATTEMPTS => return Err(reason),
            Err(reason) => println!("{reason} Trying again."),
        }
        attempt += 1;
    }
    println!("  {package}");
    fs::write(folder.join(MARKER), &package)
        .map_err(|error| format!("{} cannot be written: {error}.", folder.display()))
}
