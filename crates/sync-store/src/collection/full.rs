//! Whole collection files: checking an uploaded one, putting it in place, and
//! copying one for a download.

use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;
use rusqlite::{Connection, ErrorCode};
use sync_protocol::TimestampMillis;

use super::deck_config::DeckConfigRow;
use super::decks::DeckRow;
use super::notetypes::NotetypeRow;
use super::open::{CURRENT_SCHEMA, connect, connect_received, disconnect, schema_version};
use super::sanity::TABLES_WITH_USN;
use super::{CollectionCounts, bounds, col, layout, structure, upgrade};
use crate::{StoreError, durable};

/// Checks an uploaded file and makes it ready to replace a collection: upgraded
/// to the current schema, without rows marked as not yet sent, closed, flushed,
/// and without a write-ahead log. Its `mod`, `scm`, `usn` and `ls` stay, because
/// the client that sent it keeps the same values.
///
/// `now` stamps decks that the upgrade must rename. Returns what is in the file.
///
/// # Errors
/// [`StoreError::Corrupt`] and [`StoreError::UnsupportedSchema`] when the file
/// cannot become a collection; it is then of no further use. Other errors are
/// ours, such as a full disk.
pub fn check_upload(file: &Path, now: TimestampMillis) -> Result<CollectionCounts, StoreError> {
    match check(file, now).map_err(blame_content) {
        Ok(counts) => {
            durable::sync_file(file)?;
            Ok(counts)
        }
        Err(error @ StoreError::Corrupt { .. }) => {
            // SQLite takes some failed reads for a damaged file.
            read_through(file)?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

fn read_through(file: &Path) -> Result<(), StoreError> {
    let read = File::open(file).and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
    read.map(drop).map_err(StoreError::io(file))
}

fn check(file: &Path, now: TimestampMillis) -> Result<CollectionCounts, StoreError> {
    let corrupt = |reason: &str| StoreError::Corrupt { reason: reason.into() };
    check_header(file)?;
    let mut db = connect_received(file)?;
    let version = schema_version(&db, file)?.ok_or_else(|| corrupt("there is no table col"))?;
    upgrade::require_supported(version)?;
    structure::refuse_active_schema(&db)?;
    layout::drop_foreign_statistics(&db)?;
    layout::drop_foreign_objects(&mut db)?;
    structure::require_tables(&db, version)?;
    // Until then, there may be no end to the rows.
    require_integrity(&db)?;
    structure::require_col_row(&db)?;
    // It was read through whatever index there was, of whatever row.
    if schema_version(&db, file)? != Some(version) {
        return Err(corrupt("it has more than one schema version"));
    }
    bounds::require_bounds(&db, version)?;
    upgrade::upgrade(&mut db, version, now)?;
    if version != CURRENT_SCHEMA {
        bounds::require_bounds(&db, CURRENT_SCHEMA)?;
    }
    layout::restore_layout(&mut db)?;
    require_readable_rows(&db)?;
    stamp_unsent_rows(&db)?;
    let counts = col::count(&db)?;
    disconnect(db, file)?;
    Ok(counts)
}

/// Looks at what SQLite itself lets pass: a file of a newer format can be opened and
/// not be written, one whose encoding has an unknown number counts as UTF-8 until it
/// is attached to another, and one that claims a table far beyond its end is said to
/// fill the disk.
///
/// Source: <https://www.sqlite.org/fileformat2.html#the_database_header>.
fn check_header(file: &Path) -> Result<(), StoreError> {
    let corrupt = |reason: &str| StoreError::Corrupt { reason: reason.into() };
    let mut header = [0; 100];
    let mut reader = File::open(file).map_err(StoreError::io(file))?;
    // SQLite takes an empty file for a new database.
    reader.read_exact(&mut header).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => corrupt("it is too short for a database"),
        _ => StoreError::io(file)(error),
    })?;
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(corrupt("it is not a database"));
    }
    let [write_version, read_version] = [header[18], header[19]];
    if write_version > 2 || read_version > 2 {
        return Err(corrupt("its format is too new to be written"));
    }
    let number = |at: usize| {
        u64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]))
    };
    let bytes = reader.metadata().map_err(StoreError::io(file))?.len();
    // A page has 512 bytes at least. The number is 0 in a file that does not shrink.
    if number(52) > bytes / 512 {
        return Err(corrupt("its last table lies beyond its end"));
    }
    if number(56) != 1 {
        return Err(corrupt("its texts are not UTF-8, as those of every Anki program are"));
    }
    Ok(())
}

/// Reads every page, and stops at the first problem.
fn require_integrity(db: &Connection) -> Result<(), StoreError> {
    let result: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    match read_error(&result) {
        Some(code) => Err(rusqlite::Error::SqliteFailure(code, Some(result)).into()),
        None if result == "ok" => Ok(()),
        None => Err(StoreError::Corrupt { reason: result }),
    }
}

/// The check tells in its own words, among what is wrong with the file, when the disk
/// could not be read.
fn read_error(result: &str) -> Option<rusqlite::ffi::Error> {
    let (_, code) = result.split_once("unable to get the page. error code=")?;
    let end = code.find(|c: char| !c.is_ascii_digit()).unwrap_or(code.len());
    Some(rusqlite::ffi::Error::new(code[..end].parse().ok()?))
}

/// Decodes what a sync must be able to decode. A client opens such a file, so its
/// own check would never tell.
fn require_readable_rows(db: &Connection) -> Result<(), StoreError> {
    require_readable(db, "notetypes", |id| NotetypeRow::load(db, id).map(drop))?;
    require_readable(db, "decks", |id| DeckRow::load(db, id).map(drop))?;
    require_readable(db, "deck_config", |id| DeckConfigRow::load(db, id).map(drop))
}

fn require_readable(
    db: &Connection,
    table: &str,
    load: impl Fn(i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut select = db.prepare(&format!("SELECT id FROM {table}"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        match row.get(0)? {
            0 => return Err(StoreError::Corrupt { reason: format!("an id in {table} is 0") }),
            id => load(id)?,
        }
    }
    Ok(())
}

/// Rows that were never sent get the collection's usn, and so do those from beyond it,
/// which would be sent in every sync.
fn stamp_unsent_rows(db: &Connection) -> Result<(), StoreError> {
    let usn: i64 = db.query_row("SELECT usn FROM col", [], |row| row.get(0))?;
    for table in TABLES_WITH_USN {
        db.execute(&format!("UPDATE {table} SET usn = ?1 WHERE usn = -1 OR usn > ?1"), [usn])?;
    }
    Ok(())
}

/// Tells apart what the file is to blame for and what we are.
fn blame_content(error: StoreError) -> StoreError {
    let ours = match &error {
        // The file ends before it should.
        StoreError::Sqlite(error) if extended_code(error) == Some(SQLITE_IOERR_SHORT_READ) => false,
        StoreError::Sqlite(error) => matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::OutOfMemory
                    | ErrorCode::CannotOpen
                    | ErrorCode::ReadOnly
                    | ErrorCode::PermissionDenied
                    | ErrorCode::FileLockingProtocolFailed
                    | ErrorCode::InternalMalfunction
            )
        ),
        StoreError::ZeroId { .. } | StoreError::UnreadableRow { .. } => false,
        // Already blamed on the file, or on the disk.
        _ => true,
    };
    if ours { error } else { StoreError::Corrupt { reason: innermost_reason(error) } }
}

fn extended_code(error: &rusqlite::Error) -> Option<c_int> {
    error.sqlite_error().map(|error| error.extended_code)
}

fn innermost_reason(error: StoreError) -> String {
    match error {
        StoreError::Sqlite(error)
            if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
        {
            "it takes longer to read than any collection of its size".into()
        }
        StoreError::Sqlite(error) => error.to_string(),
        error => error.to_string(),
    }
}

/// Puts a checked upload in the place of a closed collection. A crash at any
/// line leaves either the old file or the new one.
///
/// The old file stays as `kept_copy`, if that is asked for, in the same file
/// system; an earlier file of that name is replaced.
///
/// # Errors
/// [`StoreError::Busy`] when another program holds the old collection, and
/// [`StoreError::Io`]; the old collection is then still in place.
pub fn replace_collection(
    collection: &Path,
    upload: &Path,
    kept_copy: Option<&Path>,
) -> Result<(), StoreError> {
    durable::sync_file(upload)?;
    merge_log(collection)?;
    let is_there = is_there(collection)?;
    let kept_copy = kept_copy.filter(|_| is_there);
    let kept = kept_copy.map_or(Ok(()), |kept_copy| keep(collection, kept_copy));
    if let Err(error) = kept.and_then(|()| take_place(collection, upload)) {
        // The old file goes on changing, and a second name of it would change
        // along instead of telling what was there before.
        if let Some(kept_copy) = kept_copy {
            put_back(collection, kept_copy);
        }
        return Err(error);
    }
    collection.parent().map_or(Ok(()), durable::sync_folder)
}

/// Renames the upload over the old file, whose folder is yet to be flushed.
fn take_place(collection: &Path, upload: &Path) -> Result<(), StoreError> {
    // A log left by a crash belongs to the old file. It must be gone before the
    // new one is there: SQLite would apply it to whatever file has the name.
    remove_if_present(&beside(collection, "-wal"))?;
    remove_if_present(&beside(collection, "-shm"))?;
    collection.parent().map_or(Ok(()), durable::sync_folder)?;
    std::fs::rename(upload, collection).map_err(StoreError::io(collection))
}

/// Merges the log that a crash left into the old file, so that this is whole by
/// itself. A damaged file, for which an upload is the cure, is passed over.
fn merge_log(collection: &Path) -> Result<(), StoreError> {
    if !is_there(collection)? || !has_content(&beside(collection, "-wal"))? {
        return Ok(());
    }
    match connect(collection).and_then(|db| disconnect(db, collection)) {
        Err(error @ (StoreError::Corrupt { .. } | StoreError::Sqlite(_)))
            if !error.is_environment() =>
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                path = %collection.display(),
                "the collection that an upload replaces is damaged"
            );
            Ok(())
        }
        result => result,
    }
}

/// Gives the old file a second name, so that it outlives its replacement. Its
/// log, if one could not be merged, goes along: it may hold the newest changes.
fn keep(collection: &Path, kept_copy: &Path) -> Result<(), StoreError> {
    if let Some(folder) = kept_copy.parent() {
        durable::create_folder(folder)?;
    }
    name_again(collection, kept_copy)?;
    let log = beside(collection, "-wal");
    if has_content(&log)? {
        name_again(&log, &beside(kept_copy, "-wal"))?;
    }
    if let Some(folder) = kept_copy.parent() {
        durable::sync_folder(folder)?;
    }
    Ok(())
}

fn name_again(file: &Path, copy: &Path) -> Result<(), StoreError> {
    remove_if_present(copy)?;
    if std::fs::hard_link(file, copy).is_err() {
        // Not every file system has links.
        std::fs::copy(file, copy).map_err(StoreError::io(copy))?;
        durable::sync_file(copy)?;
    }
    Ok(())
}

/// Puts things back when a crash came after the old file got its second name and
/// before it was replaced: `kept_copy` is the collection itself then.
#[cfg(unix)]
pub fn undo_unfinished_replacement(collection: &Path, kept_copy: &Path) {
    use std::os::unix::fs::MetadataExt;
    let file = |path: &Path| std::fs::metadata(path).map(|it| (it.dev(), it.ino())).ok();
    if file(collection).is_some_and(|collection| file(kept_copy) == Some(collection)) {
        put_back(collection, kept_copy);
    }
}

/// Undoes [`keep`], after the old file could not be replaced.
fn put_back(collection: &Path, kept_copy: &Path) {
    let (log, kept_log) = (beside(collection, "-wal"), beside(kept_copy, "-wal"));
    let log_is_back = if kept_log.exists() && !log.exists() {
        std::fs::rename(&kept_log, &log).map_err(StoreError::io(&log))
    } else {
        remove_if_present(&kept_log)
    };
    if let Err(error) = log_is_back.and_then(|()| remove_if_present(kept_copy)) {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            path = %kept_copy.display(),
            "the copy of a collection that was not replaced after all stays"
        );
    }
}

/// Copies a closed collection into an empty file, without flushing the copy: it is
/// sent and deleted.
///
/// # Errors
/// [`StoreError::Busy`] when there is a write-ahead log, without which the copy
/// would lack the newest changes; [`StoreError::Io`] otherwise.
pub fn copy_collection(collection: &Path, copy: &Path) -> Result<(), StoreError> {
    if has_content(&beside(collection, "-wal"))? {
        return Err(StoreError::Busy { path: collection.to_owned() });
    }
    let mut from = File::open(collection).map_err(StoreError::io(collection))?;
    // Not created anew or truncated: when such a file is closed, ext4 writes all of
    // it to the disk, and whoever flushes anything meanwhile waits for that.
    let mut to = OpenOptions::new().write(true).open(copy).map_err(StoreError::io(copy))?;
    std::io::copy(&mut from, &mut to).map_err(StoreError::io(copy))?;
    Ok(())
}

fn is_there(file: &Path) -> Result<bool, StoreError> {
    file.try_exists().map_err(StoreError::io(file))
}

fn has_content(file: &Path) -> Result<bool, StoreError> {
    match std::fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        metadata => Ok(metadata.map_err(StoreError::io(file))?.len() > 0),
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove_if_present(file: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io(file)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests;
