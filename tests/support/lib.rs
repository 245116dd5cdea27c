//! What the wire tests stand on: a real server in a temporary folder, a client
//! that speaks raw HTTP, and collection files to start from.
//!
//! Everything here panics on failure, with the caller's line where that helps.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod client;
mod collection;
pub mod disks;
mod events;
pub mod evidence;
pub mod fuzz;
mod objects;
mod seed;
mod server;
mod socket;

pub use client::{Answer, Client, Framing, Outgoing, Received, read_zip, upload_zip, zip_of};
pub use collection::{Collection, collection_of_schema_11, template};
pub use events::Events;
pub use objects::{JsonEdit, Row, card, deck, deck_config, filtered_deck, note, notetype, revlog};
pub use seed::{BASIC, SEED_MODIFIED, SEED_SCHEMA_MODIFIED, SEED_USN, seed};
pub use server::{NAME, PASSWORD, Stopped, TestServer, TestServerBuilder};
pub use socket::{RawResponse, Socket};
