//! `applyChanges`: everything that travels whole rather than in chunks.

use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};

use super::{Deck, DeckConfig, Notetype};
use crate::{JsonObject, TimestampSecs};

/// Request of `applyChanges`. The response is [`UnchunkedChanges`] by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyChangesRequest {
    /// What changed on the client.
    pub changes: UnchunkedChanges,
}

/// Notetypes, decks, deck configs, tags and config.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct UnchunkedChanges {
    /// Changed notetypes.
    #[serde(rename = "models")]
    pub notetypes: Vec<Notetype>,
    /// Changed decks and deck configs.
    pub decks: DecksAndConfig,
    /// Names of changed tags.
    pub tags: Vec<String>,
    /// The whole config, from the side that changed last.
    #[serde(rename = "conf", default, skip_serializing_if = "Option::is_none")]
    pub config: Option<JsonObject>,
    /// Creation time of the collection; travels together with the config.
    #[serde(rename = "crt", default, skip_serializing_if = "Option::is_none")]
    pub created: Option<TimestampSecs>,
}

/// Wire form: `[decks, configs]`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct DecksAndConfig {
    /// Changed decks.
    pub decks: Vec<Deck>,
    /// Changed deck configs.
    pub config: Vec<DeckConfig>,
}

impl Serialize for DecksAndConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(2)?;
        tuple.serialize_element(&self.decks)?;
        tuple.serialize_element(&self.config)?;
        tuple.end()
    }
}
