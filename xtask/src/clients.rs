//! Real Anki clients, each release in a virtual environment of its own, and the tests with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::matrix;
use crate::python::Recipe;
use crate::steps::{Steps, cargo, root, target};

/// The releases in the matrix: two of protocol 10, the first of 11 that a person can still
/// meet, and one from each year since.
const RELEASES: [&str; 6] = ["2.1.50", "2.1.56", "2.1.58", "23.12.1", "25.9.5", "26.9.3"];

/// Installs the clients that are missing and runs the tests with them, or those whose names
/// contain `filter`.
pub fn run(steps: &mut Steps, python: &str, filter: Option<&str>) -> Result<()> {
    let folder = target()?.join("clients");
    install(steps, python, &folder)?;
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

/// Installs the clients if any is missing, and gives the interpreter of the newest.
pub fn newest(steps: &mut Steps, python: &str) -> Result<PathBuf> {
    let newest = Path::new(RELEASES[RELEASES.len() - 1]).join("bin/python");
    // As with the tests: clients that are there already, wherever that is.
    if let Some(folder) = std::env::var_os("ANKI_CLIENTS_DIR") {
        return Ok(Path::new(&folder).join(newest));
    }
    let folder = target()?.join("clients");
    install(steps, python, &folder)?;
    Ok(folder.join(newest))
}

/// Installs the clients that are missing.
pub fn install(steps: &mut Steps, python: &str, folder: &Path) -> Result<()> {
    let recipe = Recipe::new(python, &root().join("tests/clients/constraints.txt"))?;
    let is_missing = |release: &&str| !recipe.is_made(&folder.join(release));
    let missing: Vec<&str> = RELEASES.into_iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!(
        "Installing the Anki clients {} from PyPI into {}, for the tests only.",
        missing.join(", "),
        folder.display()
    );
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    steps.run_function("Anki clients", || install_all(&recipe, folder, missing))
}

/// Two at a time: half the work is the network's and half is ours.
fn install_all(recipe: &Recipe, folder: &Path, missing: Vec<&str>) -> Result<()> {
    let queue = Mutex::new(missing);
    let next = || queue.lock().ok()?.pop();
    thread::scope(|scope| {
        let worker = || {
            while let Some(release) = next() {
                recipe.make(&folder.join(release), &[&format!("anki=={release}")])?;
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
