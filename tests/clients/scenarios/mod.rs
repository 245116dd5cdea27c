//! What people do with two devices, one file each. Every scenario ends in `Pair::finish`.

pub mod at_once;
pub mod conflicts;
pub mod deletions;
pub mod edits;
pub mod full_syncs;
pub mod interruptions;
pub mod login;
pub mod media;
pub mod moving;
pub mod schema_changes;
pub mod thousands;
