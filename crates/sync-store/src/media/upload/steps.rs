//! The steps of an upload, in the order that the module's head explains.

use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::TransactionBehavior;

use super::plan::UploadPlan;
use crate::StoreError;
use crate::durable::{sync_file, sync_folder};
use crate::media::undo_journal::{self, UndoChange, UndoJournal, remove_if_there};
use crate::media::{MediaStore, temporary};

/// Flushing at the same time lets the file system share its own journal's
/// writes; more threads than this gain nothing.
const FLUSH_THREADS: usize = 8;

impl MediaStore {
    /// Flushes the content of the new files.
    pub(super) fn flush_new_files(&self, plan: &UploadPlan) -> Result<(), StoreError> {
        let contents: Vec<_> = plan.files.iter().filter_map(|change| change.new.as_ref()).collect();
        let next = AtomicUsize::new(0);
        let flush_some = || -> Result<(), StoreError> {
            while let Some(content) = contents.get(next.fetch_add(1, Ordering::Relaxed)) {
                content.file.sync_all().map_err(StoreError::io(content.temporary.path()))?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let others: Vec<_> =
                (1..FLUSH_THREADS.min(contents.len())).map(|_| scope.spawn(flush_some)).collect();
            let mut result = flush_some();
            for other in others {
                result = result.and(other.join().unwrap_or_else(|panic| {
                    std::panic::resume_unwind(panic);
                }));
            }
            result
        })
    }

    /// Gives what is about to be overwritten a second name.
    pub(super) fn keep_old_files(&self, plan: &mut UploadPlan) -> Result<(), StoreError> {
        let mut kept_some = false;
        for change in plan.files.iter_mut().filter(|change| change.new.is_some()) {
            // A folder in the way has no second name; the rename fails on it.
            if !std::fs::symlink_metadata(&change.path).is_ok_and(|there| !there.is_dir()) {
                continue;
            }
            let name = temporary::new_name()?;
            let copy = self.media_folder.join(&name);
            change.old_copy = Some(name);
            kept_some = true;
            if std::fs::hard_link(&change.path, &copy).is_err() {
                // Some file systems (FAT) have no hard links.
                std::fs::copy(&change.path, &copy).map_err(StoreError::io(&change.path))?;
                sync_file(&copy)?;
            }
        }
        if kept_some { sync_folder(&self.media_folder) } else { Ok(()) }
    }

    /// Writes down how to undo the changes.
    pub(super) fn write_journal(&self, plan: &UploadPlan) -> Result<(), StoreError> {
        let changes = plan
            .files
            .iter()
            .map(|change| UndoChange {
                file_name: change.file_name.clone(),
                new_sha1: change.new.as_ref().map(|content| content.sha1.to_hex()),
                old_copy: change.old_copy.clone(),
            })
            .collect();
        UndoJournal { changes }.write(&self.account_folder)
    }

    /// Renames the new files into place, durably.
    pub(super) fn move_new_files(&self, plan: &mut UploadPlan) -> Result<(), StoreError> {
        let mut moved_some = false;
        for change in &mut plan.files {
            if let Some(content) = &mut change.new {
                content.temporary.move_to(&change.path)?;
                moved_some = true;
            }
        }
        if moved_some { sync_folder(&self.media_folder) } else { Ok(()) }
    }

    /// Commits all rows at once.
    pub(super) fn commit_rows(&mut self, plan: &UploadPlan) -> Result<(), StoreError> {
        if plan.rows.is_empty() {
            return Ok(());
        }
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &plan.rows {
            row.write(&transaction)?;
        }
        plan.meta.write(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Removes deleted files and what new ones took the place of. The upload
    /// has happened, so nothing here is an error any more; but while a deleted file
    /// stays, so does the journal, which will remove it.
    pub(super) fn remove_old_files(&self, plan: &UploadPlan) {
        let mut all_are_gone = true;
        for change in plan.files.iter().filter(|change| change.new.is_none()) {
            all_are_gone &= remove_if_there(&change.path);
        }
        self.drop_old_copies(plan);
        if !all_are_gone {
            return;
        }
        if let Err(error) = undo_journal::clear(&self.account_folder) {
            tracing::warn!(%error, "cannot empty the media journal; the next open will");
        }
    }

    pub(super) fn drop_old_copies(&self, plan: &UploadPlan) {
        for name in plan.files.iter().filter_map(|change| change.old_copy.as_ref()) {
            remove_if_there(&self.media_folder.join(name));
        }
    }
}
