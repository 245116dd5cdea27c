//! Opening `server.db`.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::folders::create_storage_folder;
use crate::StoreError;
use crate::journal_mode::{flush_every_commit, set_journal_mode};

/// Name of the file inside the storage folder.
const FILE: &str = "server.db";
/// Each brings the file from one `user_version` to the next. Never change one
/// that was released; add another.
const MIGRATIONS: [&str; 1] = [include_str!("../schema/server_1.sql")];

/// `BASE/server.db`: accounts, device keys, the history of syncs, settings.
///
/// Another process may read it at the same time. Whoever writes holds the
/// [`super::FolderLock`].
#[derive(Debug)]
pub struct ServerDb {
    pub(super) db: Connection,
    pub(super) base: PathBuf,
}

impl ServerDb {
    /// Opens the database of a storage folder; both are created if missing.
    ///
    /// # Errors
    /// [`StoreError::NewerLayout`] for a file of a newer program,
    /// [`StoreError::Busy`], [`StoreError::Io`], [`StoreError::Sqlite`].
    pub fn open(base: &Path) -> Result<Self, StoreError> {
        create_storage_folder(base)?;
        create_private(&base.join(FILE))?;
        let mut store = Self::open_file(base, true)?;
        store.settle_renames()?;
        Ok(store)
    }

    /// Opens the database of a storage folder anew, after [`ServerDb::give_up`]. Where a
    /// drive is not plugged in its empty mount point may be there, so nothing is created.
    /// Renames are not settled.
    ///
    /// # Errors
    /// As [`ServerDb::open`]; [`StoreError::Io`] while the storage folder is away.
    pub fn open_again(base: &Path) -> Result<Self, StoreError> {
        Self::check_is_there(base)?;
        Self::open_file(base, false)
    }

    /// Looks whether the storage folder is where it was, which an open database does not
    /// tell: it can be written to after its folder was moved away.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn check_is_there(base: &Path) -> Result<(), StoreError> {
        let path = base.join(FILE);
        std::fs::symlink_metadata(&path).map(drop).map_err(StoreError::io(&path))
    }

    fn open_file(base: &Path, may_be_new: bool) -> Result<Self, StoreError> {
        let path = base.join(FILE);
        let db = open_database(&path, may_be_new).map_err(|error| match error {
            StoreError::Sqlite(error) => StoreError::sqlite(&path)(error),
            other => other,
        })?;
        Ok(Self { db, base: base.to_owned() })
    }

    /// Opens the database of a storage folder for reading alone, also while a
    /// server uses it; `None` when there is none. Nothing is upgraded or
    /// repaired, so an old layout may lack what is asked for.
    ///
    /// # Errors
    /// [`StoreError::NewerLayout`], [`StoreError::Sqlite`].
    pub fn open_to_read(base: &Path) -> Result<Option<Self>, StoreError> {
        let path = base.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let db = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.busy_timeout(Duration::from_secs(5))?;
        let layout: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if layout > MIGRATIONS.len() as i64 {
            return Err(StoreError::NewerLayout { path, version: layout });
        }
        Ok(Some(Self { db, base: base.to_owned() }))
    }

    /// The storage folder.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// Rolls back what a panic or a failure left open, and has writes flushed again.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn recover(&mut self) -> Result<(), StoreError> {
        if !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        self.db.pragma_update(None, "synchronous", "full")?;
        Ok(())
    }

    /// Closes a database that failed, to be opened again: after a drive was unplugged, what
    /// is open fails for ever. Nothing more is written, since by now the name may be that
    /// of another file; the next to open it takes up what was committed.
    pub fn give_up(self) {
        // Where not even this works, it closes as any other does.
        let _ = self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }

    /// Runs writes that happen all or not at all. What they change in memory is for the
    /// caller, afterwards.
    ///
    /// # Errors
    /// That of `work`, and [`StoreError::Sqlite`]; nothing has changed then.
    pub fn together<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let run = |store: &Self, sql| store.db.execute_batch(sql).map_err(StoreError::from);
        run(self, "BEGIN IMMEDIATE")?;
        let result = work(self).and_then(|value| {
            run(self, "COMMIT")?;
            Ok(value)
        });
        if result.is_err() {
            // Where this fails too, whoever comes next tries again.
            let _ = self.recover();
        }
        result
    }

    /// Runs writes that may be lost in a power cut: they stay whole, but are
    /// not flushed one by one. After a panic or a failure in between,
    /// [`ServerDb::recover`] brings the flushing back.
    pub(super) fn without_flush<T>(
        &mut self,
        write: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.db.pragma_update(None, "synchronous", "normal")?;
        let result = write(&mut self.db);
        self.db.pragma_update(None, "synchronous", "full")?;
        result
    }
}

/// Creates the file so that only its owner can read it: it holds password
/// hashes. SQLite gives its side files the same rights.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let file = options.open(path).map_err(StoreError::io(path))?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(StoreError::io(path))
    }
    #[cfg(not(unix))]
    options.open(path).map(drop).map_err(StoreError::io(path))
}

fn open_database(path: &Path, may_be_new: bool) -> Result<Connection, StoreError> {
    let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_CREATE);
    let mut db = Connection::open_with_flags(path, flags)?;
    // Another process reads now and then, and is quickly done.
    db.busy_timeout(Duration::from_secs(5))?;
    let layout: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if layout > MIGRATIONS.len() as i64 {
        return Err(StoreError::NewerLayout { path: path.to_owned(), version: layout });
    }
    // A file that was emptied, or is another one: filling it would lose all accounts.
    if layout == 0 && !may_be_new {
        return Err(StoreError::io(path)(ErrorKind::UnexpectedEof.into()));
    }
    // Readers and the writer do not wait for one another.
    set_journal_mode(&db, "wal")?;
    // A key that a device was given has to last.
    flush_every_commit(&db)?;
    // Devices and history go with their account.
    db.pragma_update(None, "foreign_keys", true)?;
    if layout < MIGRATIONS.len() as i64 {
        migrate(&mut db)?;
    }
    Ok(db)
}

fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may just have done it.
    let layout: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(layout).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::accounts::account::tests::add;

    #[test]
    fn what_is_written_is_there_after_opening_again() {
        let base = tempfile::tempdir().unwrap();
        let inner = base.path().join("new");
        let mut db = ServerDb::open(&inner).unwrap();
        let ann = add(&mut db, "ann");
        drop(db);
        assert_eq!(ServerDb::open(&inner).unwrap().accounts().unwrap(), [ann]);
    }

    #[test]
    fn second_process_can_read_meanwhile() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let other = ServerDb::open(base.path()).unwrap();
        let ann = add(&mut db, "ann");
        assert_eq!(other.accounts().unwrap(), [ann]);
    }

    #[test]
    fn a_reader_sees_what_the_writer_has_written_and_cannot_write() {
        let base = tempfile::tempdir().unwrap();
        assert!(ServerDb::open_to_read(base.path()).unwrap().is_none());
        let mut db = ServerDb::open(base.path()).unwrap();
        let ann = add(&mut db, "ann");
        let mut reader = ServerDb::open_to_read(base.path()).unwrap().unwrap();
        assert_eq!(reader.accounts().unwrap(), std::slice::from_ref(&ann));
        assert!(reader.set_enabled(ann.id, false).is_err());
        drop(db);
        assert_eq!(reader.accounts().unwrap(), [ann]);
    }

    #[test]
    fn file_of_a_newer_program_is_left_alone() {
        let base = tempfile::tempdir().unwrap();
        drop(ServerDb::open(base.path()).unwrap());
        let path = base.path().join(FILE);
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let error = ServerDb::open(base.path()).unwrap_err();
        assert!(matches!(error, StoreError::NewerLayout { version: 99, .. }));
    }

    #[test]
    fn file_that_is_no_database_is_an_error() {
        let base = tempfile::tempdir().unwrap();
        std::fs::write(base.path().join(FILE), "x".repeat(5000)).unwrap();
        assert!(matches!(ServerDb::open(base.path()), Err(StoreError::Sqlite(_))));
    }

    #[test]
    fn keys_reach_the_medium_also_after_a_panic_amid_what_need_not() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let pragma = |db: &ServerDb, name: &str| -> i64 {
            db.db.pragma_query_value(None, name, |row| row.get(0)).unwrap()
        };
        for (name, value) in [("synchronous", 2), ("fullfsync", 1), ("checkpoint_fullfsync", 1)] {
            assert_eq!(pragma(&db, name), value, "{name}");
        }
        let broken_off = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            db.without_flush(|db| -> Result<(), StoreError> {
                db.execute_batch("BEGIN IMMEDIATE")?;
                panic!("on purpose");
            })
        }));
        assert!(broken_off.is_err());
        db.recover().unwrap();
        assert_eq!(pragma(&db, "synchronous"), 2);
    }

    #[test]
    fn database_that_was_given_up_is_opened_again_with_all_that_was_committed() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        let ann = add(&mut db, "ann");
        db.give_up();
        assert_eq!(ServerDb::open_again(base.path()).unwrap().accounts().unwrap(), [ann]);
    }

    #[test]
    fn database_that_is_given_up_leaves_the_files_of_its_name_alone() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        add(&mut db, "ann");
        let log = std::fs::read(base.path().join("server.db-wal")).unwrap();
        assert!(!log.is_empty());
        db.give_up();
        assert_eq!(std::fs::read(base.path().join("server.db-wal")).unwrap(), log);
    }

    #[test]
    fn database_that_is_away_is_not_replaced_by_an_empty_one() {
        let base = tempfile::tempdir().unwrap();
        let missing = base.path().join("missing");
        assert!(matches!(ServerDb::open_again(&missing), Err(StoreError::Io { .. })));
        assert!(!missing.exists());
        assert!(matches!(ServerDb::open_again(base.path()), Err(StoreError::Io { .. })));
        std::fs::write(base.path().join(FILE), "").unwrap();
        assert!(matches!(ServerDb::open_again(base.path()), Err(StoreError::Io { .. })));
        assert_eq!(std::fs::read(base.path().join(FILE)).unwrap(), b"");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        add(&mut db, "ann");
        for name in ["server.db", "server.db-wal"] {
            let mode = std::fs::metadata(base.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}
