//! Table `cards`.

use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row, params};
use sync_protocol::collection::{CardEntry, CardQueue, CardType};
use sync_protocol::{CardId, DeckId, NoteId, TimestampSecs, Usn};

use super::CollectionStore;
use super::card_data::rewrite_card_data;
use super::column::{
    PendingUsns, integer, nearest_u8, nearest_u16, nearest_u32, strict_integer, usn,
};
use crate::StoreError;

impl CollectionStore {
    /// Stores the received cards that win over what is stored, stamped with the
    /// server's usn whatever usn they came with: one that was stamped too low
    /// would never reach the devices that synced in the meantime.
    ///
    /// A card changed on the server since the client's last sync is replaced by
    /// a newer one only; any other by every received one. Notes and decks that
    /// cards refer to are not checked.
    pub(super) fn merge_cards(
        &self,
        cards: &[CardEntry],
        client_usn: Usn,
        server_usn: Usn,
    ) -> Result<(), StoreError> {
        let pending = PendingUsns::since(client_usn);
        let mut upsert = self.db.prepare_cached(include_str!("../schema/upsert_card.sql"))?;
        for card in cards {
            upsert.execute(params![
                card.id.0,
                card.nid.0,
                card.did.0,
                card.ord,
                card.mtime.0,
                server_usn.0,
                card.ctype as u8,
                card.queue as i8,
                card.due,
                card.interval,
                card.factor,
                card.reps,
                card.lapses,
                card.left,
                card.odue,
                card.odid.0,
                card.flags,
                rewrite_card_data(&card.data),
                pending.first,
                pending.last,
            ])?;
        }
        Ok(())
    }

    /// The cards with these ids, in this order; missing ones are left out.
    pub(super) fn card_entries(&self, ids: &[i64]) -> Result<Vec<CardEntry>, StoreError> {
        let mut cards = Vec::with_capacity(ids.len());
        let mut statement = self.db.prepare_cached(include_str!("../schema/select_card.sql"))?;
        for id in ids {
            cards.extend(statement.query_row([id], |row| Ok(read_card(row))).optional()?);
        }
        Ok(cards)
    }
}

fn read_card(row: &Row<'_>) -> CardEntry {
    let ctype = CardType::try_from(integer(row, 6).clamp(0, 3) as u8).unwrap_or(CardType::New);
    CardEntry {
        id: CardId(integer(row, 0)),
        nid: NoteId(integer(row, 1)),
        did: DeckId(integer(row, 2)),
        ord: nearest_u16(integer(row, 3)),
        mtime: TimestampSecs(integer(row, 4)),
        usn: usn(row, 5),
        ctype,
        queue: queue(integer(row, 7)),
        due: due(row, 8),
        interval: nearest_u32(integer(row, 9)),
        factor: nearest_u16(integer(row, 10)),
        reps: nearest_u32(integer(row, 11)),
        lapses: nearest_u32(integer(row, 12)),
        left: nearest_u32(integer(row, 13)),
        odue: due(row, 14),
        odid: DeckId(integer(row, 15)),
        flags: nearest_u8(integer(row, 16)),
        data: match row.get_ref(17) {
            Ok(ValueRef::Text(data)) => std::str::from_utf8(data).map_or_else(
                |_| rewrite_card_data("").into_owned(),
                |data| rewrite_card_data(data).into_owned(),
            ),
            _ => rewrite_card_data("").into_owned(),
        },
    }
}

fn queue(number: i64) -> CardQueue {
    CardQueue::try_from(number.clamp(-3, 4) as i8).unwrap_or(CardQueue::New)
}

/// Clients read a due value that is not a 32-bit integer as 0, not as the
/// nearest one.
fn due(row: &Row<'_>, column: usize) -> i32 {
    strict_integer(row, column).and_then(|due| i32::try_from(due).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
