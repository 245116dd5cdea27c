//! What the app asks of the desktop: clipboard, file manager, login, window.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use auto_launch::{AutoLaunch, AutoLaunchBuilder};
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::arguments::HIDDEN;
use crate::ipc::CommandError;
use crate::toolkit;
use crate::window::Window;

/// The name in the system's list of programs that start at login.
const LOGIN_NAME: &str = "Anki Sync Tray";

/// The desktop. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Desktop {
    handle: AppHandle,
    window: Window,
    tray_is_shown: Arc<AtomicBool>,
}

impl Desktop {
    /// The desktop of this app.
    #[must_use]
    pub fn new(handle: AppHandle, window: Window) -> Self {
        Self { handle, window, tray_is_shown: Arc::default() }
    }

    /// Puts a text onto the clipboard. It stays there when the window closes.
    ///
    /// # Errors
    /// [`CommandError::System`] when there is no clipboard.
    pub fn copy(&self, text: &str) -> Result<(), CommandError> {
        self.handle.clipboard().write_text(text).map_err(refused)
    }

    /// Shows a folder in the file manager.
    ///
    /// # Errors
    /// [`CommandError::System`] when the folder is gone or nothing can show it.
    pub fn open_folder(&self, folder: &Path) -> Result<(), CommandError> {
        // Some file managers answer a missing folder with an empty window.
        std::fs::read_dir(folder).map_err(refused)?;
        let mut refusal = CommandError::System { detail: "there is no file manager".to_owned() };
        for command in open::commands(folder) {
            match open_with(command) {
                Ok(()) => return Ok(()),
                Err(error) => refusal = refused(error),
            }
        }
        Err(refusal)
    }

    /// Lets the app start when the person logs in, or not.
    ///
    /// # Errors
    /// [`CommandError::System`] when the system does not keep that.
    pub fn set_starts_with_computer(&self, on: bool, hidden: bool) -> Result<(), CommandError> {
        let login = login(hidden)?;
        if on {
            login.enable().map_err(refused)
        } else if login.is_enabled().map_err(refused)? {
            login.disable().map_err(refused)
        } else {
            Ok(())
        }
    }

    /// Whether the app starts when the person logs in.
    #[must_use]
    pub fn starts_with_computer(&self) -> bool {
        login(false).is_ok_and(|login| login.is_enabled().unwrap_or(false))
    }

    /// Shows the window, or brings it to the front.
    pub fn show_window(&self) {
        self.window.open();
    }

    /// Whether the tray is on a panel right now.
    #[must_use]
    pub fn has_tray(&self) -> bool {
        self.tray_is_shown.load(Ordering::Relaxed)
    }

    /// Remembers whether the tray is on a panel.
    pub fn set_has_tray(&self, is_shown: bool) {
        self.tray_is_shown.store(is_shown, Ordering::Relaxed);
    }

    /// Ends the app. The server should have stopped by then.
    pub fn exit(&self) {
        self.window.close();
        self.handle.exit(0);
    }
}

/// Starts a file manager, which may run on for hours.
fn open_with(mut command: Command) -> std::io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    toolkit::allow_opengl(&mut command);
    let mut child = command.spawn()?;
    let watch = move || match child.wait() {
        Ok(status) if status.success() => {}
        Ok(status) => tracing::warn!(%status, "the file manager did not show the folder"),
        Err(error) => tracing::warn!(%error, "the file manager cannot be watched"),
    };
    thread::Builder::new().name("file-manager".to_owned()).spawn(watch).map(drop)
}

fn login(hidden: bool) -> Result<AutoLaunch, CommandError> {
    let program = program().map_err(refused)?;
    let arguments: &[&str] = if hidden { &[HIDDEN] } else { &[] };
    let mut builder = AutoLaunchBuilder::new();
    builder
        .set_app_name(LOGIN_NAME)
        .set_app_path(&in_command_line(&program))
        .set_args(arguments)
        .set_macos_launch_mode(auto_launch::MacOSLaunchMode::LaunchAgent)
        .set_windows_enable_mode(auto_launch::WindowsEnableMode::CurrentUser);
    builder.build().map_err(refused)
}

/// What the system has to start. An AppImage runs from a folder that exists only
/// while it runs, and tells where it lies itself.
fn program() -> std::io::Result<PathBuf> {
    match std::env::var_os("APPIMAGE") {
        Some(image) if cfg!(target_os = "linux") => Ok(image.into()),
        _ => std::env::current_exe(),
    }
}

/// The path as one word, for paths may have blanks.
fn in_command_line(program: &Path) -> String {
    let path = program.display().to_string();
    if cfg!(target_os = "linux") {
        let mut quoted = String::from('"');
        for character in path.chars() {
            match character {
                // The file format takes one backslash away and the command line
                // in it another.
                '"' | '`' | '$' => quoted.extend(["\\\\", &character.to_string()]),
                '\\' => quoted.push_str(r"\\\\"),
                '%' => quoted.push_str("%%"),
                _ => quoted.push(character),
            }
        }
        quoted + "\""
    } else if cfg!(windows) {
        format!("\"{path}\"")
    } else {
        // macOS keeps a list of words.
        path
    }
}

fn refused(error: impl ToString) -> CommandError {
    CommandError::System { detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_path_stays_one_word_in_a_desktop_entry() {
        let word = |path: &str| in_command_line(Path::new(path));
        assert_eq!(word("/usr/bin/anki-sync-tray"), r#""/usr/bin/anki-sync-tray""#);
        assert_eq!(word("/home/a b/50%.AppImage"), r#""/home/a b/50%%.AppImage""#);
        assert_eq!(word("/x/$y"), r#""/x/\\$y""#);
    }
}
