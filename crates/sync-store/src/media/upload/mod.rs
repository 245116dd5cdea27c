//! `uploadChanges`: a zip of new and deleted files, applied as a whole.
//!
//! The order survives a power cut at any line:
//!
//! 1. All files are unpacked to temporary files in the media folder, and
//!    checked. A cut leaves temporary files, which go at the next open.
//! 2. Large files are flushed. What changes, and the contents of the small files,
//!    go into the log, which is flushed. No row asks for them yet.
//! 3. All rows are committed in one transaction. This is the moment at which
//!    the upload has happened: from here on the next open finds in the log, or
//!    under a temporary name, what a file lacks.
//! 4. The new files are renamed into place, deleted ones are removed, and the client
//!    is answered. Nothing of this is flushed; the log helps until it is
//!    ([`super::redo_log`]).

mod archive;
mod end_record;
mod plan;
mod steps;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek};

use sync_protocol::TimestampSecs;

pub(super) use archive::Lasting;
pub use archive::MAX_MEDIA_FILE_BYTES;
use archive::UploadArchive;
pub(super) use plan::FileChange;
use plan::UploadPlan;

use super::{MediaStore, MediaUploadOutcome};
use crate::StoreError;

impl MediaStore {
    /// Applies an upload's archive (a zip) as a whole.
    ///
    /// # Errors
    /// [`StoreError::MediaArchive`] when any part of it breaks a rule; nothing
    /// has changed then. Nor has it with other errors, but for two: when files could not
    /// take their places, the upload has happened, and they do so at the next call; when
    /// the flush of the rows failed, the next opening sees whether it has.
    pub fn apply_upload(
        &mut self,
        archive: impl Read + Seek,
        now: TimestampSecs,
    ) -> Result<MediaUploadOutcome, StoreError> {
        self.settle()?;
        let archive = UploadArchive::open(archive)?;
        let mut plan = self.plan_upload(archive, now)?;
        self.carry_out(&mut plan)?;
        Ok(plan.outcome)
    }

    fn carry_out(&mut self, plan: &mut UploadPlan) -> Result<(), StoreError> {
        if plan.files.is_empty() && plan.rows.is_empty() {
            return Ok(());
        }
        self.check_places(plan)?;
        self.flush_large_files(plan)?;
        self.write_log(plan)?;
        self.commit_rows(plan)?;
        self.media_folder.note(std::mem::take(&mut plan.places));
        self.move_files(plan)
    }
}

/// The error for an archive that breaks a rule.
fn refused(reason: impl Into<String>) -> StoreError {
    StoreError::MediaArchive { reason: reason.into() }
}
