//! The one row of table `col`, the transaction of a sync, and what `meta`
//! wants to know.

use rusqlite::{Connection, Row, TransactionBehavior, ffi};
use sync_protocol::{TimestampMillis, TimestampSecs, Usn};

use super::CollectionStore;
use super::column::{integer, nearest_i32};
use crate::StoreError;

/// The times and the sequence number that decide what a sync does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectionStamps {
    /// Creation, in seconds: the start of day 0 (column `crt`).
    pub created: TimestampSecs,
    /// Last change to anything, in milliseconds (column `mod`). Equal on both
    /// sides means nothing to sync.
    pub modified: TimestampMillis,
    /// Last change that cannot be merged, in milliseconds (column `scm`).
    /// Different on both sides means a full sync.
    pub schema_modified: TimestampMillis,
    /// End of the last sync, in milliseconds; 0 for never (column `ls`).
    pub last_sync: TimestampMillis,
    /// Stamp of everything that the next sync writes (column `usn`).
    pub usn: Usn,
}

/// Features that a client must know before it may sync this collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientRequirements {
    /// The collection uses the scheduler of 2018: sync version 9 or later.
    pub v2_scheduler: bool,
    /// The collection uses the time zones of 2020: sync version 10 or later.
    pub v2_timezones: bool,
}

/// How much there is, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectionCounts {
    /// Cards.
    pub cards: u64,
    /// Notes.
    pub notes: u64,
}

impl CollectionStore {
    /// The times and the sequence number, as they are now; inside a sync, with
    /// what the sync wrote.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when the row cannot be read.
    pub fn stamps(&self) -> Result<CollectionStamps, StoreError> {
        let read = |row: &Row<'_>| {
            Ok(CollectionStamps {
                created: TimestampSecs(integer(row, 0)),
                modified: TimestampMillis(integer(row, 1)),
                schema_modified: TimestampMillis(integer(row, 2)),
                last_sync: TimestampMillis(integer(row, 3)),
                usn: Usn(nearest_i32(integer(row, 4))),
            })
        };
        let mut statement = self.db.prepare_cached("SELECT crt, mod, scm, ls, usn FROM col")?;
        Ok(statement.query_row([], read)?)
    }

    /// Whether there is no card. A client with cards then offers an upload only.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when the table cannot be read.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM cards)")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// What a client must know to sync this collection.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when the config cannot be read.
    pub fn client_requirements(&self) -> Result<ClientRequirements, StoreError> {
        Ok(ClientRequirements {
            v2_scheduler: self.config_value::<u8>("schedVer")? == Some(2),
            v2_timezones: self.config_value::<i32>("creationOffset")?.is_some(),
        })
    }

    /// How many cards and notes there are.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when a table cannot be read.
    pub fn counts(&self) -> Result<CollectionCounts, StoreError> {
        count(&self.db)
    }

    /// Opens the transaction that holds everything a normal sync writes, until
    /// [`finish_sync`](Self::finish_sync) or [`roll_back`](Self::roll_back).
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program holds the file;
    /// [`StoreError::Sqlite`] also when a transaction is open already.
    pub fn begin_sync(&mut self) -> Result<(), StoreError> {
        self.db.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::sqlite(&self.path))
    }

    /// Undoes what was written since [`begin_sync`](Self::begin_sync). Does
    /// nothing when no transaction is open.
    pub fn roll_back(&mut self) {
        if self.db.is_autocommit() {
            return;
        }
        if let Err(error) = self.db.execute_batch("ROLLBACK") {
            // SQLite rolls back by itself on the failures that would also fail
            // this statement. Closing the connection undoes whatever is left.
            tracing::warn!(%error, path = %self.path.display(), "rolling back a sync failed");
        }
    }

    /// Ends a normal sync: new usn and times, and everything written since
    /// [`begin_sync`](Self::begin_sync), become permanent at once.
    ///
    /// Returns the new `modified`, which is also `last_sync` and what the client
    /// stores as its own.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when there is no open transaction or the commit
    /// fails; nothing is written then.
    pub fn finish_sync(&mut self, now: TimestampMillis) -> Result<TimestampMillis, StoreError> {
        self.require_transaction()?;
        let modified = self.next_modified(now)?;
        // The official server writes `mod` after the commit. A crash in between
        // would leave new data under the old `mod`, which other clients take for
        // "nothing to sync"; so all of it goes into the one transaction.
        self.db
            .prepare_cached("UPDATE col SET mod = ?1, ls = ?1, usn = min(usn + 1, 2147483647)")?
            .execute([modified.0])?;
        if let Err(error) = self.db.execute_batch("COMMIT") {
            self.roll_back();
            return Err(StoreError::sqlite(&self.path)(error));
        }
        Ok(modified)
    }

    /// Raises the usn and sets `modified`, as before every full download, and
    /// commits that. The caller has ended any sync, and closes the collection
    /// before it copies the file.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program holds the file;
    /// [`StoreError::Sqlite`] also when a sync's transaction is open.
    pub fn touch_for_download(&mut self, now: TimestampMillis) -> Result<(), StoreError> {
        let modified = self.next_modified(now)?;
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::sqlite(&self.path))?;
        transaction
            .execute("UPDATE col SET mod = ?1, usn = min(usn + 1, 2147483647)", [modified.0])?;
        Ok(transaction.commit()?)
    }

    /// `now`, unless that is the stored `mod`: clients that still have it would
    /// take it for "nothing to sync". A `mod` from a clock that was ahead is not
    /// kept, because it would make every client look older than the server for
    /// as long, and their config would be lost.
    fn next_modified(&self, now: TimestampMillis) -> Result<TimestampMillis, StoreError> {
        let same = self.stamps()?.modified == now;
        Ok(if same { TimestampMillis(now.0.saturating_add(1)) } else { now })
    }

    /// Refuses to write outside a sync's transaction: SQLite ends it by itself on
    /// some failures (disk full), and what followed would be permanent.
    pub(super) fn require_transaction(&self) -> Result<(), StoreError> {
        if self.db.is_autocommit() {
            return Err(StoreError::Sqlite(rusqlite::Error::SqliteFailure(
                ffi::Error::new(ffi::SQLITE_MISUSE),
                Some("no sync is running on this collection".into()),
            )));
        }
        Ok(())
    }
}

/// Counts the cards and notes of an open file.
pub(super) fn count(db: &Connection) -> Result<CollectionCounts, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT (SELECT count() FROM cards), (SELECT count() FROM notes)")?;
    Ok(statement.query_row([], |row| {
        Ok(CollectionCounts {
            cards: integer(row, 0).unsigned_abs(),
            notes: integer(row, 1).unsigned_abs(),
        })
    })?)
}

#[cfg(test)]
mod tests;
