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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::media::test_support::Account;

    fn account_with_rows(usns: &[i32]) -> Account {
        let account = Account::new();
        for (n, usn) in usns.iter().enumerate() {
            let row = params![format!("f{n}"), vec![n as u8; 20], 5, usn];
            account.media.db.execute("INSERT INTO media VALUES (?, ?, ?, ?, 0)", row).unwrap();
        }
        account
    }

    fn usns(changes: &[MediaChange]) -> Vec<i32> {
        changes.iter().map(|change| change.1.0).collect()
    }

    #[test]
    fn changes_come_in_the_order_of_their_usn() {
        let account = account_with_rows(&[5, 3, 9, 1]);
        let changes = account.media.changes_since(MediaUsn(1)).unwrap();
        assert_eq!(usns(&changes), [3, 5, 9]);
        assert_eq!(changes[0].0, "f1");
        assert_eq!(changes[0].2, "01".repeat(20));
        assert_eq!(account.media.changes_since(MediaUsn(9)).unwrap(), []);
    }

    #[test]
    fn at_most_1000_changes_come_at_once() {
        let account = account_with_rows(&(1..=1500).collect::<Vec<_>>());
        let changes = account.media.changes_since(MediaUsn(0)).unwrap();
        assert_eq!((changes.len(), changes[999].1), (1000, MediaUsn(1000)));
        assert_eq!(account.media.changes_since(MediaUsn(1000)).unwrap().len(), 500);
    }

    #[test]
    fn files_that_share_a_usn_are_never_split() {
        let account = account_with_rows(&[1, 2, 2, 2, 3]);
        let next =
            |since, limit| usns(&account.media.changes_with_limit(MediaUsn(since), limit).unwrap());
        assert_eq!(next(0, 3), [1]);
        assert_eq!(next(1, 2), [2, 2, 2], "a group beyond the limit comes whole");
        assert_eq!(next(1, 3), [2, 2, 2]);
        assert_eq!(next(2, 3), [3]);
    }

    #[test]
    fn deleted_file_has_an_empty_hash() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one"))]).unwrap();
        account.upload(&[("a", None)]).unwrap();
        let changes = account.media.changes_since(MediaUsn(0)).unwrap();
        assert_eq!(changes, [MediaChange("a".to_owned(), MediaUsn(2), String::new())]);
    }

    #[test]
    fn number_of_files_is_compared_without_the_deleted_ones() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
        account.upload(&[("a", None)]).unwrap();
        assert!(account.media.file_count_is(1).unwrap());
        assert!(!account.media.file_count_is(2).unwrap());
    }
}
