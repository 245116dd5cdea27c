//! Table `revlog`: reviews. An entry never changes once it is written.

use rusqlite::{OptionalExtension, Row};
use sync_protocol::collection::RevlogEntry;
use sync_protocol::{CardId, RevlogId, Usn};

use super::CollectionStore;
use super::column::{integer, nearest_i32, nearest_u8, nearest_u32, usn};
use crate::StoreError;

impl CollectionStore {
    /// Adds the entries whose id is new, stamped with the server's usn.
    pub(super) fn merge_revlog(
        &self,
        entries: &[RevlogEntry],
        server_usn: Usn,
    ) -> Result<(), StoreError> {
        let mut insert = self.db.prepare_cached(
            "INSERT OR IGNORE INTO revlog
               (id, cid, usn, ease, ivl, lastIvl, factor, time, type)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for entry in entries {
            insert.execute((
                entry.id.0,
                entry.cid.0,
                server_usn.0,
                entry.ease,
                entry.interval,
                entry.last_interval,
                entry.factor,
                entry.taken_millis,
                entry.kind,
            ))?;
        }
        Ok(())
    }

    /// The entries with these ids, in this order; missing ones are left out.
    pub(super) fn revlog_entries(&self, ids: &[i64]) -> Result<Vec<RevlogEntry>, StoreError> {
        let mut entries = Vec::with_capacity(ids.len());
        let mut statement = self.db.prepare_cached(
            "SELECT id, cid, usn, ease, ivl, lastIvl, factor, time, type FROM revlog WHERE id = ?",
        )?;
        for id in ids {
            entries.extend(statement.query_row([id], |row| Ok(read_entry(row))).optional()?);
        }
        Ok(entries)
    }
}

fn read_entry(row: &Row<'_>) -> RevlogEntry {
    RevlogEntry {
        id: RevlogId(integer(row, 0)),
        cid: CardId(integer(row, 1)),
        usn: usn(row, 2),
        ease: nearest_u8(integer(row, 3)),
        interval: nearest_i32(integer(row, 4)),
        last_interval: nearest_i32(integer(row, 5)),
        factor: nearest_u32(integer(row, 6)),
        // As clients read these two: out of range is 0.
        taken_millis: u32::try_from(integer(row, 7)).unwrap_or(0),
        kind: u8::try_from(integer(row, 8)).ok().filter(|kind| *kind <= 5).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests;
