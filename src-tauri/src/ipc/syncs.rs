//! Syncs: those under way and those that ended.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The program on a device, read from what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientApp {
    /// `Anki`, `AnkiDroid`, `AnkiMobile`, or what the program calls itself.
    pub name: String,
    /// Its version, such as `26.9.3`; empty when it does not tell.
    pub version: String,
    /// Its system, such as `Windows`, `macOS`, `Linux`, `Android`; empty when it
    /// does not tell.
    pub system: String,
}

/// What kind of sync it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    /// Changes both ways.
    Normal,
    /// The device's whole collection replaces the server's.
    Upload,
    /// The server's whole collection goes to the device.
    Download,
    /// Media files.
    Media,
}

/// Which way most of a running sync goes, as the server sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the device to this computer.
    Receiving,
    /// From this computer to the device.
    Sending,
    /// Both, or nothing has moved yet.
    Both,
}

/// A sync that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RunningSync {
    /// The account.
    pub user: String,
    /// The device's number.
    pub device: i64,
    /// The program on it.
    pub app: ClientApp,
    /// What kind of sync.
    pub kind: SyncKind,
    /// Which way.
    pub direction: Direction,
    /// When it began, in milliseconds since the epoch.
    pub started: i64,
    /// Bytes moved so far.
    pub bytes: u64,
    /// Bytes to move in all, where that is known beforehand.
    pub total_bytes: Option<u64>,
}

/// A sync that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncRow {
    /// The account; none when it was removed since.
    pub user: Option<String>,
    /// The program on the device.
    pub app: ClientApp,
    /// What kind of sync.
    pub kind: SyncKind,
    /// When it began, in milliseconds since the epoch.
    pub started: i64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Bytes from the device.
    pub up_bytes: u64,
    /// Bytes to the device.
    pub down_bytes: u64,
    /// What the device sent.
    pub up: Counts,
    /// What the device received.
    pub down: Counts,
    /// Why it did not end well; none when it did.
    pub failure: Option<SyncFailureKind>,
}

/// How many objects went one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Counts {
    /// Notes.
    pub notes: u64,
    /// Cards.
    pub cards: u64,
    /// Reviews.
    pub reviews: u64,
    /// Notetypes.
    pub notetypes: u64,
    /// Decks and their options.
    pub decks: u64,
    /// Deleted notes, cards and decks.
    pub deletions: u64,
    /// Media files.
    pub media_files: u64,
    /// Deleted media files.
    pub media_deletions: u64,
}

/// Why a sync did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncFailureKind {
    /// The client gave up, or the person cancelled it.
    Aborted,
    /// Another device of the same account began to sync.
    Superseded,
    /// The two sides had different counts: the client asks for a full sync.
    SanityCheck,
    /// What the client sent does not fit the collection.
    Refused,
    /// The uploaded collection is damaged or too new.
    UploadRefused,
    /// The upload is larger than the limit.
    TooLarge,
    /// The client fell silent.
    Idle,
    /// The account was changed or the server stopped meanwhile.
    Closed,
    /// This computer's fault: a full disk, a locked file.
    ServerFault,
    /// A reason that this version does not know.
    Unknown,
}

/// Which ended syncs to list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncsWanted {
    /// Of this account alone.
    pub user: Option<String>,
    /// At most so many, the newest first.
    pub limit: u32,
}
