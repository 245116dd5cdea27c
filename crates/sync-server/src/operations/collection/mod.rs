//! Messages of the collection sync.

mod abort;
mod active;
mod changes;
mod chunk;
mod download;
mod finish;
mod graves;
mod meta;
mod sanity;
mod start;
mod temporary;
mod upload;

pub use abort::abort;
pub use changes::apply_changes;
pub use chunk::{apply_chunk, chunk};
pub use download::{Prepared, convert, copy};
pub use finish::{finish, tidy_up};
pub use graves::apply_graves;
pub use meta::{MetaFacts, meta, meta_from_memory};
pub use sanity::sanity_check;
pub use start::start;
pub use temporary::{TemporaryCollection, remove_left_overs};
pub use upload::{Checked, check, replace, undo_unfinished};
