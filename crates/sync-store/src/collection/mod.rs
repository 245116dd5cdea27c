//! The collection file: one module per table, and what is done to the file as
//! a whole.

mod bounds;
mod card_data;
mod cards;
mod changes;
mod chunk;
mod col;
mod column;
mod config;
mod create;
mod deck_config;
mod decks;
mod downgrade;
mod full;
mod graves;
mod layout;
mod notes;
mod notetypes;
mod open;
mod proto;
mod received;
mod revlog;
mod sanity;
mod stock_notetypes;
mod structure;
mod tags;
#[cfg(test)]
mod test_collection;
mod text;
mod timing;
mod unicase_collation;
mod unique_name;
mod upgrade;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use chunk::PendingIds;
pub use col::{ClientRequirements, CollectionCounts, CollectionStamps};
pub use downgrade::downgrade_to_schema_11;
#[cfg(unix)]
pub use full::undo_unfinished_replacement;
pub use full::{check_upload, copy_collection, replace_collection};

/// An open collection file, of the current schema.
///
/// Holds the file exclusively. Dropping it rolls back what was not committed.
#[derive(Debug)]
pub struct CollectionStore {
    db: Connection,
    path: PathBuf,
}

impl CollectionStore {
    /// The collection file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
