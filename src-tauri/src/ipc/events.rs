//! What the app tells the window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    Addresses, Ladder, MoveProgress, Quitting, RunningSync, ServerStatus, Settings, SettingsNotice,
    SyncRow,
};

/// Everything the window shows from the first moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Snapshot {
    /// The server.
    pub status: ServerStatus,
    /// Where it can be reached.
    pub addresses: Addresses,
    /// The syncs under way.
    pub syncing: Vec<RunningSync>,
    /// How far the last device got; none since the start.
    pub ladder: Option<Ladder>,
    /// The settings.
    pub settings: Settings,
    /// What a person should know about the settings file.
    pub settings_notice: Option<SettingsNotice>,
    /// The storage folder of a computer that was never set up.
    pub default_storage: String,
    /// What moving the data is at.
    pub moving: Option<MoveProgress>,
    /// The language of the system: `en` or `de`.
    pub system_language: super::Language,
    /// The version of this program.
    pub version: String,
    /// Whether this desktop shows tray icons. Without one, starting the program
    /// again is the way to this window.
    pub has_tray: bool,
    /// Whether somebody wants the app to quit.
    pub quitting: Quitting,
}

/// Something changed. Each event carries the new value as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", content = "value", rename_all = "snake_case")]
pub enum AppEvent {
    /// The server.
    Status(ServerStatus),
    /// The addresses.
    Addresses(Addresses),
    /// The syncs under way.
    Syncing(Vec<RunningSync>),
    /// How far the last device got.
    Ladder(Option<Ladder>),
    /// A sync ended.
    SyncEnded(SyncRow),
    /// Accounts or devices changed: ask for them again.
    UsersChanged,
    /// The settings.
    Settings(Settings),
    /// What moving the data is at; none when it is over.
    Moving(Option<MoveProgress>),
    /// Lines were added to the log.
    LogLines(Vec<String>),
    /// Whether somebody wants the app to quit.
    Quitting(Quitting),
}
