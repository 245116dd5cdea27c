//! What the computer itself must have: Debian's packages, a Python, and cargo's components.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::steps::{Steps, cargo, run_quietly};

/// What a task is going to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Compile the app.
    App,
    /// Run its end-to-end tests.
    Desktop,
    /// Start a real Anki desktop.
    AnkiDesktop,
    /// Make virtual environments of Python.
    Python,
    /// Format and lint.
    Lints,
}

/// A Debian package and how to tell that what it is for is there, wherever that came from.
struct Package {
    name: &'static str,
    test: Test,
}

enum Test {
    Program(&'static str),
    PkgConfig(&'static str),
    /// A shared library, by its name.
    Library(&'static str),
    /// A file or folder.
    File(&'static str),
}

const fn program(name: &'static str, program: &'static str) -> Package {
    Package { name, test: Test::Program(program) }
}

const fn library(name: &'static str, library: &'static str) -> Package {
    Package { name, test: Test::Library(library) }
}

/// WebKitGTK's package brings GTK and D-Bus. The tray speaks D-Bus by itself.
const APP: [Package; 3] = [
    program("gcc", "cc"),
    program("pkg-config", "pkg-config"),
    Package { name: "libwebkit2gtk-4.1-dev", test: Test::PkgConfig("webkit2gtk-4.1") },
];

const DESKTOP: [Package; 9] = [
    program("xvfb", "Xvfb"),
    program("dbus", "dbus-daemon"),
    program("webkit2gtk-driver", "WebKitWebDriver"),
    program("xclip", "xclip"),
    program("strace", "strace"),
    // A disk on which capitals make no difference.
    Package { name: "exfatprogs", test: Test::File("/usr/sbin/mkfs.exfat") },
    Package { name: "exfat-fuse", test: Test::File("/usr/sbin/mount.exfat-fuse") },
    // What the window's texts are drawn with.
    Package { name: "fonts-inter", test: Test::File("/usr/share/fonts/opentype/inter") },
    Package { name: "fonts-dejavu-core", test: Test::File("/usr/share/fonts/truetype/dejavu") },
];

/// What PyQt's own libraries need of the system.
const ANKI_DESKTOP: [Package; 21] = [
    library("libxcb-cursor0", "libxcb-cursor.so.0"),
    library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    library("libxcb-icccm4", "libxcb-icccm.so.4"),
    library("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    library("libxcb-image0", "libxcb-image.so.0"),
    library("libxcb-render-util0", "libxcb-render-util.so.0"),
    library("libxcb-shape0", "libxcb-shape.so.0"),
    library("libxcb-xinerama0", "libxcb-xinerama.so.0"),
    library("libxcb-randr0", "libxcb-randr.so.0"),
    library("libxcb-xkb1", "libxcb-xkb.so.1"),
    library("libegl1", "libEGL.so.1"),
    library("libgl1", "libGL.so.1"),
    library("libnss3", "libnss3.so"),
    library("libasound2", "libasound.so.2"),
    library("libxcomposite1", "libXcomposite.so.1"),
    library("libxdamage1", "libXdamage.so.1"),
    library("libxrandr2", "libXrandr.so.2"),
    library("libxtst6", "libXtst.so.6"),
    library("libxkbfile1", "libxkbfile.so.1"),
    library("libdbus-1-3", "libdbus-1.so.3"),
    library("libfontconfig1", "libfontconfig.so.1"),
];

/// The clients are published for these; the first is what Debian 12 has.
const PYTHONS: [&str; 5] = ["python3.11", "python3.10", "python3.12", "python3.13", "python3"];

/// Prints the version, and fails if this Python cannot make virtual environments.
const PROBE: &str = "import ensurepip, venv, sys; print('%d.%d' % sys.version_info[:2]); \
                     sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))";

/// Installs what is missing for all of that, at once, and says so first.
pub fn provide(steps: &mut Steps, needs: &[Need]) -> Result<()> {
    if needs.contains(&Need::Lints) {
        provide_components(steps)?;
    }
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let mut missing = Vec::new();
    for need in needs {
        let packages: &[Package] = match need {
            Need::App => &APP,
            Need::Desktop => &DESKTOP,
            Need::AnkiDesktop => &ANKI_DESKTOP,
            Need::Python | Need::Lints => &[],
        };
        missing.extend(packages.iter().filter(|one| !one.is_there()).map(|one| one.name));
        if *need == Need::Python && python().is_err() {
            missing.extend(["python3", "python3-venv"]);
        }
    }
    if missing.is_empty() { Ok(()) } else { install(steps, &missing) }
}

/// The first Python of a fitting version that can make virtual environments.
pub fn python() -> Result<String> {
    let fits = |python: &&str| {
        run_quietly(Command::new(python).args(["-c", PROBE])).is_ok_and(|outcome| outcome.is_ok)
    };
    match PYTHONS.into_iter().find(fits) {
        Some(python) => Ok(python.to_owned()),
        None => bail!(
            "This needs Python 3.10, 3.11, 3.12 or 3.13 with its venv module. Install one, so \
             that `python3` or `python3.11` runs it, and start again."
        ),
    }
}

/// Whether a program is found.
pub fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

impl Package {
    fn is_there(&self) -> bool {
        match self.test {
            Test::Program(program) => has_program(program),
            Test::PkgConfig(module) => {
                run_quietly(Command::new("pkg-config").args(["--exists", module]))
                    .is_ok_and(|outcome| outcome.is_ok)
            }
            Test::Library(library) => has_library(library),
            Test::File(path) => Path::new(path).exists(),
        }
    }
}

fn has_library(name: &str) -> bool {
    let known = ["ldconfig", "/sbin/ldconfig"]
        .into_iter()
        .find_map(|ldconfig| run_quietly(Command::new(ldconfig).arg("-p")).ok());
    let beginning = format!("\t{name} ");
    known.is_some_and(|known| known.lines.iter().any(|line| line.starts_with(&beginning)))
}

fn install(steps: &mut Steps, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!(
            "This needs what Debian has in the packages\n  {list}\nInstall what your system calls \
             so, and start again."
        );
    }
    let is_root =
        run_quietly(Command::new("id").arg("-u"))?.lines.first().is_some_and(|id| id == "0");
    if !is_root {
        bail!(
            "Debian packages are missing. Type\n  sudo apt-get update && sudo apt-get install \
             {list}\nand start again."
        );
    }
    println!("Installing the Debian packages {list}.");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // A new system often installs its own updates just now.
        let patience = ["-o", "DPkg::Lock::Timeout=600"];
        command.env("DEBIAN_FRONTEND", "noninteractive").args(patience).args(arguments);
        command
    };
    steps.run("Package lists", &mut apt(&["update", "-q"]))?;
    let mut install = apt(&["install", "-q", "-y", "--no-install-recommends"]);
    if !steps.run("Packages", install.args(packages))?.is_ok {
        bail!("The packages could not be installed; see above.");
    }
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
