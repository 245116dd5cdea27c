//! Opening and closing a collection file, and everything set on a connection.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use sync_protocol::TimestampMillis;

use super::{CollectionStore, create, structure, unicase_collation, upgrade};
use crate::StoreError;
use crate::journal_mode::{flush_every_commit, set_journal_mode};
use crate::processor::let_others_run;

/// The schema that this program works with; others are upgraded to it.
pub(crate) const CURRENT_SCHEMA: i64 = 18;

/// Pages that a connection keeps, in KiB. The system caches the file as well, so
/// more of them make neither the check of an upload nor a sync of thousands of
/// changes faster (docs/benchmarks.md); and each running sync may need as much.
const CACHE_KIB: i64 = 4 * 1024;

/// A write-ahead log with so many pages that are not merged is merged outside of any
/// sync: SQLite's own limit for doing so within a commit.
const LONG_LOG_PAGES: i64 = 1000;
/// With so many, a commit does it after all: syncs may follow one another without a break.
const TOO_LONG_LOG_PAGES: i64 = 16 * LONG_LOG_PAGES;

/// After so many of SQLite's own steps, large work lets others run: some 0.2 ms.
const STEPS_IN_A_ROW: i32 = 10_000;
/// Steps that any received file may take, and those for each of its bytes. A large
/// collection takes less than one for each.
const MIN_STEPS: u64 = 50_000_000;
const STEPS_PER_BYTE: u64 = 20;

/// Tables and indexes in a received file. A collection has some thirty.
pub(super) const MAX_OBJECTS: i32 = 200;
/// A statement in a received file that defines one, in bytes. The longest of a collection
/// has less than a thousand.
const MAX_DEFINITION_BYTES: i32 = 16 * 1024;

impl CollectionStore {
    /// Opens a collection, creates it when it is missing or has no `col` table,
    /// and upgrades it from schema 11 and 14 to 17. What the upgrade changes gets
    /// the collection's own usn, so that other devices learn of it.
    ///
    /// `now` stamps a new collection and renamed objects.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program holds the file,
    /// [`StoreError::UnsupportedSchema`] for other schemas, and
    /// [`StoreError::Corrupt`] when it is no database or lacks a table.
    pub fn open(path: &Path, now: TimestampMillis) -> Result<Self, StoreError> {
        let mut db = connect(path)?;
        match schema_version(&db, path)? {
            None => create::create(&mut db, now)?,
            Some(version) => {
                upgrade::require_supported(version)?;
                structure::require_tables(&db, version)?;
                upgrade::upgrade(&mut db, version, now)?;
            }
        }
        Ok(Self { db, path: path.to_owned() })
    }

    /// Gives back the memory that a sync needed. The file stays open, as many
    /// accounts' files may.
    pub fn release_memory(&self) {
        // Nothing depends on it.
        if let Err(error) = self.db.execute_batch("PRAGMA shrink_memory") {
            tracing::debug!(%error, "a collection kept its memory");
        }
    }

    /// Whether the write-ahead log has become long, so that it should be merged into the
    /// file. Commits do not do this, because a client waits for them.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn has_long_log(&self) -> Result<bool, StoreError> {
        Ok(self.checkpoint("NOOP")? >= LONG_LOG_PAGES)
    }

    /// Merges the write-ahead log into the file.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; what was committed is safe in the log then.
    pub fn merge_log(&self) -> Result<(), StoreError> {
        self.checkpoint("PASSIVE").map(drop)
    }

    /// Pages in the log that are not merged afterwards.
    fn checkpoint(&self, mode: &str) -> Result<i64, StoreError> {
        self.db
            .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
                let (in_log, merged): (i64, i64) = (row.get(1)?, row.get(2)?);
                Ok(in_log - merged)
            })
            .map_err(StoreError::sqlite(&self.path))
    }

    /// Closes the file: what is not committed is rolled back, the write-ahead log
    /// is merged into the file, flushed, and removed.
    ///
    /// # Errors
    /// When writing fails, for example because the disk is full. Then the log
    /// stays and the next [`CollectionStore::open`] reads it.
    pub fn close(self) -> Result<(), StoreError> {
        disconnect(self.db, &self.path)
    }
}

/// Opens the file with the settings that every use of a collection needs.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    connect_prepared(path, |_| Ok(()))
}

/// [`connect`], with what has to be set before SQLite looks into the file.
fn connect_prepared(
    path: &Path,
    prepare: impl FnOnce(&mut Connection) -> rusqlite::Result<()>,
) -> Result<Connection, StoreError> {
    // Without SQLITE_OPEN_URI: an account called `file:x` is a plain path.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(classify(path))?;
    prepare(&mut db).and_then(|()| configure(&db)).map_err(classify(path))?;
    Ok(db)
}

/// [`connect`] for work that takes seconds, on a file that nobody uses until it is
/// flushed as a whole, or ever: nothing is flushed meanwhile, and the processor is
/// shared with whoever wants it.
pub(crate) fn connect_for_large_work(path: &Path) -> Result<Connection, StoreError> {
    connect_with_steps(path, u64::MAX, |_| Ok(()))
}

/// [`connect_for_large_work`] on a file that somebody sent. Before anybody can see that it
/// is damaged, one of some kilobytes could take all memory or time there is: with a long
/// definition or very many, or with a tree whose branches lead to the same leaves again
/// and again.
pub(crate) fn connect_received(path: &Path) -> Result<Connection, StoreError> {
    let bytes = std::fs::metadata(path).map_err(StoreError::io(path))?.len();
    let steps = MIN_STEPS.saturating_add(bytes.saturating_mul(STEPS_PER_BYTE));
    connect_with_steps(path, steps, |db| {
        db.set_limit(Limit::SQLITE_LIMIT_SCHEMA, MAX_OBJECTS)?;
        db.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_DEFINITION_BYTES).map(drop)
    })
}

/// Opens the file for large work. After so many of SQLite's own steps, whatever is under
/// way fails with [`rusqlite::ErrorCode::OperationInterrupted`].
fn connect_with_steps(
    path: &Path,
    steps: u64,
    prepare: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Connection, StoreError> {
    let mut left = steps / STEPS_IN_A_ROW as u64;
    let should_stop = move || {
        let_others_run();
        left = left.saturating_sub(1);
        left == 0
    };
    let db = connect_prepared(path, |db| {
        db.progress_handler(STEPS_IN_A_ROW, Some(should_stop))?;
        prepare(db)
    })?;
    db.pragma_update(None, "synchronous", "off")?;
    db.pragma_update(None, "wal_autocheckpoint", LONG_LOG_PAGES)?;
    Ok(db)
}

fn configure(db: &Connection) -> rusqlite::Result<()> {
    // A backup program may hold the file for a moment; another server does not
    // let go, so waiting longer helps nobody.
    db.busy_timeout(Duration::from_secs(1))?;
    // SQLite drops the log of a file that it cannot read, and with it what may be
    // the last whole copy of some pages.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Files come from outside. Nothing in their schema may act by itself.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
    // A rule of a foreign table definition must not refuse what clients send, nor
    // cost time in the integrity check.
    db.pragma_update(None, "ignore_check_constraints", true)?;
    // Before the journal mode: then the index of the log lives in memory, there
    // is no -shm file, and a second program cannot open the file by mistake.
    db.pragma_update(None, "locking_mode", "exclusive")?;
    // Only matters for a new file.
    db.pragma_update(None, "page_size", 4096)?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // The log keeps a broken sync out of the file and needs one flush per commit.
    // This is the first access, so a file that is no database fails here.
    set_journal_mode(db, "wal")?;
    db.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    // A sync that was confirmed to a client must survive a power cut.
    flush_every_commit(db)?;
    // See `CollectionStore::has_long_log`; closing merges in any case.
    db.pragma_update(None, "wal_autocheckpoint", TOO_LONG_LOG_PAGES)?;
    // The upload of many cards uses about thirty statements in turn.
    db.set_prepared_statement_cache_capacity(64);
    unicase_collation::register(db)
}

/// Merges the log into the file and closes it; see [`CollectionStore::close`].
pub(crate) fn disconnect(db: Connection, path: &Path) -> Result<(), StoreError> {
    if !db.is_autocommit() {
        db.execute_batch("ROLLBACK")?;
    }
    // Closing does this too, but keeps silent when it fails.
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(StoreError::sqlite(path))?;
    db.close().map_err(|(_, error)| StoreError::sqlite(path)(error))
}

/// For `map_err` on a file whose content is not yet known to be good.
pub(crate) fn classify(path: &Path) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            StoreError::Corrupt { reason: error.to_string() }
        }
        _ => StoreError::sqlite(path)(error),
    }
}

/// The schema version of a file; `None` without a `col` table.
pub(crate) fn schema_version(db: &Connection, path: &Path) -> Result<Option<i64>, StoreError> {
    let has_col = db
        .query_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'col'", [], |_| {
            Ok(())
        })
        .optional()
        .map_err(classify(path))?
        .is_some();
    if !has_col {
        return Ok(None);
    }
    db.query_row("SELECT ver FROM col", [], |row| row.get(0)).map(Some).map_err(|error| match error
    {
        rusqlite::Error::QueryReturnedNoRows => {
            StoreError::Corrupt { reason: "the table col is empty".into() }
        }
        error => match classify(path)(error) {
            error if error.is_environment() => error,
            StoreError::Sqlite(error) => {
                StoreError::Corrupt { reason: format!("the schema version: {error}") }
            }
            error => error,
        },
    })
}
