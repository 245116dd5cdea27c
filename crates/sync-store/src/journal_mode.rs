//! Choosing how SQLite keeps a half-done write apart, and when it flushes.

use rusqlite::{Connection, ffi};

/// Switches to `wal` or `delete`.
///
/// SQLite first tells the new mode and then writes it to the file, so the answer
/// has to be read to its end: a disk that failed there would be told of later, in
/// words that mean something else. A file that can only be read stays as it is;
/// writing to it tells.
pub(crate) fn set_journal_mode(db: &Connection, wanted: &str) -> rusqlite::Result<()> {
    let mut statement = db.prepare(&format!("PRAGMA journal_mode = {wanted}"))?;
    let modes = statement.query_map([], |row| row.get(0))?;
    let modes: Vec<String> = modes.collect::<Result<_, _>>()?;
    if modes == [wanted] || db.is_readonly("main")? {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_IOERR),
        Some("disk I/O error on the way to another journal".into()),
    ))
}

/// Has each commit on the disk before it returns. On macOS a mere flush gets no further
/// than the drive's own memory, which a power cut takes.
pub(crate) fn flush_every_commit(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)
}
