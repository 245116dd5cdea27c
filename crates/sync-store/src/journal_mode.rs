//! Choosing how SQLite keeps a half-done write apart.

use rusqlite::{Connection, ffi};

/// Switches to `wal` or `delete`. SQLite keeps silent when a failing disk does not
/// let it, stays as it was, and fails later in words that mean something else. A
/// file that can only be read stays as it is here too; writing to it tells.
pub(crate) fn set_journal_mode(db: &Connection, wanted: &str) -> rusqlite::Result<()> {
    let mode: String =
        db.pragma_update_and_check(None, "journal_mode", wanted, |row| row.get(0))?;
    if mode == wanted || db.is_readonly("main")? {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_IOERR),
        Some("disk I/O error on the way to another journal".into()),
    ))
}
