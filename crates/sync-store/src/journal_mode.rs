//! Choosing how SQLite keeps a half-done write apart.

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
