//! `sanityCheck2`: both sides compare counts before anything is committed.

use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};

/// Request of `sanityCheck2`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanityCheckRequest {
    /// The client's counts.
    pub client: SanityCheckCounts,
}

/// Response of `sanityCheck2`; status 200 either way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanityCheckResponse {
    /// Whether the counts agree.
    pub status: SanityStatus,
    /// The client's counts.
    #[serde(rename = "c")]
    pub client: SanityCheckCounts,
    /// The server's counts, if they could be made.
    #[serde(rename = "s")]
    pub server: Option<SanityCheckCounts>,
}

/// Outcome of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SanityStatus {
    /// Equal.
    Ok,
    /// Different: the client forces a full sync next time.
    Bad,
}

/// Numbers of rows. Wire form: an array of 8 in this order, or an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct SanityCheckCounts {
    /// Due counts; not compared.
    pub counts: DueCounts,
    /// Cards.
    pub cards: u32,
    /// Notes.
    pub notes: u32,
    /// Review log entries.
    pub revlog: u32,
    /// Graves; not compared.
    pub graves: u32,
    /// Notetypes.
    #[serde(rename = "models")]
    pub notetypes: u32,
    /// Decks.
    pub decks: u32,
    /// Deck configs.
    pub deck_config: u32,
}

impl Serialize for SanityCheckCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(8)?;
        tuple.serialize_element(&self.counts)?;
        for count in [
            self.cards,
            self.notes,
            self.revlog,
            self.graves,
            self.notetypes,
            self.decks,
            self.deck_config,
        ] {
            tuple.serialize_element(&count)?;
        }
        tuple.end()
    }
}

/// Numbers of due cards. Wire form: an array of 3 in this order, or an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct DueCounts {
    /// New cards.
    pub new: u32,
    /// Cards in learning.
    pub learn: u32,
    /// Reviews.
    pub review: u32,
}

impl Serialize for DueCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.new, self.learn, self.review].serialize(serializer)
    }
}
