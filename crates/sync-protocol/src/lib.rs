//! What travels between an Anki client and a sync server: message types, their
//! tolerant parsing, and the two framings.
//!
//! This crate knows no files, sockets or databases. Facts were observed with
//! the Anki releases 2.1.50 to 26.9.3; where a rule differs by client, the item
//! says so.

mod error;
mod ids;
mod json_values;
mod lenient;
mod login;
mod secret;
mod version;

pub mod collection;
pub mod frame;
pub mod media;

pub use error::ProtocolError;
pub use ids::{
    CardId, DeckConfigId, DeckId, MediaUsn, NoteId, NotetypeId, RevlogId, TimestampMillis,
    TimestampSecs, Usn,
};
pub use json_values::{MAX_JSON_VALUES, has_few_json_values, is_shallow_json};
pub use login::{HostKeyRequest, HostKeyResponse};
pub use secret::{HostKey, Password, SessionKey};
pub use version::SyncVersion;

/// A JSON object with its keys in order; used for settings and unknown keys
/// that are carried without being understood.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
