//! `download`: the server's whole collection goes to the device.

use std::fs::File;

use sync_protocol::{SyncVersion, TimestampMillis};
use sync_store::StoreError;
use sync_store::accounts::SyncCounts;
use sync_store::collection::{copy_collection, downgrade_to_schema_11};

use super::temporary::TemporaryCollection;
use crate::account::{CollectionSlot, OperationError};
use crate::events::SyncFailure;

/// A copy of the collection.
#[derive(Debug)]
pub struct Copy {
    temporary: TemporaryCollection,
    counts: SyncCounts,
}

impl Copy {
    /// Its size, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.temporary.bytes()
    }
}

/// A copy in the schema that the client reads.
#[derive(Debug)]
pub struct Prepared {
    /// The copy, open for reading. It has no name any more, so that it is gone
    /// when closed, and does not hold the account's folder while it travels.
    pub file: File,
    /// Its size, in bytes.
    pub size: u64,
    /// What is in it.
    pub counts: SyncCounts,
}

/// Raises usn and modification time, which makes all other devices look for
/// changes, and copies the collection.
///
/// # Errors
/// [`OperationError::Unavailable`].
pub fn copy(
    slot: &mut CollectionSlot,
    temporary: TemporaryCollection,
    now: TimestampMillis,
) -> Result<Copy, OperationError> {
    slot.end_sync(SyncFailure::Superseded);
    let store = slot.open()?;
    store.touch_for_download(now).map_err(OperationError::Unavailable)?;
    let counted = store.counts().map_err(OperationError::Unavailable)?;
    // Closing merges the write-ahead log, so that the file is complete.
    slot.try_close_store().map_err(OperationError::Unavailable)?;
    copy_collection(&slot.collection_path(), temporary.path())
        .map_err(OperationError::Unavailable)?;
    let counts = SyncCounts { notes: counted.notes, cards: counted.cards, ..SyncCounts::default() };
    Ok(Copy { temporary, counts })
}

/// Converts the copy for the client. Needs no lock.
///
/// # Errors
/// [`OperationError::Unavailable`].
pub fn convert(copy: Copy, version: SyncVersion) -> Result<Prepared, OperationError> {
    let Copy { temporary, counts } = copy;
    if !version.is_zstd() {
        downgrade_to_schema_11(temporary.path()).map_err(OperationError::Unavailable)?;
    }
    let opened = File::open(temporary.path()).and_then(|file| {
        let size = file.metadata()?.len();
        Ok((file, size))
    });
    let (file, size) =
        opened.map_err(StoreError::io(temporary.path())).map_err(OperationError::Unavailable)?;
    Ok(Prepared { file, size, counts })
}
