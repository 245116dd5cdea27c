//! One module for each kind of row.

pub mod crowd;
pub mod delay;
pub mod full;
pub mod incremental;
pub mod media;
pub mod meta;
pub mod start;
