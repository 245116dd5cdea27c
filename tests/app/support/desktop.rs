//! A desktop of its own: display, session bus, home folder. Nothing of it is left afterwards.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sync_tests::evidence;
use tempfile::TempDir;

use super::process::Process;

/// Starts nothing by itself on the session bus: what is on it, a test put there.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=FOLDER/bus</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A display and a session bus with a person's folders.
pub struct Desktop {
    // The order is that of their ends.
    _bus: Process,
    _display: Process,
    folder: TempDir,
    display: String,
    scale: u32,
    home: PathBuf,
}

impl Drop for Desktop {
    fn drop(&mut self) {
        evidence::files("homes", &self.home);
        if self.home.is_symlink() {
            // A link that stays would only be in the way of the next pictures.
            let _ = fs::remove_file(&self.home);
        }
    }
}

impl Desktop {
    /// A desktop of usual size.
    pub fn start() -> Self {
        Self::with_scale(1)
    }

    /// A desktop on a screen with `scale` times as many pixels for everything.
    pub fn with_scale(scale: u32) -> Self {
        let folder = tempfile::Builder::new().prefix("anki-desktop-").tempdir().expect("temp");
        for name in ["home", "run"] {
            fs::create_dir(folder.path().join(name)).expect("a new folder");
        }
        let screen = format!("{}x{}x24", 1280 * scale, 960 * scale);
        let display = Process::start(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
                .arg(screen),
        );
        let number: u32 = display.line(|line| line.trim().parse().ok());
        let configuration = folder.path().join("bus.conf");
        let place = folder.path().to_str().expect("a plain path");
        fs::write(&configuration, BUS.replace("FOLDER", place)).expect("a new file");
        let bus = Process::start(
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", configuration.display()))
                .args(["--nofork", "--nopidfile", "--print-address=1"]),
        );
        bus.line(|line| line.starts_with("unix:").then_some(()));
        let home = folder.path().join("home");
        Self { _bus: bus, _display: display, folder, display: format!(":{number}"), scale, home }
    }

    /// A desktop whose home folder has a name to show in pictures, where such a link may be
    /// made.
    #[cfg(unix)]
    pub fn for_pictures(scale: u32) -> Self {
        let mut desktop = Self::with_scale(scale);
        let name = PathBuf::from("/home/anna");
        if std::os::unix::fs::symlink(desktop.home(), &name).is_ok() {
            desktop.home = name;
        }
        desktop
    }

    /// The person's home folder.
    pub fn home(&self) -> PathBuf {
        self.home.clone()
    }

    /// A folder for what a test needs beside the home folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the app keeps its settings.
    pub fn settings_folder(&self) -> PathBuf {
        self.home().join(".config/anki-sync-tray")
    }

    /// Where the app keeps the accounts unless told otherwise.
    pub fn default_storage(&self) -> PathBuf {
        self.home().join(".syncserver")
    }

    /// The address of the session bus.
    pub fn bus_address(&self) -> String {
        format!("unix:path={}/bus", self.folder.path().display())
    }

    /// A program on this desktop, with nothing of the environment of the tests.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let home = self.home();
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("LANGUAGE", "en")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus_address())
            .env("GDK_BACKEND", "x11")
            .env("GDK_SCALE", self.scale.to_string())
            .env("NO_AT_BRIDGE", "1")
            .current_dir(&home);
        command
    }

    /// The name of the display.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// What a person would paste.
    pub fn clipboard(&self) -> String {
        let output = self
            .command("xclip")
            .args(["-selection", "clipboard", "-out"])
            .output()
            .expect("xclip is installed");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The files of a folder and below, for messages.
    pub fn listing(&self, folder: &Path) -> String {
        let mut text = String::new();
        list(folder, &mut text);
        text
    }
}

fn list(folder: &Path, text: &mut String) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let _ = writeln!(text, "{}", path.display());
        if path.is_dir() {
            list(&path, text);
        }
    }
}
