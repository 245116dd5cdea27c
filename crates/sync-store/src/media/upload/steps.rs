//! The steps of an upload, in the order that the module's head explains.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::TransactionBehavior;

use super::plan::UploadPlan;
use crate::StoreError;
use crate::durable::{sync_file, sync_folder};
use crate::media::undo_journal::{self, UndoChange, UndoJournal, WrittenJournal, remove_if_there};
use crate::media::{MediaStore, temporary};

/// What a flush of a quick disk takes at most.
const QUICK: Duration = Duration::from_millis(1);
/// Flushes that run at the same time on a slower one. The file system's own journal
/// takes all that wait for it along in one go, so that a batch of small files, of
/// which clients send 25, costs little more than one.
const FLUSH_THREADS: usize = 24;

impl MediaStore {
    /// Gives what is about to be overwritten a second name. Says whether there
    /// was anything; [`MediaStore::flush`] makes the names last.
    pub(super) fn keep_old_files(&self, plan: &mut UploadPlan) -> Result<bool, StoreError> {
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
        Ok(kept_some)
    }

    /// Writes down how to undo the changes, for [`MediaStore::flush`] to make
    /// it last.
    pub(super) fn write_journal(&self, plan: &UploadPlan) -> Result<WrittenJournal, StoreError> {
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

    /// Flushes what must last before anything is moved:
    /// the content of the new files, the second names of the old ones, and the
    /// journal. Which of them lasts first does not matter.
    pub(super) fn flush(
        &self,
        plan: &UploadPlan,
        kept_some: bool,
        journal: &WrittenJournal,
    ) -> Result<(), StoreError> {
        let mut flushes: Vec<Flush<'_>> = vec![Box::new(|| journal.flush())];
        if kept_some {
            let folder = &self.media_folder;
            flushes.push(Box::new(|| sync_folder(folder)));
        }
        for content in plan.files.iter().filter_map(|change| change.new.as_ref()) {
            flushes.push(Box::new(|| {
                content.file.sync_all().map_err(StoreError::io(content.temporary.path()))
            }));
        }
        flush_all(&flushes)
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

/// Something that waits for the disk.
type Flush<'a> = Box<dyn Fn() -> Result<(), StoreError> + Sync + 'a>;

/// Runs all of them, and gives an error if one of them failed. One after the other
/// while the disk is quick, since threads cost more than they save there; those that
/// are left then wait at the same time.
fn flush_all(flushes: &[Flush<'_>]) -> Result<(), StoreError> {
    let begun = Instant::now();
    for (flush, done) in flushes.iter().zip(1..) {
        flush()?;
        if begun.elapsed() > QUICK * done {
            return at_the_same_time(&flushes[done as usize..]);
        }
    }
    Ok(())
}

/// Runs all of them at the same time, and gives an error if one of them failed.
fn at_the_same_time(flushes: &[Flush<'_>]) -> Result<(), StoreError> {
    let next = AtomicUsize::new(0);
    let run_some = || -> Result<(), StoreError> {
        while let Some(flush) = flushes.get(next.fetch_add(1, Ordering::Relaxed)) {
            flush()?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> =
            (1..FLUSH_THREADS.min(flushes.len())).map(|_| scope.spawn(run_some)).collect();
        let mut result = run_some();
        for other in others {
            result = result.and(other.join().unwrap_or_else(|panic| {
                std::panic::resume_unwind(panic);
            }));
        }
        result
    })
}
