//! A log of what uploads brought, so that small files need no flush each.
//!
//! Clients send up to 25 files in a request, mostly small ones, and a disk takes
//! about as long for the flush of a small file as for that of a large one. So the
//! contents of an upload's small files are written to a log as well, whose one flush
//! makes all of them last, and the files themselves are flushed later, many at a time.
//! After a power cut, [`settle`] puts back what the files have lost.
//!
//! The log is written from its beginning again once its files are flushed, and keeps
//! its size: a flush of bytes that are merely overwritten does not have to wait for the
//! file system's own journal, behind everything else that changed on that disk. While
//! the files of a full log are flushed, another takes its place.
//!
//! Nothing in a log is believed. A record counts when all its hashes fit, and a
//! content only when the row in `media.db` asks for exactly that.

mod flush;
mod log;
mod record;
mod settle;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

pub(super) use flush::flush_at_the_same_time;
use flush::flush_files;
use log::Log;
pub(super) use record::SMALL_BYTES;
pub(super) use settle::settle;

use super::places::MediaFolder;
use super::upload::FileChange;
use crate::StoreError;

/// The files in the account's folder. The second one is used by those who send much.
pub(super) const NAMES: [&str; 2] = ["media.redo-1", "media.redo-2"];

/// The log that takes uploads, and another whose files are being flushed.
#[derive(Debug)]
pub(super) struct RedoLogs {
    account_folder: PathBuf,
    media_folder: Arc<MediaFolder>,
    current: Option<Log>,
    /// Flushes the files of the other log, and gives it back, empty if that went well.
    emptying: Option<JoinHandle<(Log, Result<(), StoreError>)>>,
    has_failed: bool,
}

impl RedoLogs {
    /// Logs for a folder that is settled.
    pub(super) fn new(account_folder: &Path, media_folder: &Arc<MediaFolder>) -> Self {
        Self {
            account_folder: account_folder.to_owned(),
            media_folder: Arc::clone(media_folder),
            current: None,
            emptying: None,
            has_failed: false,
        }
    }

    /// Whether files could not be flushed, so that they are to be settled.
    pub(super) fn have_failed(&self) -> bool {
        self.has_failed
    }

    /// Writes down what is about to change, durably. After an error nothing was written
    /// that counts.
    pub(super) fn append(&mut self, changes: &[FileChange]) -> Result<(), StoreError> {
        if self.current.as_ref().is_some_and(Log::is_full) {
            self.turn_over()?;
        }
        let log = match &mut self.current {
            Some(log) => log,
            none => none.insert(Log::create(self.account_folder.join(NAMES[0]))?),
        };
        log.append(changes)
    }

    /// Flushes all files and removes the logs, which nobody needs then. What cannot be
    /// flushed stays logged.
    pub(super) fn close(&mut self) -> Result<(), StoreError> {
        let other = self.wait_for_other()?;
        for log in self.current.take().into_iter().chain(other) {
            flush_files(&self.media_folder, &log.file_names)?;
            log.remove()?;
        }
        Ok(())
    }

    /// Waits until nothing is done in the background any more, with whatever success.
    pub(super) fn wait(&mut self) {
        let _ = self.wait_for_other();
    }

    /// Has the files of the full log flushed, and makes the other the current one.
    fn turn_over(&mut self) -> Result<(), StoreError> {
        let empty = match self.wait_for_other()? {
            Some(log) => log,
            None => Log::create(self.account_folder.join(NAMES[1]))?,
        };
        if let Some(mut full) = self.current.replace(empty) {
            let media_folder = Arc::clone(&self.media_folder);
            let emptying = Builder::new().spawn(move || {
                let flushed = flush_files(&media_folder, &full.file_names);
                let result = flushed.and_then(|()| full.empty());
                (full, result)
            });
            // Without a thread, to settle does the same.
            self.has_failed |= emptying.is_err();
            self.emptying = emptying.ok();
        }
        Ok(())
    }

    /// The other log, empty. `None` if there was no need for it yet.
    fn wait_for_other(&mut self) -> Result<Option<Log>, StoreError> {
        let Some(thread) = self.emptying.take() else { return Ok(None) };
        match thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
            (log, Ok(())) => Ok(Some(log)),
            (_, Err(error)) => {
                self.has_failed = true;
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
