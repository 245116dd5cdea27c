//! What an Anki sync server keeps: collections, media and accounts, in SQLite
//! files and folders that are laid out as those of the official server.
//!
//! Everything here is blocking code; nothing awaits. Time is always an
//! argument, never read from a clock.

mod column;
mod durable;
mod error;
mod journal_mode;
mod processor;
mod random;
mod windows_names;

pub mod accounts;
pub mod collection;
pub mod media;

pub use durable::create_folder;
pub use error::{StoreError, with_causes};
pub use processor::let_others_run;
