//! Where things are kept.

use std::path::PathBuf;

use crate::ipc::Language;

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
