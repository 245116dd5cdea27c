//! Builds the packages for the system it runs on.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::app;
use crate::node::Node;
use crate::steps::{Outcome, Steps, cargo, root, run_quietly, target};
use crate::{system, ui};

/// The largest package that brings no web engine along. One that is larger has something in it
/// that nobody asked for.
const LARGEST_PACKAGE: u64 = 10 * 1024 * 1024;

/// The kinds made when none are named. An AppImage has to be asked for: it downloads its tools.
#[cfg(target_os = "linux")]
const KINDS: &str = "deb,rpm";
#[cfg(windows)]
const KINDS: &str = "nsis,msi";
#[cfg(target_os = "macos")]
const KINDS: &str = "dmg";
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
const KINDS: &str = "";

/// Where each kind lands below `bundle/`, and how its files end.
const FILES: [(&str, &str); 6] = [
    ("deb", "deb"),
    ("rpm", "rpm"),
    ("appimage", "AppImage"),
    ("nsis", "exe"),
    ("msi", "msi"),
    ("dmg", "dmg"),
];

/// What to build, from the command line.
#[derive(Debug, PartialEq)]
pub struct Wish {
    kinds: String,
    triple: Option<String>,
    is_debug: bool,
}

impl Wish {
    /// Reads `[KINDS] [--target TRIPLE] [--debug]`.
    pub fn read(arguments: &[&str]) -> Result<Self> {
        let mut wish = Self { kinds: KINDS.to_owned(), triple: None, is_debug: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--debug" => wish.is_debug = true,
                "--target" => {
                    let triple = rest.next().context("--target needs a target after it")?;
                    wish.triple = Some((*triple).to_owned());
                }
                kinds if !kinds.starts_with('-') => wish.kinds = kinds.to_owned(),
                other => bail!("`cargo xtask package` knows no {other}."),
            }
        }
        for kind in wish.kinds.split(',') {
            if !FILES.iter().any(|(known, _)| *known == kind) {
                bail!("There is no package of the kind `{kind}`.");
            }
        }
        Ok(wish)
    }

    fn profile(&self) -> &str {
        if self.is_debug { "debug" } else { "release" }
    }

    /// Where cargo puts what it builds for this wish.
    fn output(&self) -> Result<PathBuf> {
        let target = target()?;
        let base = self.triple.as_ref().map_or(target.clone(), |triple| target.join(triple));
        Ok(base.join(self.profile()))
    }
}

/// Builds everything and prints what came out.
pub fn run(arguments: &[&str]) -> Result<ExitCode> {
    let wish = Wish::read(arguments)?;
    let mut steps = Steps::new();
    let packages = build(&mut steps, &wish)?;
    for package in &packages {
        println!("{}", package.display());
    }
    print!("{}", fs::read_to_string(folder()?.join("SHA256SUMS"))?);
    Ok(steps.finish())
}

/// Where the finished packages lie.
pub fn folder() -> Result<PathBuf> {
    Ok(target()?.join("packages"))
}

/// Builds the programs and the packages, and returns the paths of the packages.
pub fn build(steps: &mut Steps, wish: &Wish) -> Result<Vec<PathBuf>> {
    system::provide(steps, &app::needs_to_build())?;
    let node = ui::build(steps)?;
    provide_packager(steps, &node)?;
    build_programs(steps, wish)?;
    stage(steps, wish)?;

    // Leftovers of an older version would be taken for new.
    let bundles = wish.output()?.join("bundle");
    if bundles.exists() {
        fs::remove_dir_all(&bundles).context("the last packages can be removed")?;
    }
    bundle(steps, wish, &node)?;

    let packages = collect(&bundles, wish)?;
    if !wish.is_debug {
        steps.run_function("Size", || check_sizes(&packages))?;
    }
    Ok(packages)
}

/// The packager is not among the window's modules: whoever works on the window needs it not.
fn provide_packager(steps: &mut Steps, node: &Node) -> Result<()> {
    let mut install = node.npm(&["install", "--ignore-scripts", "--no-audit", "--no-fund"]);
    must(steps.run("Packager", install.current_dir(root().join("packaging")))?)
}

fn build_programs(steps: &mut Steps, wish: &Wish) -> Result<()> {
    let mut build = cargo(&["build", "--locked", "-p", "anki-sync-tray", "-p", "anki-sync-server"]);
    if !wish.is_debug {
        build.arg("--release");
    }
    if let Some(triple) = &wish.triple {
        build.args(["--target", triple]);
    }
    must(steps.run("Programs", &mut build)?)
}

/// Puts beside each other what the bundle configurations in `packaging/` point to.
fn stage(steps: &mut Steps, wish: &Wish) -> Result<()> {
    let staged = root().join("packaging/staged");
    fs::create_dir_all(&staged).with_context(|| format!("{} can be made", staged.display()))?;
    let extension = std::env::consts::EXE_SUFFIX;
    let server = wish.output()?.join(format!("anki-sync-server{extension}"));
    let triple = match &wish.triple {
        Some(triple) => triple.clone(),
        None => host()?,
    };
    let copy = staged.join(format!("anki-sync-server-{triple}{extension}"));
    fs::copy(&server, copy).with_context(|| format!("{} can be copied", server.display()))?;
    if !cfg!(target_os = "linux") {
        return Ok(());
    }

    steps.run_function("Completions and unit", || {
        for shell in ["bash", "zsh", "fish"] {
            let script = Command::new(&server).args(["completions", shell]).output()?;
            if !script.status.success() || script.stdout.is_empty() {
                bail!("{} prints no completions for {shell}.", server.display());
            }
            fs::write(staged.join(format!("completions.{shell}")), script.stdout)?;
        }
        let unit = root().join("crates/headless/packaging/anki-sync-server.service");
        let unit = fs::read_to_string(unit)?.replace("/usr/local/bin/", "/usr/bin/");
        // The package has put the program in place already.
        let unit: String = unit
            .lines()
            .filter(|line| !line.contains("install -m 755"))
            .fold(String::new(), |text, line| text + line + "\n");
        fs::write(staged.join("anki-sync-server.service"), unit)?;
        Ok(())
    })
}

fn bundle(steps: &mut Steps, wish: &Wish, node: &Node) -> Result<()> {
    let system = std::env::consts::OS;
    let mut command = node.node();
    command
        .current_dir(root().join("src-tauri"))
        .arg("../packaging/node_modules/@tauri-apps/cli/tauri.js")
        .args(["bundle", "--ci", "--bundles", &wish.kinds])
        .args(["--config", &format!("../packaging/{system}/bundle.json")]);
    if wish.is_debug {
        command.arg("--debug");
    }
    if let Some(triple) = &wish.triple {
        command.args(["--target", triple]);
    }
    if cfg!(target_os = "linux") {
        command.args(["--config", &c_library(wish)?]);
    }
    must(steps.run("Packages", &mut command)?)
}

/// The dependency on the C library, in the version that the programs were linked with: the
/// packager adds none, and without it they would be installed where they cannot start.
fn c_library(wish: &Wish) -> Result<String> {
    let mut newest = (0, 0);
    for program in ["anki-sync-tray", "anki-sync-server"] {
        let path = wish.output()?.join(program);
        let program = fs::read(&path).with_context(|| format!("{} is there", path.display()))?;
        newest = newest.max(newest_c_library(&program));
    }
    let (major, minor) = newest;
    Ok(format!(
        r#"{{"bundle":{{"linux":{{
            "deb":{{"depends":["libc6 (>= {major}.{minor})"]}},
            "rpm":{{"depends":["glibc >= {major}.{minor}"]}}
        }}}}}}"#
    ))
}

/// The newest `GLIBC_x.y` that a program names.
fn newest_c_library(program: &[u8]) -> (u32, u32) {
    let mark = b"GLIBC_";
    let versions = program.windows(mark.len()).enumerate().filter(|(_, window)| window == mark);
    let numbers = versions.filter_map(|(at, _)| {
        let rest = &program[at + mark.len()..];
        let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
        let mut parts = std::str::from_utf8(&rest[..end]).ok()?.split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    });
    numbers.max().unwrap_or((0, 0))
}

/// Copies the packages into one folder, under names without spaces, with their checksums.
fn collect(bundles: &Path, wish: &Wish) -> Result<Vec<PathBuf>> {
    let folder = folder()?;
    if folder.exists() {
        fs::remove_dir_all(&folder).context("the last packages can be removed")?;
    }
    fs::create_dir_all(&folder)?;
    let mut packages = Vec::new();
    for (kind, extension) in
        FILES.iter().filter(|(kind, _)| wish.kinds.split(',').any(|k| k == *kind))
    {
        let made = fs::read_dir(bundles.join(kind)).with_context(|| format!("{kind} was made"))?;
        for entry in made {
            let path = entry?.path();
            if path.extension() != Some(OsStr::new(extension)) {
                continue;
            }
            let name = path.file_name().context("a file has a name")?.to_string_lossy();
            let package = folder.join(name.replace("Anki Sync Tray", "anki-sync-tray"));
            fs::copy(&path, &package)?;
            packages.push(package);
        }
    }
    packages.sort();
    fs::write(folder.join("SHA256SUMS"), checksums(&packages)?)?;
    Ok(packages)
}

/// In the form that `sha256sum --check` reads.
fn checksums(packages: &[PathBuf]) -> Result<String> {
    let mut lines = String::new();
    for package in packages {
        for byte in Sha256::digest(fs::read(package)?) {
            write!(lines, "{byte:02x}")?;
        }
        let name = package.file_name().context("a file has a name")?.to_string_lossy();
        writeln!(lines, "  {name}")?;
    }
    Ok(lines)
}

fn check_sizes(packages: &[PathBuf]) -> Result<()> {
    for package in packages {
        let size = fs::metadata(package)?.len();
        // An AppImage brings the web engine along.
        let is_bounded = package.extension() != Some(OsStr::new("AppImage"));
        if is_bounded && size > LARGEST_PACKAGE {
            bail!("{} has {size} bytes: more than {LARGEST_PACKAGE}.", package.display());
        }
    }
    Ok(())
}

/// The target that this compiler builds for when none is named.
fn host() -> Result<String> {
    let lines = run_quietly(Command::new("rustc").arg("-vV").current_dir(root()))?.lines;
    let host = lines.iter().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names its host")?.to_owned())
}

/// Nothing after a step that failed would make sense.
fn must(outcome: Outcome) -> Result<()> {
    if outcome.is_ok { Ok(()) } else { bail!("No packages were made.") }
}

#[cfg(test)]
mod tests {
    use super::{Wish, checksums, newest_c_library};

    #[test]
    fn the_newest_c_library_that_a_program_names_counts() {
        let program = b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0";
        assert_eq!(newest_c_library(program), (2, 34));
    }

    #[test]
    fn kinds_target_and_profile_are_read() {
        let wish = Wish::read(&["deb", "--target", "a-b-c", "--debug"]).expect("it is valid");
        assert_eq!(wish.kinds, "deb");
        assert_eq!(wish.triple.as_deref(), Some("a-b-c"));
        assert!(wish.is_debug);
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        assert!(Wish::read(&["deb,snap"]).is_err());
    }

    #[test]
    fn checksums_have_the_form_that_the_checking_program_reads() {
        let folder = std::env::temp_dir().join(format!("checksums-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let file = folder.join("a.deb");
        std::fs::write(&file, "abc").expect("a file can be written");
        let lines = checksums(&[file]).expect("the file can be read");
        std::fs::remove_dir_all(folder).expect("the folder can be removed");
        assert_eq!(
            lines,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.deb\n"
        );
    }
}
