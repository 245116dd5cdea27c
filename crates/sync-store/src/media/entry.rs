//! Rows of the tables `media` and `meta`.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_protocol::{MediaUsn, TimestampSecs};

use super::MediaTotals;
use crate::StoreError;
use crate::column::{from_count, to_count};

/// SHA-1 of a file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sha1Sum(Vec<u8>);

impl Sha1Sum {
    pub(super) fn new(bytes: [u8; 20]) -> Self {
        Self(bytes.to_vec())
    }

    pub(super) fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }
}

/// A file, or a deleted one's mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaEntry {
    pub(super) file_name: String,
    /// Kept when the file is deleted.
    pub(super) sha1: Sha1Sum,
    /// In bytes; 0 marks a deleted file.
    pub(super) size: u64,
    /// Usn of the last change.
    pub(super) usn: MediaUsn,
    /// When the server recorded the last change.
    pub(super) modified: TimestampSecs,
}

impl MediaEntry {
    /// Whether the file is there, that is not deleted.
    pub(super) fn is_live(&self) -> bool {
        self.size > 0
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            file_name: row.get("fname")?,
            sha1: Sha1Sum(row.get("csum")?),
            size: to_count(row.get("size")?),
            usn: MediaUsn(row.get("usn")?),
            modified: TimestampSecs(row.get("mtime")?),
        })
    }

    pub(super) fn find(db: &Connection, name: &str) -> Result<Option<Self>, StoreError> {
        db.prepare_cached("SELECT fname, csum, size, usn, mtime FROM media WHERE fname = ?")?
            .query_row([name], Self::read)
            .optional()
            .map_err(StoreError::from)
    }

    /// Calls `f` with every row, by name.
    pub(super) fn for_each(
        db: &Connection,
        mut f: impl FnMut(Self) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement =
            db.prepare("SELECT fname, csum, size, usn, mtime FROM media ORDER BY fname")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            f(Self::read(row)?)?;
        }
        Ok(())
    }

    /// Adds the row, or replaces the one of that name.
    pub(super) fn write(&self, db: &Connection) -> Result<(), StoreError> {
        db.prepare_cached(
            "INSERT OR REPLACE INTO media (fname, csum, size, usn, mtime) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            self.file_name,
            self.sha1.0,
            from_count(self.size),
            self.usn.0,
            self.modified.0
        ])?;
        Ok(())
    }

    /// Removes a row without a mark, as if there had never been such a file.
    pub(super) fn forget(db: &Connection, name: &str) -> Result<(), StoreError> {
        db.prepare_cached("DELETE FROM media WHERE fname = ?")?.execute([name])?;
        Ok(())
    }
}

/// The one row of table `meta`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MediaMeta {
    pub(super) last_usn: MediaUsn,
    pub(super) totals: MediaTotals,
}

impl MediaMeta {
    pub(super) fn read(db: &Connection) -> Result<Self, StoreError> {
        db.prepare_cached("SELECT last_usn, total_bytes, total_nonempty_files FROM meta")?
            .query_row([], |row| {
                Ok(Self {
                    last_usn: MediaUsn(row.get(0)?),
                    totals: MediaTotals {
                        bytes: to_count(row.get(1)?),
                        files: to_count(row.get(2)?),
                    },
                })
            })
            .map_err(StoreError::from)
    }

    pub(super) fn write(&self, db: &Connection) -> Result<(), StoreError> {
        db.prepare_cached(
            "UPDATE meta SET last_usn = ?, total_bytes = ?, total_nonempty_files = ?",
        )?
        .execute(params![
            self.last_usn.0,
            from_count(self.totals.bytes),
            from_count(self.totals.files)
        ])?;
        Ok(())
    }
}
