//! Real Anki clients, each release in a virtual environment of its own, and the tests with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::matrix;
use crate::steps::{Steps, cargo, root, run_quietly, target};

/// The releases in the matrix: two of protocol 10, the first of 11 that a person can still
/// meet, and one from each year since.
const RELEASES: [&str; 6] = ["2.1.50", "2.1.56", "2.1.58", "23.12.1", "25.9.5", "26.9.3"];

/// Written last into a finished environment.
const MARKER: &str = "finished";

/// Installs the clients that are missing and runs the tests with them, or those whose names
/// contain `filter`.
pub fn run(steps: &mut Steps, python: &str, filter: Option<&str>) -> Result<()> {
    let folder = target()?.join("clients");
    install(steps, python, &folder, &RELEASES)?;
    let program = ["build", "--locked", "-p", "anki-sync-server"];
    if !steps.run("Build the program for the clients", &mut cargo(&program))?.is_ok {
        bail!("The program does not compile.");
    }
    let mut tests = cargo(&["test", "--locked", "-p", "sync-tests", "--test", "clients"]);
    // Much of their time is waiting for each other: client, server and disk.
    let threads = thread::available_parallelism().map_or(2, usize::from) + 1;
    tests.args(["--", &format!("--test-threads={threads}")]).args(filter);
    tests.env("ANKI_CLIENTS_DIR", &folder);
    let outcome = steps.run_tests("Tests with real Anki clients", &mut tests)?;
    print!("{}", matrix::table(&outcome.lines));
    Ok(())
}

/// Installs the newest client if it is missing, and gives its interpreter.
pub fn newest(steps: &mut Steps, python: &str) -> Result<PathBuf> {
    let newest = RELEASES[RELEASES.len() - 1];
    // As with the tests: clients that are there already, wherever that is.
    if let Some(folder) = std::env::var_os("ANKI_CLIENTS_DIR") {
        return Ok(Path::new(&folder).join(newest).join("bin/python"));
    }
    let folder = target()?.join("clients");
    install(steps, python, &folder, &[newest])?;
    Ok(folder.join(newest).join("bin/python"))
}

fn install(
    steps: &mut Steps,
    python: &str,
    folder: &Path,
    releases: &[&'static str],
) -> Result<()> {
    let wanted = wanted(python)?;
    let missing: Vec<&str> = releases
        .iter()
        .copied()
        .filter(|release| {
            let marker = fs::read_to_string(folder.join(release).join(MARKER));
            marker.ok().as_deref() != Some(&wanted)
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!(
        "Installing the Anki clients {} from PyPI into {}, for the tests only.",
        missing.join(", "),
        folder.display()
    );
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    steps.run_function("Anki clients", || install_all(python, folder, missing, &wanted))
}

/// What a marker must say for its environment to be used again.
fn wanted(python: &str) -> Result<String> {
    let version = run_quietly(Command::new(python).arg("--version"))?.lines.join("\n");
    let constraints = fs::read_to_string(constraints()).context("tests/clients/constraints.txt")?;
    Ok(format!("{version}\n{constraints}"))
}

fn constraints() -> PathBuf {
    root().join("tests/clients/constraints.txt")
}

/// Two at a time: half the work is the network's and half is ours.
fn install_all(python: &str, folder: &Path, missing: Vec<&str>, wanted: &str) -> Result<()> {
    let queue = Mutex::new(missing);
    let next = || queue.lock().ok()?.pop();
    thread::scope(|scope| {
        let worker = || {
            while let Some(release) = next() {
                install_one(python, &folder.join(release), release, wanted)?;
            }
            anyhow::Ok(())
        };
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        for worker in workers {
            worker.join().expect("an installer does not panic")?;
        }
        Ok(())
    })
}

fn install_one(python: &str, folder: &Path, release: &str, wanted: &str) -> Result<()> {
    if folder.exists() {
        // Half finished, or of another Python.
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    succeed(Command::new(python).args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(["--only-binary", ":all:", "--constraint"])
        .arg(constraints())
        .arg(format!("anki=={release}"));
    succeed(&mut pip)?;
    fs::write(folder.join(MARKER), wanted).with_context(|| folder.display().to_string())
}

fn succeed(command: &mut Command) -> Result<()> {
    let outcome = run_quietly(command)?;
    if !outcome.is_ok {
        bail!("{command:?} failed:\n{}", outcome.lines.join("\n"));
    }
    Ok(())
}
