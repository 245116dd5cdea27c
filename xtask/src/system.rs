//! What the computer itself must have: a Python for the clients, and cargo's components.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::steps::{Steps, cargo, run_quietly};

/// The clients are published for these; the first is what Debian 12 has.
const PYTHONS: [&str; 5] = ["python3.11", "python3.10", "python3.12", "python3.13", "python3"];

/// Prints the version, and fails if this Python cannot make virtual environments.
const PROBE: &str = "import ensurepip, venv, sys; print('%d.%d' % sys.version_info[:2]); \
                     sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))";

/// Debian's packages for it.
const PACKAGES: [&str; 2] = ["python3", "python3-venv"];

/// Installs what is missing, and returns the Python to use.
pub fn provide(steps: &mut Steps) -> Result<String> {
    provide_components(steps)?;
    if let Some(python) = find_python() {
        return Ok(python);
    }
    install_packages(steps)?;
    match find_python() {
        Some(python) => Ok(python),
        None => bail!(
            "The Anki clients need Python 3.10, 3.11, 3.12 or 3.13 with its venv module. Install \
             one, so that `python3` or `python3.11` runs it, and start again."
        ),
    }
}

/// The first Python of a fitting version that can make virtual environments.
fn find_python() -> Option<String> {
    PYTHONS
        .into_iter()
        .find(|python| {
            run_quietly(Command::new(python).args(["-c", PROBE])).is_ok_and(|outcome| outcome.is_ok)
        })
        .map(str::to_owned)
}

fn install_packages(steps: &mut Steps) -> Result<()> {
    let packages = PACKAGES.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        return Ok(());
    }
    let is_root =
        run_quietly(Command::new("id").arg("-u"))?.lines.first().is_some_and(|id| id == "0");
    if !is_root {
        bail!(
            "The tests with Anki clients need Debian packages that are missing. Type\n  \
             sudo apt-get update && sudo apt-get install {packages}\nand start again."
        );
    }
    println!("Installing the Debian packages {packages}, which the Anki clients need.");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        command
    };
    steps.run("Package lists", &mut apt(&["update", "-q"]))?;
    let mut install = apt(&["install", "-q", "-y", "--no-install-recommends"]);
    steps.run("Packages", install.args(PACKAGES))?;
    Ok(())
}

/// A toolchain installed by hand may lack the formatter or the linter.
fn provide_components(steps: &mut Steps) -> Result<()> {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if run_quietly(&mut cargo(&[command, "--version"]))?.is_ok {
            continue;
        }
        println!("Installing {component}, which the checks need, with rustup.");
        let mut rustup = Command::new("rustup");
        steps.run(component, rustup.args(["component", "add", component]))?;
    }
    Ok(())
}
