//! Decks, normal and filtered.

mod legacy_form;
mod name;

use prost::Message;
use rusqlite::{Connection, Row, params};
use sync_protocol::collection::Deck;
use sync_protocol::{TimestampSecs, Usn};

pub(crate) use name::{human_name, native_name};

use super::CollectionStore;
use super::column::{PendingUsns, bytes, integer, text, usn};
use super::proto::{self, DeckCommon, DeckKind, DeckKindContainer};
use super::received::{newest_of_each, require_short_name};
use super::unique_name::unique_name;
use crate::StoreError;

/// A row of `decks`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeckRow {
    pub id: i64,
    /// Path with U+001F between the components.
    pub name: String,
    /// Last change, in seconds.
    pub modified: i64,
    pub usn: Usn,
    pub common: DeckCommon,
    pub kind: DeckKind,
}

impl CollectionStore {
    /// Stores received decks with the server's usn. One that is older than the
    /// stored one is skipped; a name that another deck has gets `+` appended,
    /// and then `now` as its change time. Parents are neither required nor made.
    ///
    /// # Errors
    /// [`StoreError::ZeroId`] and [`StoreError::NameTooLong`] for decks that cannot be merged.
    pub(crate) fn merge_decks(
        &self,
        received: Vec<Deck>,
        server_usn: Usn,
        now: TimestampSecs,
    ) -> Result<(), StoreError> {
        let time = |deck: &Deck| (deck.common().id, deck.common().modified.unwrap_or(0));
        for deck in newest_of_each(received, time) {
            require_short_name("deck", &deck.common().name)?;
            let stored = DeckRow::load(&self.db, deck.common().id)?;
            let modified = deck.common().modified.unwrap_or(0);
            if stored.as_ref().is_some_and(|stored| stored.modified > modified) {
                continue;
            }
            let mut row = DeckRow::from_legacy(deck, stored.as_ref());
            row.usn = server_usn;
            let is_taken = |name: &str| name_is_taken(&self.db, name, row.id);
            let (name, was_taken) = unique_name(row.name, '+', is_taken)?;
            row.name = name;
            if was_taken {
                row.modified = now.0;
            }
            row.write(&self.db)?;
        }
        Ok(())
    }

    /// The decks that changed since a client with this usn last synced.
    pub(crate) fn pending_decks(&self, since: Usn) -> Result<Vec<Deck>, StoreError> {
        let pending = PendingUsns::since(since);
        let mut statement =
            self.db.prepare_cached(&format!("{SELECT_DECK} WHERE usn BETWEEN ?1 AND ?2"))?;
        let rows = statement.query_and_then([pending.first, pending.last], |row| {
            DeckRow::from_row(row).map(DeckRow::into_legacy)
        })?;
        rows.collect()
    }
}

const SELECT_DECK: &str = "SELECT id, name, mtime_secs, usn, common, kind FROM decks";

impl DeckRow {
    /// The stored deck of this id.
    pub(crate) fn load(db: &Connection, id: i64) -> Result<Option<Self>, StoreError> {
        let mut statement = db.prepare_cached(&format!("{SELECT_DECK} WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(Self::from_row).transpose()
    }

    /// All stored decks.
    pub(crate) fn load_all(db: &Connection) -> Result<Vec<Self>, StoreError> {
        let mut statement = db.prepare_cached(SELECT_DECK)?;
        let rows = statement.query_and_then([], Self::from_row)?;
        rows.collect()
    }

    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let id = integer(row, 0);
        let kind: DeckKindContainer = proto::decode(bytes(row, 5), "decks", id)?;
        Ok(Self {
            id,
            name: text(row, 1),
            modified: integer(row, 2),
            usn: usn(row, 3),
            common: proto::decode(bytes(row, 4), "decks", id)?,
            kind: kind
                .kind
                .ok_or_else(|| StoreError::UnreadableRow { table: "decks", row: id.to_string() })?,
        })
    }

    /// Replaces the deck of this id. The caller has made the name unique: a row
    /// of the same name would be lost.
    pub(crate) fn write(&self, db: &Connection) -> Result<(), StoreError> {
        if self.id == 0 {
            return Err(StoreError::ZeroId { object: "deck" });
        }
        let kind = DeckKindContainer { kind: Some(self.kind.clone()) };
        db.prepare_cached(
            "INSERT OR REPLACE INTO decks (id, name, mtime_secs, usn, common, kind)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            self.id,
            self.name,
            self.modified,
            self.usn.0,
            self.common.encode_to_vec(),
            kind.encode_to_vec()
        ])?;
        Ok(())
    }
}

fn name_is_taken(db: &Connection, name: &str, by_other_than: i64) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM decks WHERE name = ?1 AND id != ?2")?
        .exists(params![name, by_other_than])?)
}

#[cfg(test)]
mod tests;
