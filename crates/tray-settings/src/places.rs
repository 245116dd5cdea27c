//! Where the settings are, and the storage folder that they name.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::file;

/// Name of the program's folder inside that of all settings.
const FOLDER: &str = "anki-sync-tray";

/// The folder of this person's settings of Anki Sync Tray, which need not
/// exist: inside `$XDG_CONFIG_HOME` or `~/.config`, `~/Library/Application
/// Support`, or `%APPDATA%`. None without a home folder.
#[must_use]
pub fn settings_folder() -> Option<PathBuf> {
    #[cfg(windows)]
    let all = std::env::var_os("APPDATA").map(PathBuf::from);
    #[cfg(target_os = "macos")]
    let all = std::env::home_dir().map(|home| home.join("Library/Application Support"));
    #[cfg(not(any(windows, target_os = "macos")))]
    let all = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".config")));
    all.filter(|all| all.is_absolute()).map(|all| all.join(FOLDER))
}

/// The storage folder of the official server, which is ours too until a person
/// chooses another. None without a home folder.
#[must_use]
pub fn default_storage() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".syncserver"))
}

/// A storage folder that settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStorage {
    /// The folder.
    pub folder: PathBuf,
    /// Whether the app has used it, so that it cannot be a new one.
    pub was_used: bool,
}

/// The storage folder that the settings in this folder name, if there are any.
/// Only reads.
#[must_use]
pub fn named_storage(settings_folder: &Path) -> Option<NamedStorage> {
    let fields = file::peek(settings_folder)?;
    let folder = PathBuf::from(fields.get("storage")?.as_str()?);
    let was_used = fields.get("is_set_up").and_then(Value::as_bool).unwrap_or_default();
    folder.is_absolute().then_some(NamedStorage { folder, was_used })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{Settings, SettingsFile};

    #[test]
    fn the_storage_folder_is_that_of_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(named_storage(folder.path()), None);
        let storage = std::env::temp_dir().join("cards");
        let (mut file, settings, _) =
            SettingsFile::load(folder.path(), Settings::new(storage.to_str().unwrap().to_owned()));
        file.save(&settings).unwrap();
        let named = |was_used| Some(NamedStorage { folder: storage.clone(), was_used });
        assert_eq!(named_storage(folder.path()), named(false));
        file.save(&Settings { is_set_up: true, ..settings }).unwrap();
        assert_eq!(named_storage(folder.path()), named(true));
        std::fs::write(folder.path().join("settings.json"), "{").unwrap();
        assert_eq!(named_storage(folder.path()), named(true), "from the last good copy");
        assert!(folder.path().join("settings.json").exists(), "only looked at");
    }
}
