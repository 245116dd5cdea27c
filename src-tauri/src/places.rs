//! Where things are kept.

use std::path::PathBuf;

use crate::ipc::Language;
use crate::text;

/// The app's folder inside the platform's folders.
pub const FOLDER: &str = "anki-sync-tray";

/// Where things are kept, and what the system prefers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The folder of the settings file.
    pub settings: PathBuf,
    /// The folder of the log.
    pub logs: PathBuf,
    /// The storage folder of a computer that was never set up.
    pub default_storage: PathBuf,
    /// The language of the system.
    pub system_language: Language,
}

impl Places {
    /// The places of the person who runs this program; none when the system does
    /// not tell where their home is.
    #[must_use]
    pub fn of_this_person() -> Option<Self> {
        Some(Self {
            settings: tray_settings::settings_folder()?,
            logs: state_folder()?.join(FOLDER).join("logs"),
            default_storage: tray_settings::default_storage()?,
            system_language: text::system_language(),
        })
    }
}

/// Where programs keep what can be lost and belongs to this computer.
fn state_folder() -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        std::env::var_os("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        std::env::home_dir().map(|home| home.join("Library/Application Support"))
    } else {
        std::env::var_os("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))
    };
    folder.filter(|folder| folder.is_absolute())
}
