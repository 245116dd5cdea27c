//! Rows of table `sync_history`: one for each sync that ended.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, named_params, params};
use serde::{Deserialize, Serialize};
use sync_protocol::TimestampMillis;

use super::device::unknown_account;
use super::{AccountId, DeviceId, ServerDb};
use crate::StoreError;
use crate::column::{from_count, to_count};

/// Syncs that are remembered of each account.
pub const MAX_SYNCS_PER_ACCOUNT: usize = 1000;

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

impl SyncKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Media => "media",
        }
    }
}

impl ToSql for SyncKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for SyncKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        [Self::Normal, Self::Upload, Self::Download, Self::Media]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(FromSqlError::InvalidType)
    }
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

impl SyncCounts {
    fn to_column(self) -> Result<String, StoreError> {
        serde_json::to_string(&self).map_err(|error| StoreError::Corrupt {
            reason: format!("the counts of a sync cannot be written: {error}"),
        })
    }

    /// Counts of another program version are read as far as they are known.
    fn from_column(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }
}

impl SyncRecord {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            account: AccountId(row.get("account_id")?),
            device: row.get::<_, Option<i64>>("device_id")?.map(DeviceId),
            client_version: row.get("client_version")?,
            kind: row.get("kind")?,
            started: TimestampMillis(row.get("started")?),
            duration_ms: to_count(row.get("duration_ms")?),
            up_bytes: to_count(row.get("up_bytes")?),
            down_bytes: to_count(row.get("down_bytes")?),
            up: SyncCounts::from_column(row.get_ref("up_counts")?.as_str()?),
            down: SyncCounts::from_column(row.get_ref("down_counts")?.as_str()?),
            result: row.get("result")?,
        })
    }
}

impl ServerDb {
    /// Adds a sync to the history, and forgets what exceeds
    /// [`MAX_SYNCS_PER_ACCOUNT`]. A device that is gone counts as none. A power
    /// cut may lose it, so it costs no flush.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn record_sync(&mut self, sync: &SyncRecord) -> Result<(), StoreError> {
        let (up, down) = (sync.up.to_column()?, sync.down.to_column()?);
        self.without_flush(|db| {
            let transaction = db.transaction()?;
            transaction
                .prepare_cached(include_str!("../schema/insert_sync.sql"))?
                .execute(named_params! {
                    ":account_id": sync.account.0,
                    ":device_id": sync.device.map(|device| device.0),
                    ":client_version": sync.client_version,
                    ":kind": sync.kind,
                    ":started": sync.started.0,
                    ":duration_ms": from_count(sync.duration_ms),
                    ":up_bytes": from_count(sync.up_bytes),
                    ":down_bytes": from_count(sync.down_bytes),
                    ":up_counts": up,
                    ":down_counts": down,
                    ":result": sync.result,
                })
                .map_err(unknown_account)?;
            transaction
                .prepare_cached(include_str!("../schema/forget_syncs.sql"))?
                .execute(params![sync.account.0, MAX_SYNCS_PER_ACCOUNT as i64])?;
            // An account that vanished meanwhile fails here at the latest.
            transaction.commit().map_err(unknown_account)
        })
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
        self.db
            .prepare_cached(include_str!("../schema/recent_syncs.sql"))?
            .query_map(params![account.map(|account| account.0), limit], SyncRecord::read)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreError::from)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::accounts::account::tests::add;

    fn sync_of(account: AccountId, started: i64) -> SyncRecord {
        SyncRecord {
            account,
            device: None,
            client_version: "26.09".to_owned(),
            kind: SyncKind::Media,
            started: TimestampMillis(started),
            duration_ms: 12,
            up_bytes: 3,
            down_bytes: 4,
            up: SyncCounts { media_files: 2, ..SyncCounts::default() },
            down: SyncCounts { notes: 1, ..SyncCounts::default() },
            result: "ok".to_owned(),
        }
    }

    #[test]
    fn syncs_come_back_as_recorded_newest_first() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let (ann, bob) = (add(&mut db, "ann").id, add(&mut db, "bob").id);
        for (account, started) in [(ann, 1), (bob, 2), (ann, 3)] {
            db.record_sync(&sync_of(account, started)).unwrap();
        }
        assert_eq!(db.recent_syncs(2, None).unwrap(), [sync_of(ann, 3), sync_of(bob, 2)]);
        assert_eq!(db.recent_syncs(9, Some(ann)).unwrap(), [sync_of(ann, 3), sync_of(ann, 1)]);
    }

    #[test]
    fn oldest_syncs_are_forgotten() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let (ann, bob) = (add(&mut db, "ann").id, add(&mut db, "bob").id);
        db.record_sync(&sync_of(bob, 0)).unwrap();
        for started in 1..=1003 {
            db.record_sync(&sync_of(ann, started)).unwrap();
        }
        let left = db.recent_syncs(5000, Some(ann)).unwrap();
        assert_eq!(left.len(), MAX_SYNCS_PER_ACCOUNT);
        assert_eq!(left.last().unwrap().started, TimestampMillis(4));
        assert_eq!(db.recent_syncs(9, Some(bob)).unwrap().len(), 1, "others keep theirs");
    }

    #[test]
    fn sync_outlives_its_device_but_not_its_account() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let ann = add(&mut db, "ann").id;
        let gone = SyncRecord { device: Some(DeviceId(77)), ..sync_of(ann, 1) };
        db.record_sync(&gone).unwrap();
        assert_eq!(db.recent_syncs(9, None).unwrap(), [sync_of(ann, 1)]);
        db.delete_account(ann).unwrap();
        assert_eq!(db.recent_syncs(9, None).unwrap(), []);
        assert!(matches!(db.record_sync(&sync_of(ann, 2)), Err(StoreError::UnknownAccount)));
    }
}
