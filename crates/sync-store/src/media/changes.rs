//! What a client asks about the media without moving files: `begin`,
//! `mediaChanges`, `mediaSanity`.

use rusqlite::{Row, params};
use sync_protocol::MediaUsn;
use sync_protocol::media::{MAX_CHANGES_PER_RESPONSE, MediaChange};

use super::entry::MediaMeta;
use super::{MediaStore, MediaTotals};
use crate::StoreError;
use crate::column::from_count;

impl MediaStore {
    /// Usn of the last change.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn last_usn(&self) -> Result<MediaUsn, StoreError> {
        Ok(MediaMeta::read(&self.db)?.last_usn)
    }

    /// Number and size of the files.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn totals(&self) -> Result<MediaTotals, StoreError> {
        Ok(MediaMeta::read(&self.db)?.totals)
    }

    /// Whether there are that many files that are not deleted.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn file_count_is(&self, count: u32) -> Result<bool, StoreError> {
        Ok(self.totals()?.files == u64::from(count))
    }

    /// Changes after a usn, ascending, at most [`MAX_CHANGES_PER_RESPONSE`].
    ///
    /// The client goes on from the usn of the last entry. Were several files to
    /// share that usn, those beyond the limit would never reach it; so the list
    /// ends before such a group, or, if it is nothing else, holds all of it.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn changes_since(&self, usn: MediaUsn) -> Result<Vec<MediaChange>, StoreError> {
        self.changes_with_limit(usn, MAX_CHANGES_PER_RESPONSE)
    }

    fn changes_with_limit(
        &self,
        usn: MediaUsn,
        limit: usize,
    ) -> Result<Vec<MediaChange>, StoreError> {
        let mut changes = self
            .db
            .prepare_cached(include_str!("../schema/media_changes.sql"))?
            .query_map(params![usn.0, from_count(limit as u64 + 1)], read_change)?
            .collect::<Result<Vec<_>, _>>()?;
        if changes.len() <= limit {
            return Ok(changes);
        }
        let next_usn = changes[limit].1;
        changes.truncate(limit);
        if changes.last().is_some_and(|last| last.1 == next_usn) {
            changes.retain(|change| change.1 != next_usn);
        }
        if changes.is_empty() {
            return self
                .db
                .prepare("SELECT fname, usn, csum, size FROM media WHERE usn = ?")?
                .query_map([next_usn.0], read_change)?
                .collect::<Result<Vec<_>, _>>()
                .map_err(StoreError::from);
        }
        Ok(changes)
    }
}

fn read_change(row: &Row<'_>) -> rusqlite::Result<MediaChange> {
    let size: i64 = row.get(3)?;
    let sha1 = if size == 0 { String::new() } else { hex::encode(row.get_ref(2)?.as_blob()?) };
    Ok(MediaChange(row.get(0)?, MediaUsn(row.get(1)?), sha1))
}
