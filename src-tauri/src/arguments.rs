//! The command line. People rarely see it: the desktop starts the program.

use std::ffi::OsString;

/// What the program is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The app, with its tray.
    App {
        /// Whether it stays in the tray, as at login.
        hidden: bool,
    },
    /// The window of an app that runs already. Only the app asks for this.
    Window,
    /// Tell the version, and end.
    Version,
    /// Tell what there is to ask for, and end.
    Help,
    /// Nobody knows what that means.
    Unknown(String),
}

/// Starts the app without its window.
pub const HIDDEN: &str = "--hidden";

/// Starts the process of the window.
pub const WINDOW: &str = "--window";

/// What `--help` tells.
pub const HELP: &str = "\
Anki Sync Tray syncs your Anki collections through your own computer.

Usage: anki-sync-tray [--hidden]

  --hidden   Start in the tray, without the window
  --version  Print the version
  --help     Print this text

Starting it again while it runs shows its window. To serve without a desktop,
use anki-sync-server.";

impl Start {
    /// Reads the command line, without the program's own name.
    pub fn read(line: impl IntoIterator<Item = OsString>) -> Self {
        let mut hidden = false;
        for word in line {
            match word.to_str() {
                Some(HIDDEN) => hidden = true,
                Some(WINDOW) => return Self::Window,
                Some("--version" | "-V") => return Self::Version,
                Some("--help" | "-h") => return Self::Help,
                // Older versions of macOS give every program it opens a number.
                Some(word) if cfg!(target_os = "macos") && word.starts_with("-psn_") => {}
                _ => return Self::Unknown(word.to_string_lossy().into_owned()),
            }
        }
        Self::App { hidden }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Start {
        Start::read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn without_arguments_it_is_the_app_with_its_window() {
        assert_eq!(read(""), Start::App { hidden: false });
    }

    #[test]
    fn hidden_keeps_the_app_in_the_tray() {
        assert_eq!(read(HIDDEN), Start::App { hidden: true });
    }

    #[test]
    fn the_app_can_ask_for_a_window() {
        assert_eq!(read(WINDOW), Start::Window);
    }

    #[test]
    fn version_and_help_are_found_in_any_place() {
        assert_eq!(read("--hidden --version"), Start::Version);
        assert_eq!(read("-V"), Start::Version);
        assert_eq!(read("--help"), Start::Help);
        assert_eq!(read("-h"), Start::Help);
    }

    #[test]
    fn what_nobody_knows_is_named() {
        assert_eq!(read("--hidden --prot 80"), Start::Unknown("--prot".into()));
        assert_eq!(read("serve"), Start::Unknown("serve".into()));
    }
}
