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
        let state = dirs::state_dir().or_else(dirs::data_local_dir)?;
        Some(Self {
            settings: dirs::config_dir()?.join(FOLDER),
            logs: state.join(FOLDER).join("logs"),
            default_storage: dirs::home_dir()?.join(".syncserver"),
            system_language: text::system_language(),
        })
    }
}
