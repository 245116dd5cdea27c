//! `settings.json`, its last good copy, and what becomes of a damaged one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::Settings;
use crate::durable::replace_file;
use crate::migrate::{CURRENT, TooNew, VERSION, migrate};

const FILE: &str = "settings.json";
const LAST_GOOD: &str = "settings.last-good.json";

/// Something about the settings file that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts-rs", derive(ts_rs::TS))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SettingsNotice {
    /// The file was damaged; the last good copy is used.
    RestoredFromCopy {
        /// Where the damaged file was put.
        damaged: String,
    },
    /// The file and its copy were damaged; the defaults are used.
    Defaults {
        /// Where the damaged file was put.
        damaged: String,
    },
    /// The file is of a newer version of this program; it is left alone and
    /// changes are not kept.
    FromNewerVersion,
}

/// The settings could not be kept. The file holds the former ones, or the new ones
/// if only flushing failed: who goes on with the former ones saves them again.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The file cannot be written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The settings have no form as JSON, which is a fault of this program.
    #[error("the settings cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// The file that keeps the settings.
#[derive(Debug)]
pub struct SettingsFile {
    folder: PathBuf,
    is_left_alone: bool,
}

/// What a file holds.
enum Content {
    Fields(Map<String, Value>),
    Newer(Map<String, Value>),
    Damaged,
    Missing,
}

impl SettingsFile {
    /// Reads the settings in a folder, which need not exist. Never fails: a
    /// damaged file is put aside, and the last good copy or else the defaults
    /// take its place.
    #[must_use]
    pub fn load(folder: &Path, defaults: Settings) -> (Self, Settings, Option<SettingsNotice>) {
        let path = folder.join(FILE);
        let mut file = Self { folder: folder.to_owned(), is_left_alone: false };
        match read(&path) {
            Content::Fields(fields) => (file, Settings::read(&fields, defaults), None),
            Content::Newer(fields) => {
                file.is_left_alone = true;
                // What both versions understand is better than the defaults.
                let settings = Settings::read(&fields, defaults);
                (file, settings, Some(SettingsNotice::FromNewerVersion))
            }
            // The copy outlives a power cut between putting a damaged file aside
            // and writing a new one.
            Content::Missing => match read(&folder.join(LAST_GOOD)) {
                Content::Fields(fields) => {
                    let settings = Settings::read(&fields, defaults);
                    file.restore(&settings);
                    (file, settings, None)
                }
                _ => (file, defaults, None),
            },
            Content::Damaged => {
                let damaged = put_aside(&path).to_string_lossy().into_owned();
                match read(&folder.join(LAST_GOOD)) {
                    Content::Fields(fields) => {
                        let settings = Settings::read(&fields, defaults);
                        file.restore(&settings);
                        (file, settings, Some(SettingsNotice::RestoredFromCopy { damaged }))
                    }
                    _ => (file, defaults, Some(SettingsNotice::Defaults { damaged })),
                }
            }
        }
    }

    /// Writes the file anew from its copy. Where that fails, the copy serves
    /// the next start as well.
    fn restore(&mut self, settings: &Settings) {
        let _ = self.save(settings);
    }

    /// Whether the file is of a newer version, so that nothing is kept.
    #[must_use]
    pub fn is_left_alone(&self) -> bool {
        self.is_left_alone
    }

    /// Keeps the settings, and a copy of them for the day on which the file is
    /// found damaged. Gives what stood in the way of the copy: the settings are
    /// kept all the same. Does nothing to a file of a newer version.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub fn save(&mut self, settings: &Settings) -> Result<Option<SaveError>, SaveError> {
        if self.is_left_alone {
            return Ok(None);
        }
        let mut whole = Map::from_iter([(VERSION.to_owned(), Value::from(CURRENT))]);
        if let Value::Object(fields) = serde_json::to_value(settings)? {
            whole.extend(fields);
        }
        let mut text = serde_json::to_vec_pretty(&whole)?;
        text.push(b'\n');
        self.replace(FILE, &text)?;
        Ok(self.replace(LAST_GOOD, &text).err())
    }

    fn replace(&self, name: &str, text: &[u8]) -> Result<(), SaveError> {
        let path = self.folder.join(name);
        replace_file(&path, text).map_err(|source| SaveError::Io { path, source })
    }
}

/// The fields of the settings in a folder, without touching anything.
pub(crate) fn peek(folder: &Path) -> Option<Map<String, Value>> {
    [FILE, LAST_GOOD].into_iter().find_map(|name| match read(&folder.join(name)) {
        Content::Fields(fields) | Content::Newer(fields) => Some(fields),
        Content::Damaged | Content::Missing => None,
    })
}

fn read(path: &Path) -> Content {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Content::Missing,
        // A file that cannot be read is of no more use than a damaged one.
        Err(_) => return Content::Damaged,
    };
    // Editors on Windows may put a byte order mark in front.
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let Ok(mut fields) = serde_json::from_slice::<Map<String, Value>>(text) else {
        return Content::Damaged;
    };
    match migrate(&mut fields) {
        Ok(()) => Content::Fields(fields),
        Err(TooNew) => Content::Newer(fields),
    }
}

/// Renames a damaged file so that it is not overwritten; a person may want to
/// look at it. Tells where it is.
fn put_aside(path: &Path) -> PathBuf {
    for number in 1..100 {
        let aside = match number {
            1 => path.with_extension("damaged.json"),
            _ => path.with_extension(format!("damaged-{number}.json")),
        };
        if !aside.exists() {
            return match std::fs::rename(path, &aside) {
                Ok(()) => aside,
                Err(_) => path.to_owned(),
            };
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use tempfile::TempDir;

    use super::*;

    fn load(folder: &TempDir) -> (SettingsFile, Settings, Option<SettingsNotice>) {
        SettingsFile::load(folder.path(), Settings::new("/default".to_owned()))
    }

    /// A folder in which port 9000 was kept.
    fn folder_with_settings() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, settings, _) = load(&folder);
        file.save(&Settings { port: 9000, ..settings }).unwrap();
        folder
    }

    fn damaged(folder: &TempDir, name: &str) -> String {
        folder.path().join(name).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_computer_that_was_never_set_up_has_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let (_, settings, notice) = load(&folder);
        assert_eq!((settings, notice), (Settings::new("/default".to_owned()), None));
    }

    #[test]
    fn what_is_saved_is_loaded_again() {
        let folder = folder_with_settings();
        let (_, settings, notice) = load(&folder);
        assert_eq!((settings.port, notice), (9000, None));
    }

    #[test]
    fn a_damaged_file_is_put_aside_and_the_copy_takes_its_place() {
        for content in ["", "{\"port\": 90", "[]", "\0\0\0\0"] {
            let folder = folder_with_settings();
            std::fs::write(folder.path().join(FILE), content).unwrap();
            let (_, settings, notice) = load(&folder);
            let damaged = damaged(&folder, "settings.damaged.json");
            assert_eq!(settings.port, 9000, "{content:?}");
            assert_eq!(std::fs::read_to_string(&damaged).unwrap(), content);
            assert_eq!(notice, Some(SettingsNotice::RestoredFromCopy { damaged }));
            let (_, settings, notice) = load(&folder);
            assert_eq!((settings.port, notice), (9000, None), "the next start");
        }
    }

    #[test]
    fn the_copy_serves_when_the_file_is_gone() {
        let folder = folder_with_settings();
        std::fs::remove_file(folder.path().join(FILE)).unwrap();
        assert_eq!(load(&folder).1.port, 9000);
        assert!(folder.path().join(FILE).exists());
    }

    #[test]
    fn the_defaults_count_when_the_copy_is_damaged_too() {
        let folder = folder_with_settings();
        for name in [FILE, LAST_GOOD] {
            std::fs::write(folder.path().join(name), "{").unwrap();
        }
        let (mut file, settings, notice) = load(&folder);
        let damaged = damaged(&folder, "settings.damaged.json");
        assert_eq!(settings, Settings::new("/default".to_owned()));
        assert_eq!(notice, Some(SettingsNotice::Defaults { damaged }));
        file.save(&settings).unwrap();
        assert_eq!(load(&folder).2, None);
    }

    #[test]
    fn a_second_damaged_file_leaves_the_first_alone() {
        let folder = folder_with_settings();
        for (content, name) in
            [("1st", "settings.damaged.json"), ("2nd", "settings.damaged-2.json")]
        {
            std::fs::write(folder.path().join(FILE), content).unwrap();
            load(&folder);
            assert_eq!(std::fs::read_to_string(damaged(&folder, name)).unwrap(), content);
        }
    }

    #[test]
    fn a_file_of_a_newer_version_is_read_as_far_as_possible_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let newer = r#"{ "version": 99, "port": 9000, "reach": { "who": "anna" } }"#;
        std::fs::write(folder.path().join(FILE), newer).unwrap();
        let (mut file, settings, notice) = load(&folder);
        assert_eq!((settings.port, notice), (9000, Some(SettingsNotice::FromNewerVersion)));
        assert!(file.is_left_alone() && !load(&folder_with_settings()).0.is_left_alone());
        file.save(&settings).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join(FILE)).unwrap(), newer);
    }

    #[test]
    fn a_file_that_was_edited_on_windows_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "\u{feff}{\r\n\"port\": 9000}\r\n").unwrap();
        assert_eq!(load(&folder).1.port, 9000);
    }

    #[test]
    fn settings_are_kept_even_when_their_copy_cannot_be() {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, settings, _) = load(&folder);
        std::fs::create_dir(folder.path().join(LAST_GOOD)).unwrap();
        let warning = file.save(&Settings { port: 9000, ..settings }).unwrap();
        assert!(matches!(warning, Some(SaveError::Io { path, .. }) if path.ends_with(LAST_GOOD)));
        assert_eq!(load(&folder).1.port, 9000);
    }

    #[test]
    fn what_cannot_be_saved_is_an_error_and_not_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (_, settings, _) = load(&folder);
        let not_a_folder = folder.path().join("file");
        std::fs::write(&not_a_folder, "").unwrap();
        let (mut file, ..) = SettingsFile::load(&not_a_folder, settings.clone());
        assert!(matches!(file.save(&settings), Err(SaveError::Io { .. })));
    }
}
