//! Installs the Debian package into a fresh Debian, starts it there and removes it again.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::package::{self, Wish, build};
use crate::steps::{Steps, root, run_quietly, target};

/// The oldest Debian that the package is for.
const RELEASE: &str = "bookworm";

/// What makes a Debian in a folder, and what runs something in it.
const TOOLS: [(&str, &str); 2] = [("debootstrap", "debootstrap"), ("unshare", "util-linux")];

/// Builds the packages and tries the Debian one. With `--debug`, from programs that were not
/// optimised: that takes minutes less. With `--made`, tries those that were made last.
pub fn run(arguments: &[&str]) -> Result<ExitCode> {
    if !cfg!(target_os = "linux") {
        bail!("The Debian package can be tried on Linux only.");
    }
    for (tool, package) in TOOLS {
        if run_quietly(Command::new(tool).arg("--version")).is_err() {
            bail!("`{tool}` is missing. On Debian:\n  sudo apt-get install {package}");
        }
    }
    let is_root =
        run_quietly(Command::new("id").arg("-u"))?.lines.first().is_some_and(|id| id == "0");
    if !is_root {
        bail!("Making a Debian in a folder needs root: start this as root, or in a container.");
    }

    let mut steps = Steps::new();
    let packages = if arguments == ["--made"] {
        made()?
    } else {
        let mut wish = vec!["deb,rpm"];
        wish.extend_from_slice(arguments);
        build(&mut steps, &Wish::read(&wish)?)?
    };

    let folder = target()?.join("package-test");
    let base = folder.join(format!("base-{RELEASE}"));
    provide_base(&mut steps, &base)?;

    // A copy, so that the next test finds the base as fresh as this one does.
    let fresh = folder.join("root");
    remove(&fresh)?;
    let mut copy = Command::new("cp");
    steps.run("Fresh Debian", copy.args(["-a", "--reflink=auto"]).arg(&base).arg(&fresh))?;
    let test = fresh.join("test");
    fs::create_dir_all(&test)?;
    for package in packages {
        let name = package.file_name().context("a file has a name")?;
        fs::copy(&package, test.join(name))?;
    }
    fs::copy(root().join("packaging/linux/clean-root-test.sh"), test.join("run.sh"))?;
    fs::copy("/etc/resolv.conf", fresh.join("etc/resolv.conf"))?;

    // Nobody needs this Debian after a power cut, and flushing every file takes minutes.
    fs::write(fresh.join("etc/dpkg/dpkg.cfg.d/test"), "force-unsafe-io\n")?;
    let archives = folder.join("archives");
    fs::create_dir_all(archives.join("partial"))?;

    let outcome = steps.run("Install, start, look, remove", &mut inside(&fresh, &archives)?)?;
    if outcome.is_ok {
        println!("{}", outcome.lines.join("\n"));
    }
    keep_picture(&test, &folder)?;
    remove(&fresh)?;
    Ok(steps.finish())
}

/// The packages that were built last, but for AppImages: those need no installing.
fn made() -> Result<Vec<PathBuf>> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(package::folder()?).context("packages were built before")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb" || extension == "rpm") {
            packages.push(path);
        }
    }
    Ok(packages)
}

fn provide_base(steps: &mut Steps, base: &Path) -> Result<()> {
    let done = base.with_extension("done");
    if done.exists() {
        return Ok(());
    }
    remove(base)?;
    fs::create_dir_all(base)?;
    println!("Downloading a small Debian ({RELEASE}) into {}.", base.display());
    let mut command = Command::new("debootstrap");
    command.args(["--variant=minbase", "--include=ca-certificates", RELEASE]);
    if !steps.run("Debian", command.arg(base))?.is_ok {
        bail!("Without a Debian there is nothing to install into.");
    }
    fs::write(done, "")?;
    Ok(())
}

/// The test inside the Debian. Its mounts and processes are in spaces of their own and go with
/// it, however it ends: so nothing of this computer can be removed with the folder later.
/// Packages that were downloaded are kept for the next time.
fn inside(fresh: &Path, archives: &Path) -> Result<Command> {
    // The network is shared, so the port must be free out here.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let script = r#"mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
        mount --bind "$2" "$1/var/cache/apt/archives" && exec chroot "$1" sh /test/run.sh "$3""#;
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--ipc", "--fork", "--kill-child"])
        .args(["sh", "-c", script, "sh"])
        .arg(fresh)
        .arg(archives)
        .arg(port.to_string());
    Ok(command)
}

/// Keeps what the screen showed.
fn keep_picture(test: &Path, folder: &Path) -> Result<()> {
    let raw = test.join("window.xwd");
    if !raw.exists() {
        return Ok(());
    }
    let picture = folder.join("window.png");
    let mut convert = Command::new("convert");
    convert.arg(format!("xwd:{}", raw.display())).arg(&picture);
    if run_quietly(&mut convert).is_ok_and(|outcome| outcome.is_ok) {
        println!("The window: {}", picture.display());
    } else {
        let kept = folder.join("window.xwd");
        fs::copy(raw, &kept)?;
        println!("The window: {} (ImageMagick would make a PNG of it)", kept.display());
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} can be removed", folder.display()))?;
    }
    Ok(())
}
