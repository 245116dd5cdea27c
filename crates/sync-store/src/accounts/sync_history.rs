//! Rows of table `sync_history`: one for each sync that ended.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use sync_protocol::TimestampMillis;

use super::{AccountId, DeviceId, ServerDb};
use crate::StoreError;

/// What kind of sync it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncKind {
    /// Changes both ways.
    Normal,
    /// The device's whole collection replaced the server's.
    Upload,
    /// The server's whole collection went to the device.
    Download,
    /// Media files.
    Media,
}

/// How many objects went one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncCounts {
    /// Notes, added or changed.
    pub notes: u64,
    /// Cards, added or changed.
    pub cards: u64,
    /// Reviews.
    pub reviews: u64,
    /// Notetypes, added or changed.
    pub notetypes: u64,
    /// Decks and deck configurations, added or changed.
    pub decks: u64,
    /// Deleted notes, cards and decks.
    pub deletions: u64,
    /// Media files, added or replaced.
    pub media_files: u64,
    /// Deleted media files.
    pub media_deletions: u64,
}

/// A sync that ended, well or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRecord {
    /// Whose it was.
    pub account: AccountId,
    /// The device; none when it has been signed out since.
    pub device: Option<DeviceId>,
    /// The client version it stated.
    pub client_version: String,
    /// What kind of sync it was.
    pub kind: SyncKind,
    /// When it began.
    pub started: TimestampMillis,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of request bodies, device to server, as they travelled.
    pub up_bytes: u64,
    /// Bytes of response bodies, server to device, as they travelled.
    pub down_bytes: u64,
    /// Objects that went from the device to the server.
    pub up: SyncCounts,
    /// Objects that went from the server to the device.
    pub down: SyncCounts,
    /// How it ended, as a short code the server chooses: `ok`, `aborted`, ….
    pub result: String,
}

impl ServerDb {
    /// Adds a sync to the history, and forgets the account's oldest ones.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn record_sync(&mut self, sync: &SyncRecord) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// The latest syncs of one account or of all, newest first.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn recent_syncs(
        &self,
        limit: u32,
        account: Option<AccountId>,
    ) -> Result<Vec<SyncRecord>, StoreError> {
        unimplemented!()
    }
}
