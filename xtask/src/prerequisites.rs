//! What must be on the machine before a task can work, and how it gets there.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::step::{Outcome, cargo, run, shown};

/// Python releases that all tested clients run on, the best one first.
const PYTHONS: [&str; 5] = ["python3.11", "python3.10", "python3.9", "python3.12", "python3"];

/// The parts of the Rust toolchain that the checks need.
pub fn toolchain() -> Outcome {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if succeeds(cargo(&[subcommand, "--version"])) {
            continue;
        }
        println!("Installing the Rust component {component}.");
        run(Command::new("rustup").args(["component", "add", component])).map_err(|reason| {
            format!("{reason}\nInstall {component} for your Rust toolchain and try again.")
        })?;
    }
    Ok(())
}

/// A Python with which virtual environments can be made; installs Debian's when
/// there is none.
pub fn python() -> Outcome<&'static str> {
    if let Some(python) = usable_python() {
        return Ok(python);
    }
    install_debian_packages(&["python3", "python3-venv"])?;
    usable_python().ok_or_else(|| {
        "The Anki clients need a Python from 3.9 to 3.12 with its module venv. \
         Install one and try again."
            .to_owned()
    })
}

fn usable_python() -> Option<&'static str> {
    let question =
        "import sys, venv, ensurepip; sys.exit(not (3, 9) <= sys.version_info < (3, 13))";
    PYTHONS.into_iter().find(|python| {
        let mut command = Command::new(python);
        command.args(["-c", question]);
        succeeds(command)
    })
}

fn install_debian_packages(packages: &[&str]) -> Outcome {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!(
            "This needs {}, and only on Debian and its kin can it be installed from here. \
             Install it and try again.",
            packages.join(" and ")
        ));
    }
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    if !is_root() {
        return Err(format!(
            "Debian packages are missing. Type this and try again:\n  sudo {}",
            shown(&install)
        ));
    }
    println!("Installing the Debian packages {}.", packages.join(", "));
    run(Command::new("apt-get").args(["update", "--quiet"]))?;
    run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn succeeds(mut command: Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}
