//! The steps of an upload, in the order that the module's head explains.

use std::io::ErrorKind;

use rusqlite::{ErrorCode, TransactionBehavior};

use super::archive::Lasting;
use super::plan::UploadPlan;
use crate::StoreError;
use crate::durable::sync_folder;
use crate::media::MediaStore;
use crate::media::redo_log::flush_at_the_same_time;
use crate::media::stored_file::remove_if_there;

impl MediaStore {
    /// Fails when a file cannot go where it should: a folder is there, the file system
    /// takes no name as long as that, or the media folder is no longer the same.
    pub(super) fn check_places(&self, plan: &UploadPlan) -> Result<(), StoreError> {
        self.media_folder.check_is_there()?;
        for change in plan.files.iter().filter(|change| change.new.is_some()) {
            match std::fs::symlink_metadata(&change.path) {
                Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
            .map_err(StoreError::io(&change.path))?;
        }
        Ok(())
    }

    /// Makes the contents that are too large for the log last, under temporary names.
    pub(super) fn flush_large_files(&self, plan: &UploadPlan) -> Result<(), StoreError> {
        let large: Vec<_> = plan
            .files
            .iter()
            .filter_map(|change| change.new.as_ref())
            .filter_map(|new| match &new.lasting {
                Lasting::ByFlush(file) => Some((file, new.temporary.path())),
                Lasting::ByLog(_) => None,
            })
            .collect();
        if large.is_empty() {
            return Ok(());
        }
        flush_at_the_same_time(&large, |(file, path)| {
            file.sync_all().map_err(StoreError::io(path))
        })?;
        sync_folder(self.media_folder.path())
    }

    /// Writes down what changes, and the contents of the small files, durably.
    pub(super) fn write_log(&mut self, plan: &UploadPlan) -> Result<(), StoreError> {
        self.logs.append(&plan.files)
    }

    /// Commits all rows at once.
    pub(super) fn commit_rows(&mut self, plan: &mut UploadPlan) -> Result<(), StoreError> {
        if plan.rows.is_empty() {
            return Ok(());
        }
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &plan.rows {
            row.write(&transaction)?;
        }
        plan.meta.write(&transaction)?;
        transaction.commit().map_err(|error| {
            if error.sqlite_error_code() != Some(ErrorCode::DiskFull) {
                // A failed flush may have worked all the same. If the disk has the rows,
                // the next opening wants the files.
                plan.keep_large_files();
            }
            error.into()
        })
    }

    /// Renames the new files into place and removes the deleted ones.
    ///
    /// # Errors
    /// When a file cannot take its place. The upload has happened all the same; the
    /// log helps once the cause is gone.
    pub(super) fn move_files(&mut self, plan: &mut UploadPlan) -> Result<(), StoreError> {
        self.is_settled = false;
        let mut all_are_gone = true;
        let mut result = Ok(());
        for change in &mut plan.files {
            match &mut change.new {
                Some(new) => result = result.and(new.temporary.move_to(&change.path)),
                None if remove_if_there(&change.path) => {
                    self.media_folder.note_removed(&change.path);
                }
                None => all_are_gone = false,
            }
        }
        if result.is_err() {
            plan.keep_large_files();
        }
        self.is_settled = all_are_gone && result.is_ok();
        result
    }
}
