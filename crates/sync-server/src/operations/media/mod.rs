//! Messages of the media sync.

mod begin;
mod changes;
mod download;
mod sanity;
mod upload;

pub use begin::begin;
pub use changes::changes;
pub use download::{Archive, download};
pub use sanity::sanity;
pub use upload::{UploadedArchive, upload};

/// Size up to which an archive stays in memory, in bytes. Clients put 25 files into one;
/// where these are small, a file for it would cost more than the rest.
const MEMORY_BYTES: usize = 256 * 1024;
