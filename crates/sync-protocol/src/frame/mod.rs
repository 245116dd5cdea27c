//! The two ways in which a request is packed.

mod direct_post;
mod multipart;

pub use direct_post::{ORIGINAL_SIZE_HEADER, SYNC_HEADER, SyncHeader};
pub use multipart::MultipartField;
