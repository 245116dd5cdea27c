//! `uploadChanges`: a zip of new and deleted files, applied as a whole.
//!
//! The order survives a power cut at any line:
//!
//! 1. All files are unpacked to temporary files in the media folder, and
//!    checked. A cut leaves temporary files, which go at the next open.
//! 2. What is about to be overwritten gets a second name: a hard link with a
//!    temporary name. The undo journal is written.
//! 3. The new files, the second names and the journal are flushed, at the same
//!    time. Nothing was moved yet, so it does not matter which of them a cut
//!    leaves. From here to step 6 the next open finds the journal and compares
//!    each file with its row.
//! 4. The new files are renamed into place and the folder is flushed. A cut
//!    leaves files whose rows are not there: the journal puts the old ones back.
//! 5. All rows are committed in one transaction. This is the moment at which
//!    the upload has happened.
//! 6. Deleted files and second names are removed, and the journal is emptied. A
//!    cut leaves the journal, which removes the rest.
//!
//! Deleted files go after their rows, new ones come before theirs: a row never
//! promises a file that is not on the disk.

mod archive;
mod end_record;
mod plan;
mod steps;
#[cfg(test)]
mod tests;

use std::fs::File;

use sync_protocol::TimestampSecs;

pub use archive::MAX_MEDIA_FILE_BYTES;
use archive::UploadArchive;
use plan::UploadPlan;

use super::{MediaStore, MediaUploadOutcome, undo_journal};
use crate::StoreError;

impl MediaStore {
    /// Applies an upload's archive (a zip) as a whole.
    ///
    /// # Errors
    /// [`StoreError::MediaArchive`] when any part of it breaks a rule; nothing
    /// has changed then, as with every other error.
    pub fn apply_upload(
        &mut self,
        archive: File,
        now: TimestampSecs,
    ) -> Result<MediaUploadOutcome, StoreError> {
        // Something is open only if undoing an earlier upload failed half-way.
        undo_journal::settle(&self.db, &self.account_folder, &self.media_folder)?;
        let archive = UploadArchive::open(archive)?;
        let mut plan = self.plan_upload(archive, now)?;
        if let Err(error) = self.carry_out(&mut plan) {
            // When this fails as well, the journal stays for the next try.
            undo_journal::settle(&self.db, &self.account_folder, &self.media_folder)?;
            self.drop_old_copies(&plan);
            return Err(error);
        }
        Ok(plan.outcome)
    }

    fn carry_out(&mut self, plan: &mut UploadPlan) -> Result<(), StoreError> {
        if plan.files.is_empty() && plan.rows.is_empty() {
            return Ok(());
        }
        let kept_some = self.keep_old_files(plan)?;
        let journal = self.write_journal(plan)?;
        self.flush(plan, kept_some, &journal)?;
        self.move_new_files(plan)?;
        self.commit_rows(plan)?;
        self.remove_old_files(plan);
        Ok(())
    }
}

/// The error for an archive that breaks a rule.
fn refused(reason: impl Into<String>) -> StoreError {
    StoreError::MediaArchive { reason: reason.into() }
}
