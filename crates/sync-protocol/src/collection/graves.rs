//! `applyGraves`: what was deleted.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{CardId, DeckId, NoteId};

/// Ids of deleted objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graves {
    /// Deleted cards.
    pub cards: Vec<CardId>,
    /// Deleted decks. Their cards are not implied.
    pub decks: Vec<DeckId>,
    /// Deleted notes. Their cards are not implied.
    pub notes: Vec<NoteId>,
}

impl Graves {
    /// How many ids there are in all.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cards.len() + self.decks.len() + self.notes.len()
    }

    /// Whether nothing was deleted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What kind of object a grave is for; the number is that of the column `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum GraveKind {
    /// A card.
    Card = 0,
    /// A note.
    Note = 1,
    /// A deck.
    Deck = 2,
}

/// Request of `applyGraves`: at most 250 ids a call from real clients, though
/// nothing depends on that. The response is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyGravesRequest {
    /// What the client deleted.
    pub chunk: Graves,
}

#[derive(Deserialize)]
struct GravesAsText {
    cards: Vec<String>,
    decks: Vec<String>,
    notes: Vec<String>,
}

/// Reads the graves inside `start`: `null`, integers, or all strings.
pub(super) fn deserialize_old_graves<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Graves>, D::Error> {
    use serde::de::Error;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OldGraves {
        Numbers(Graves),
        Texts(GravesAsText),
    }
    fn parse<E: Error, T>(texts: Vec<String>, id: fn(i64) -> T) -> Result<Vec<T>, E> {
        texts
            .iter()
            .map(|text| text.parse().map(id))
            .collect::<Result<_, _>>()
            .map_err(|_| E::custom("a grave's id is not a number"))
    }
    Ok(match Option::<OldGraves>::deserialize(deserializer)? {
        None => None,
        Some(OldGraves::Numbers(graves)) => Some(graves),
        Some(OldGraves::Texts(texts)) => Some(Graves {
            cards: parse(texts.cards, CardId)?,
            decks: parse(texts.decks, DeckId)?,
            notes: parse(texts.notes, NoteId)?,
        }),
    })
}
