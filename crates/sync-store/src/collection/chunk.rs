//! Batches of reviews, cards and notes, in both directions.

use sync_protocol::Usn;
use sync_protocol::collection::Chunk;

use super::CollectionStore;
use super::column::{PendingUsns, integer};
use crate::StoreError;

/// A batch is full when it holds this many objects, give or take the rest of a
/// round.
const CHUNK_SIZE: usize = 250;

/// Nor does it go on when its notes have this much text, in bytes: they can have any size.
const CHUNK_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// What is still to be sent to a client: ids only, 8 bytes each.
///
/// Fixed at the client's first `chunk`, so that what it sends in the same sync is
/// not sent back to it.
#[derive(Debug, Default)]
pub struct PendingIds {
    revlog: Vec<i64>,
    notes: Vec<i64>,
    cards: Vec<i64>,
}

impl PendingIds {
    /// How many objects are still to be sent.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revlog.len() + self.notes.len() + self.cards.len()
    }

    /// Whether everything was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the ids of the next batch, and whether it is the last one.
    ///
    /// Kinds take turns, and each comes newest usn first, as the official server
    /// does it. A batch that ends exactly with the last id is not called the
    /// last; an empty one follows.
    fn take_chunk(&mut self) -> (ChunkIds, bool) {
        let mut ids = ChunkIds::default();
        while ids.len() < CHUNK_SIZE {
            let before = ids.len();
            ids.revlog.extend(self.revlog.pop());
            ids.notes.extend(self.notes.pop());
            ids.cards.extend(self.cards.pop());
            if ids.len() == before {
                return (ids, true);
            }
        }
        (ids, false)
    }
}

/// The ids of one batch.
#[derive(Debug, Default)]
struct ChunkIds {
    revlog: Vec<i64>,
    notes: Vec<i64>,
    cards: Vec<i64>,
}

impl ChunkIds {
    fn len(&self) -> usize {
        self.revlog.len() + self.notes.len() + self.cards.len()
    }
}

impl CollectionStore {
    /// The ids of all reviews, cards and notes that changed since a client's usn.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when a table cannot be read.
    pub fn pending_ids(&self, since: Usn) -> Result<PendingIds, StoreError> {
        // The usn indexes have this order, so nothing is sorted.
        let ids = |sql| {
            let pending = PendingUsns::since(since);
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([pending.first, pending.last])?;
            let mut ids = Vec::new();
            while let Some(row) = rows.next()? {
                ids.push(integer(row, 0));
            }
            // The list lives as long as the sync.
            ids.shrink_to_fit();
            Ok::<_, StoreError>(ids)
        };
        Ok(PendingIds {
            revlog: ids("SELECT id FROM revlog WHERE usn BETWEEN ?1 AND ?2 ORDER BY usn, id")?,
            notes: ids("SELECT id FROM notes WHERE usn BETWEEN ?1 AND ?2 ORDER BY usn, id")?,
            cards: ids("SELECT id FROM cards WHERE usn BETWEEN ?1 AND ?2 ORDER BY usn, id")?,
        })
    }

    /// The next batch for a client. After the last one come empty ones that are
    /// called the last again.
    ///
    /// An object that was deleted since its id was listed is left out.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when a table cannot be read.
    pub fn next_chunk(&self, pending: &mut PendingIds) -> Result<Chunk, StoreError> {
        let (ids, done) = pending.take_chunk();
        let (notes, left) = self.note_entries(&ids.notes, CHUNK_TEXT_BYTES)?;
        // The next one is the last of the list.
        pending.notes.extend(left.iter().rev());
        Ok(Chunk {
            done: done && left.is_empty(),
            revlog: self.revlog_entries(&ids.revlog)?,
            cards: self.card_entries(&ids.cards)?,
            notes,
        })
    }

    /// Merges a client's batch: reviews that are new, and the cards and notes
    /// that win over the stored ones. `client_usn` decides who wins; everything
    /// is stamped with `server_usn`.
    ///
    /// # Errors
    /// [`StoreError::UnknownNotetype`] or [`StoreError::FieldCount`] for a note
    /// that does not fit, [`StoreError::Sqlite`] when writing fails or no sync is
    /// running. Part of the batch may be written then, so the caller rolls back.
    pub fn apply_chunk(
        &mut self,
        chunk: Chunk,
        client_usn: Usn,
        server_usn: Usn,
    ) -> Result<(), StoreError> {
        self.require_transaction()?;
        self.merge_revlog(&chunk.revlog, server_usn)?;
        self.merge_cards(&chunk.cards, client_usn, server_usn)?;
        self.merge_notes(chunk.notes, client_usn, server_usn)
    }
}

#[cfg(test)]
mod tests;
