//! Table `graves`: what was deleted, so that other clients delete it too.

use sync_protocol::collection::{GraveKind, Graves};
use sync_protocol::{CardId, DeckId, NoteId, Usn};

use super::CollectionStore;
use super::bounds::require_few_graves;
use super::column::{PendingUsns, integer};
use crate::StoreError;

impl CollectionStore {
    /// Removes what the client deleted and records each removal at `server_usn`,
    /// so that other clients learn of it. Ids already gone are recorded too.
    ///
    /// Nothing else is removed: clients send the graves of a note's cards
    /// themselves, and cards of a removed deck stay. Removing more here would
    /// make the counts of the two sides differ.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when there are more with them than any collection has,
    /// [`StoreError::Sqlite`] when writing fails or no sync is running.
    pub fn apply_graves(&mut self, graves: &Graves, server_usn: Usn) -> Result<(), StoreError> {
        self.require_transaction()?;
        let notes = graves.notes.iter().map(|id| id.0);
        let cards = graves.cards.iter().map(|id| id.0);
        let decks = graves.decks.iter().map(|id| id.0);
        self.bury("DELETE FROM notes WHERE id = ?", GraveKind::Note, notes, server_usn)?;
        self.bury("DELETE FROM cards WHERE id = ?", GraveKind::Card, cards, server_usn)?;
        self.bury("DELETE FROM decks WHERE id = ?", GraveKind::Deck, decks, server_usn)?;
        if graves.is_empty() { Ok(()) } else { require_few_graves(&self.db) }
    }

    fn bury(
        &self,
        delete: &str,
        kind: GraveKind,
        ids: impl Iterator<Item = i64>,
        usn: Usn,
    ) -> Result<(), StoreError> {
        let mut delete = self.db.prepare_cached(delete)?;
        // An older grave of the same object is brought up to date. A client that
        // synced after the object had been added again would otherwise never
        // hear of its second deletion.
        let mut record = self.db.prepare_cached(
            "INSERT INTO graves (oid, type, usn) VALUES (?1, ?2, ?3)
             ON CONFLICT (oid, type) DO UPDATE SET usn = excluded.usn",
        )?;
        for id in ids {
            delete.execute([id])?;
            record.execute((id, kind as u8, usn.0))?;
        }
        Ok(())
    }

    /// What was deleted since a client's usn.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when the table cannot be read.
    pub fn pending_graves(&self, since: Usn) -> Result<Graves, StoreError> {
        let pending = PendingUsns::since(since);
        let mut statement =
            self.db.prepare_cached("SELECT oid, type FROM graves WHERE usn BETWEEN ?1 AND ?2")?;
        let mut rows = statement.query([pending.first, pending.last])?;
        let mut graves = Graves::default();
        while let Some(row) = rows.next()? {
            let id = integer(row, 0);
            match integer(row, 1) {
                kind if kind == GraveKind::Card as i64 => graves.cards.push(CardId(id)),
                kind if kind == GraveKind::Note as i64 => graves.notes.push(NoteId(id)),
                kind if kind == GraveKind::Deck as i64 => graves.decks.push(DeckId(id)),
                // A kind that the protocol cannot express.
                _ => {}
            }
        }
        Ok(graves)
    }
}

#[cfg(test)]
mod tests;
