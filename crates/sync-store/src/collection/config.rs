//! Table `config`: settings as JSON values. They travel all at once, from the
//! side that changed last; keys that this program does not know included.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;
use sync_protocol::{JsonObject, TimestampSecs, Usn, has_few_json_values, is_shallow_json};

use super::CollectionStore;
use super::column::{bytes, text};
use crate::StoreError;

impl CollectionStore {
    /// A setting; `None` when it is missing or not a `T`.
    pub(super) fn config_value<T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT val FROM config WHERE KEY = ?")?;
        let value = statement.query_row([key], |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Blob(json) => serde_json::from_slice(json).ok(),
                _ => None,
            })
        });
        Ok(value.optional()?.flatten())
    }

    /// Stores a setting. An equal one keeps its usn and time.
    pub(super) fn set_config_value(
        &self,
        key: &str,
        value: u32,
        usn: Usn,
        now: TimestampSecs,
    ) -> Result<(), StoreError> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO config (KEY, usn, mtime_secs, val) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (KEY) DO UPDATE
             SET usn = excluded.usn, mtime_secs = excluded.mtime_secs, val = excluded.val
             WHERE val <> excluded.val",
        )?;
        statement.execute((key, usn.0, now.0, value.to_string().into_bytes()))?;
        Ok(())
    }

    /// All settings, to be sent; marks each as sent.
    pub(super) fn take_config(&self) -> Result<JsonObject, StoreError> {
        let config = load_config(&self.db)?;
        self.db.prepare_cached("UPDATE config SET usn = 0 WHERE usn <> 0")?.execute([])?;
        Ok(config)
    }

    /// Replaces all settings by the received ones.
    pub(super) fn replace_config(
        &self,
        config: &JsonObject,
        server_usn: Usn,
        now: TimestampSecs,
    ) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM config")?.execute([])?;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO config (KEY, usn, mtime_secs, val) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (key, value) in config {
            insert.execute((key, server_usn.0, now.0, value.to_string().into_bytes()))?;
        }
        Ok(())
    }
}

/// All settings. One whose value cannot be read is left out, as every program
/// takes it for missing.
pub(super) fn load_config(db: &Connection) -> Result<JsonObject, StoreError> {
    let mut statement = db.prepare_cached("SELECT KEY, val FROM config")?;
    let mut rows = statement.query([])?;
    let mut config = JsonObject::new();
    while let Some(row) = rows.next()? {
        let json = bytes(row, 1);
        if is_shallow_json(json)
            && has_few_json_values(json)
            && let Ok(value) = serde_json::from_slice(json)
        {
            config.insert(text(row, 0), value);
        }
    }
    Ok(config)
}

#[cfg(test)]
mod tests;
