//! Messages of the media sync.

mod begin;
mod changes;
mod download;
mod sanity;
mod upload;

use std::fs::File;
use std::path::Path;

use sync_store::StoreError;

pub use begin::begin;
pub use changes::changes;
pub use download::{Archive, download};
pub use sanity::sanity;
pub use upload::upload;

use crate::account::OperationError;

/// A file without a name for an archive, in an account's folder, which is
/// created if missing. It is gone when closed.
///
/// # Errors
/// [`OperationError::Unavailable`].
pub fn temporary_archive(folder: &Path) -> Result<File, OperationError> {
    sync_store::create_folder(folder)
        .and_then(|()| tempfile::tempfile_in(folder).map_err(StoreError::io(folder)))
        .map_err(OperationError::Unavailable)
}
