//! Opening and closing `media.db`.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use sync_protocol::MediaUsn;

use super::entry::MediaMeta;
use super::places::MediaFolder;
use super::redo_log::{self, RedoLogs};
use super::{MediaStore, temporary};
use crate::StoreError;
use crate::journal_mode::{flush_every_commit, set_journal_mode};

/// Name of the database inside the account's folder.
const DATABASE: &str = "media.db";
/// What SQLite keeps beside it while it is open.
const DATABASE_LOGS: [&str; 2] = ["media.db-wal", "media.db-journal"];
/// `user_version` of the layout used here.
const LAYOUT: i64 = 4;

impl MediaStore {
    /// Whether an account has media, without creating anything. If not, they are as
    /// [`MediaStore::open`] would make them: no changes, and the last usn is 0.
    ///
    /// Another program may have the account open. The account's folder need not be there,
    /// but the folder around it has to be: an account whose disk was taken away may well
    /// have media.
    ///
    /// # Errors
    /// [`StoreError::Io`] when that cannot be told.
    pub fn exists(account_folder: &Path) -> Result<bool, StoreError> {
        let names = [DATABASE].into_iter().chain(DATABASE_LOGS).chain(redo_log::NAMES);
        for path in names.map(|name| account_folder.join(name)) {
            match std::fs::symlink_metadata(&path) {
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(StoreError::Io { path, source }),
            }
        }
        let around = account_folder.parent().unwrap_or(account_folder);
        std::fs::metadata(around).map_err(StoreError::io(around))?;
        Ok(false)
    }

    /// The last usn of an account's media, as it is written, when the media themselves
    /// cannot be opened.
    ///
    /// # Errors
    /// As [`MediaStore::open`], but for the folder with the files.
    pub fn recorded_usn(account_folder: &Path) -> Result<MediaUsn, StoreError> {
        let db = connect(account_folder)?;
        Ok(MediaMeta::read(&db)?.last_usn)
    }

    /// Opens the media of an account; folder and database are created if
    /// missing, an older database is upgraded, files get back what a power cut took
    /// from them, and left-over temporary files are removed.
    ///
    /// A folder that is missing while the database lists files is not created: it may
    /// be on a disk that is not there, and comes back.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program holds the database,
    /// [`StoreError::NewerLayout`], [`StoreError::Corrupt`],
    /// [`StoreError::Io`], [`StoreError::Sqlite`].
    pub fn open(account_folder: &Path) -> Result<Self, StoreError> {
        let db = connect(account_folder)?;
        let files = MediaMeta::read(&db)?.totals.files;
        let media_folder = Arc::new(MediaFolder::open(account_folder, files)?);
        let left_over = media_folder.look(&db)?;
        redo_log::settle(&db, account_folder, &media_folder)?;
        temporary::remove_left_overs(&db, media_folder.path(), &left_over)?;
        let logs = RedoLogs::new(account_folder, &media_folder);
        let account_folder = account_folder.to_owned();
        Ok(Self { db, account_folder, media_folder, logs, is_settled: true })
    }

    /// Puts right what an earlier call could not finish. Nearly always nothing.
    pub(super) fn settle(&mut self) -> Result<(), StoreError> {
        if self.is_settled && !self.logs.have_failed() {
            return Ok(());
        }
        self.logs.wait();
        self.media_folder.check_is_there()?;
        self.media_folder.look(&self.db)?;
        redo_log::settle(&self.db, &self.account_folder, &self.media_folder)?;
        self.logs = RedoLogs::new(&self.account_folder, &self.media_folder);
        self.is_settled = true;
        Ok(())
    }

    /// Flushes all files and closes the database, so that its main file is complete
    /// and no log remains.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Sqlite`]; the database is closed all the same,
    /// and what could not be flushed stays logged.
    pub fn close(mut self) -> Result<(), StoreError> {
        let flushed = self.settle().and_then(|()| {
            self.logs.close().or_else(|_| {
                // What could not be flushed is written once more.
                self.is_settled = false;
                self.settle()
            })
        });
        let closed = self.db.close().map_err(|(_, error)| StoreError::Sqlite(error));
        flushed.and(closed)
    }
}

fn connect(account_folder: &Path) -> Result<Connection, StoreError> {
    let path = account_folder.join(DATABASE);
    open_database(&path).map_err(|error| match error {
        StoreError::Sqlite(error) => StoreError::sqlite(&path)(error),
        other => other,
    })
}

fn open_database(path: &Path) -> Result<Connection, StoreError> {
    let mut db = Connection::open(path)?;
    // Only one program serves a folder. Who finds it taken should say so at
    // once; the short wait is for a predecessor that is just closing.
    db.busy_timeout(Duration::from_millis(200))?;
    // As the official server does: the two must never serve one folder at the
    // same time. Set before WAL, it also keeps the index out of a -shm file.
    db.pragma_update(None, "locking_mode", "exclusive")?;
    let layout: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if layout > LAYOUT {
        return Err(StoreError::NewerLayout { path: path.to_owned(), version: layout });
    }
    if !matches!(layout, 0 | 3 | LAYOUT) {
        return Err(StoreError::Corrupt { reason: format!("media.db has the layout {layout}") });
    }
    // Commits append to one file, with one flush each.
    set_journal_mode(&db, "wal")?;
    // A client never repeats what was answered with success: it has to last.
    flush_every_commit(&db)?;
    // Takes the lock now rather than at the first change.
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    match layout {
        0 => {
            transaction.execute_batch(include_str!("../schema/media.sql"))?;
            transaction.execute("INSERT INTO meta VALUES (0, 0, 0)", [])?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        3 => {
            transaction.execute_batch(include_str!("../schema/media_upgrade_3.sql"))?;
            transaction.execute_batch(include_str!("../schema/media.sql"))?;
            transaction.execute_batch(include_str!("../schema/media_upgrade_3_copy.sql"))?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        // To set the same version again would be a write, with its flush.
        _ => {}
    }
    transaction.commit()?;
    Ok(db)
}

#[cfg(test)]
mod tests;
