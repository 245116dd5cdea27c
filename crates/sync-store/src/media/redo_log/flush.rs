//! Flushing many files.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

use crate::StoreError;
use crate::durable::{sync_file, sync_folder};
use crate::media::places::MediaFolder;
use crate::media::stored_file::regular_size;

/// Flushes that run at the same time. The file system's own journal takes all that
/// wait for it along in one go: on a quick disk this is three times as fast as one
/// after the other, on a slow one twenty times.
const THREADS: usize = 24;

/// Flushes the files of these names and their folder. Those that are no longer there
/// were deleted since.
pub(super) fn flush_files(media_folder: &MediaFolder, names: &[String]) -> Result<(), StoreError> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    flush_at_the_same_time(&names, |name| match media_folder.place(name) {
        Some(path) => flush_regular(&path),
        None => Ok(()),
    })?;
    sync_folder(media_folder.path())?;
    // In another folder none of them is there, for a reason that is no deletion.
    media_folder.check_is_there()
}

fn flush_regular(path: &Path) -> Result<(), StoreError> {
    if regular_size(path)?.is_none() {
        return Ok(());
    }
    match sync_file(path) {
        Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Calls `flush` with each of them, some at the same time. An error if one failed.
pub(in crate::media) fn flush_at_the_same_time<T: Sync>(
    all: &[T],
    flush: impl Fn(&T) -> Result<(), StoreError> + Sync,
) -> Result<(), StoreError> {
    let next = AtomicUsize::new(0);
    let flush_some = || -> Result<(), StoreError> {
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            flush(one)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        // Where the system gives no more threads, fewer do it.
        let others: Vec<_> = (1..THREADS.min(all.len()))
            .map_while(|_| Builder::new().spawn_scoped(scope, flush_some).ok())
            .collect();
        let mut result = flush_some();
        for other in others {
            result = result.and(other.join().unwrap_or_else(|panic| {
                std::panic::resume_unwind(panic);
            }));
        }
        result
    })
}
