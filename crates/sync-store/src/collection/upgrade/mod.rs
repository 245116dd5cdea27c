//! Upgrades from schema 11, and from every step after it, to schema 18.
//!
//! All steps run in one exclusive transaction: a file is either fully upgraded
//! or unchanged. Schemas 12 and 13 were never released.

mod to_14;
mod to_15;
mod to_16;
mod to_17;
mod to_18;

use rusqlite::{Connection, TransactionBehavior};
use serde::de::DeserializeOwned;
use sync_protocol::{TimestampMillis, Usn, has_few_json_values};

use super::open::CURRENT_SCHEMA;
use crate::StoreError;

/// Most of a column's legacy JSON, in bytes. A client that writes all of it anew at each
/// change could not work with as much.
const MAX_LEGACY_JSON_BYTES: i64 = 64 * 1024 * 1024;

/// Upgrades a collection in place. Objects that change on the way get the
/// collection's own usn; as -1, which clients write, they would fail every later
/// sanity check.
///
/// `now` stamps renamed decks.
///
/// # Errors
/// [`StoreError::UnsupportedSchema`], and [`StoreError::Corrupt`] when legacy
/// JSON cannot be understood.
pub(crate) fn upgrade(
    db: &mut Connection,
    from_version: i64,
    now: TimestampMillis,
) -> Result<(), StoreError> {
    require_supported(from_version)?;
    if from_version == CURRENT_SCHEMA {
        return Ok(());
    }
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let usn = Usn(transaction.query_row("SELECT usn FROM col", [], |row| row.get(0))?);
    if from_version < 14 {
        to_14::upgrade(&transaction)?;
    }
    if from_version < 15 {
        to_15::upgrade(&transaction, usn, now.as_secs())?;
    }
    if from_version < 16 {
        to_16::upgrade(&transaction, usn)?;
    }
    if from_version < 17 {
        to_17::upgrade(&transaction)?;
    }
    to_18::upgrade(&transaction)?;
    transaction.execute("UPDATE col SET ver = ?1", [CURRENT_SCHEMA])?;
    transaction.commit()?;
    Ok(())
}

/// Refuses schemas that cannot be upgraded to the current one.
pub(crate) fn require_supported(version: i64) -> Result<(), StoreError> {
    match version {
        11 | 14..=CURRENT_SCHEMA => Ok(()),
        version => Err(StoreError::UnsupportedSchema { version }),
    }
}

/// Takes the JSON text out of a column of `col` and leaves it empty.
fn take_legacy_json<T: DeserializeOwned>(
    db: &Connection,
    column: &'static str,
) -> Result<T, StoreError> {
    let select = format!(
        "SELECT CASE WHEN octet_length({column}) <= ?1 THEN CAST({column} AS BLOB) END FROM col"
    );
    let json: Option<Vec<u8>> = db.query_row(&select, [MAX_LEGACY_JSON_BYTES], |row| row.get(0))?;
    let value = legacy_json(&json.ok_or_else(|| too_large(column))?, column)?;
    db.execute(&format!("UPDATE col SET {column} = ''"), [])?;
    Ok(value)
}

/// Reads legacy JSON, unless that would take all memory.
fn legacy_json<T: DeserializeOwned>(json: &[u8], what: &'static str) -> Result<T, StoreError> {
    if !has_few_json_values(json) {
        return Err(too_large(what));
    }
    serde_json::from_slice(json).map_err(unusable(what))
}

fn too_large(what: &'static str) -> StoreError {
    StoreError::Corrupt { reason: format!("legacy JSON in {what} is missing or too large") }
}

/// For `map_err` on legacy JSON. Only the place is told: the error's own text may quote what
/// the person wrote, and the reason is logged.
fn unusable(what: &'static str) -> impl Fn(serde_json::Error) -> StoreError {
    move |error| {
        let (line, column) = (error.line(), error.column());
        let reason = format!("legacy JSON in {what} is unusable at line {line} column {column}");
        StoreError::Corrupt { reason }
    }
}

/// The id that is the key of a legacy object.
fn id_key(key: &str, what: &'static str) -> Result<i64, StoreError> {
    key.parse().map_err(|_| StoreError::Corrupt {
        reason: format!("legacy JSON in {what} has a key that is not an id"),
    })
}

#[cfg(test)]
mod tests;
