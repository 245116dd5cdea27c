//! A real Anki desktop, set up for the app's server by `aqt_desktop.py`.

use std::path::{Path, PathBuf};

use super::desktop::Desktop;
use super::process::Process;

/// Lets it log in and sync once. `pictures` is a folder for what it shows on the way.
#[track_caller]
pub fn sync(desktop: &Desktop, address: &str, name: &str, password: &str, pictures: Option<&Path>) {
    let mut command = desktop.command(python());
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("app/aqt_desktop.py"))
        .arg(desktop.folder().join("anki"))
        .args([address, name, password])
        .args(pictures)
        .env("QT_QPA_PLATFORM", "xcb")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        // Containers and root have no sandbox for it.
        .env("QTWEBENGINE_DISABLE_SANDBOX", "1")
        .env(
            "QTWEBENGINE_CHROMIUM_FLAGS",
            "--no-sandbox --disable-gpu --disable-background-networking",
        );
    let mut anki = Process::start(&mut command);
    // A start of Anki alone can take half a minute here.
    anki.line(|line| line.starts_with("opened the preferences").then_some(()));
    anki.line(|line| line.starts_with("the sync is finished").then_some(()));
    let status = anki.end();
    assert!(status.success(), "Anki ended with {status}:\n{}", anki.log());
}

/// The interpreter of its virtual environment.
fn python() -> PathBuf {
    let folder = std::env::var_os("ANKI_DESKTOP_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/anki-desktop"),
        PathBuf::from,
    );
    let python = folder.join("bin/python");
    assert!(
        python.exists(),
        "Anki's desktop program is not installed in {}. `cargo xtask app` installs it and runs \
         these tests.",
        folder.display()
    );
    python
}
