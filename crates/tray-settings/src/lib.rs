//! The settings of Anki Sync Tray: what can be set, and the file that keeps it.
//!
//! The app reads and writes the file; the program without a window reads from
//! it which storage folder to use.

mod durable;
mod file;
mod migrate;
mod model;
mod places;

pub use durable::replace_file;
pub use file::{SaveError, SettingsFile, SettingsNotice};
pub use model::{Language, Reach, Settings, Theme};
pub use places::{NamedStorage, default_storage, named_storage, settings_folder};
