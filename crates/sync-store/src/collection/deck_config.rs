//! Deck configs: the study options that decks refer to.

mod legacy_form;
mod repair;

use prost::Message;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_protocol::Usn;
use sync_protocol::collection::DeckConfig;

use super::CollectionStore;
use super::column::{PendingUsns, bytes, integer, text, usn};
use super::proto::{self, DeckConfigSettings};
use super::received::newest_of_each;
use crate::StoreError;

/// A row of `deck_config`, with its values as stored; [`Self::into_legacy`]
/// repairs them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeckConfigRow {
    pub id: i64,
    pub name: String,
    /// Last change, in seconds.
    pub modified: i64,
    pub usn: Usn,
    pub settings: DeckConfigSettings,
}

impl CollectionStore {
    /// Stores received deck configs with the server's usn. One that is older
    /// than the stored one is skipped. Names need not be unique.
    ///
    /// # Errors
    /// [`StoreError::ZeroId`] for a config that cannot be merged.
    pub(crate) fn merge_deck_configs(
        &self,
        received: Vec<DeckConfig>,
        server_usn: Usn,
    ) -> Result<(), StoreError> {
        for config in newest_of_each(received, |config| (config.id, config.modified)) {
            let stored = DeckConfigRow::load(&self.db, config.id)?;
            if stored.as_ref().is_some_and(|stored| stored.modified > config.modified) {
                continue;
            }
            let mut row =
                DeckConfigRow::from_legacy(config, stored.as_ref().map(|stored| &stored.settings));
            row.usn = server_usn;
            row.write(&self.db)?;
        }
        Ok(())
    }

    /// The deck configs that changed since a client with this usn last synced.
    pub(crate) fn pending_deck_configs(&self, since: Usn) -> Result<Vec<DeckConfig>, StoreError> {
        let pending = PendingUsns::since(since);
        let mut statement =
            self.db.prepare_cached(&format!("{SELECT_CONFIG} WHERE usn BETWEEN ?1 AND ?2"))?;
        let rows = statement.query_and_then([pending.first, pending.last], |row| {
            DeckConfigRow::from_row(row).map(DeckConfigRow::into_legacy)
        })?;
        rows.collect()
    }
}

const SELECT_CONFIG: &str = "SELECT id, name, mtime_secs, usn, config FROM deck_config";

impl DeckConfigRow {
    /// The stored deck config of this id.
    pub(crate) fn load(db: &Connection, id: i64) -> Result<Option<Self>, StoreError> {
        db.prepare_cached(&format!("{SELECT_CONFIG} WHERE id = ?1"))?
            .query_row([id], |row| Ok(Self::from_row(row)))
            .optional()?
            .transpose()
    }

    /// All stored deck configs.
    pub(crate) fn load_all(db: &Connection) -> Result<Vec<Self>, StoreError> {
        let mut statement = db.prepare_cached(SELECT_CONFIG)?;
        let rows = statement.query_and_then([], Self::from_row)?;
        rows.collect()
    }

    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let id = integer(row, 0);
        Ok(Self {
            id,
            name: text(row, 1),
            modified: integer(row, 2),
            usn: usn(row, 3),
            settings: proto::decode(bytes(row, 4), "deck_config", id)?,
        })
    }

    /// Replaces the deck config of this id.
    pub(crate) fn write(&self, db: &Connection) -> Result<(), StoreError> {
        if self.id == 0 {
            return Err(StoreError::ZeroId { object: "deck config" });
        }
        db.prepare_cached(
            "INSERT OR REPLACE INTO deck_config (id, name, mtime_secs, usn, config)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            self.id,
            self.name,
            self.modified,
            self.usn.0,
            self.settings.encode_to_vec()
        ])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
