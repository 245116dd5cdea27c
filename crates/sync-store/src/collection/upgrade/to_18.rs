//! Schema 17 to 18: a deletion is listed once.

use rusqlite::Connection;

use crate::StoreError;

pub(super) fn upgrade(db: &Connection) -> Result<(), StoreError> {
    // Of deletions listed twice the first counts, as in every client: the old
    // table has no index, so it is read in the order of its rows.
    db.execute_batch(concat!(
        "ALTER TABLE graves RENAME TO graves_17;
         DROP INDEX IF EXISTS idx_graves_pending;",
        include_str!("../../schema/graves_18.sql"),
        "INSERT OR IGNORE INTO graves (oid, type, usn)
           SELECT oid, type, usn FROM graves_17;
         DROP TABLE graves_17;",
    ))?;
    Ok(())
}
