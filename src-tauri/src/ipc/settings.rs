//! The settings, and the log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person can set. The window shows and changes this; the file on disk
/// has the same fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Whether the first run is finished.
    pub is_set_up: bool,
    /// The storage folder.
    pub storage: String,
    /// Listen on this address of the computer alone; on all that `reach` allows
    /// when missing.
    pub address: Option<String>,
    /// The port.
    pub port: u16,
    /// Who may reach the server.
    pub reach: Reach,
    /// Limit of an upload as it travels, in mebibytes.
    pub upload_limit_mib: u32,
    /// Whether the app starts with the computer.
    pub starts_with_computer: bool,
    /// Whether it then stays in the tray.
    pub starts_hidden: bool,
    /// The language; the system's when missing.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Theme,
}

/// Who may reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// This computer alone.
    ThisComputer,
    /// Private networks: home, office, VPN.
    LocalNetworks,
    /// Everything that can send a packet here.
    Everything,
}

/// A language that the texts exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Something about the settings file that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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

/// How much of the log to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogWanted {
    /// At most so many lines, the newest.
    pub lines: u32,
}

/// The end of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogLines {
    /// The lines, the oldest first.
    pub lines: Vec<String>,
    /// The folder of the log files.
    pub folder: String,
}

/// A text for somebody who helps, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupportReport {
    /// The text.
    pub text: String,
}
