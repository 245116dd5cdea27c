//! `chunk` and `applyChunk`: review log entries, cards and notes in batches.

use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};

use crate::lenient::{lax, number_i32, number_i64, number_u32};
use crate::{CardId, DeckId, NoteId, NotetypeId, RevlogId, TimestampSecs, Usn};

/// A batch of objects: the response of `chunk`, and inside the request of
/// `applyChunk`. Empty lists are left out on output.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chunk {
    /// Whether this is the sender's last batch.
    pub done: bool,
    /// Review log entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revlog: Vec<RevlogEntry>,
    /// Cards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardEntry>,
    /// Notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteEntry>,
}

/// Request of `applyChunk`. The response is `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplyChunkRequest {
    /// What changed on the client.
    pub chunk: Chunk,
}

/// One review. Wire form: an array of 9 in this order, or an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RevlogEntry {
    /// Time of the review, in milliseconds.
    pub id: RevlogId,
    /// The card; it need not exist any more.
    pub cid: CardId,
    /// Sequence number.
    pub usn: Usn,
    /// Button pressed, 1 to 4; 0 for manual rescheduling.
    pub ease: u8,
    /// New interval: days, or seconds if negative.
    #[serde(rename = "ivl", deserialize_with = "number_i32")]
    pub interval: i32,
    /// Interval before, in the same unit.
    #[serde(rename = "lastIvl", deserialize_with = "number_i32")]
    pub last_interval: i32,
    /// Ease after the answer, in permille.
    #[serde(deserialize_with = "number_u32")]
    pub factor: u32,
    /// Time taken, in milliseconds.
    #[serde(rename = "time", deserialize_with = "number_u32")]
    pub taken_millis: u32,
    /// 0 learning, 1 review, 2 relearning, 3 filtered, 4 manual, 5 rescheduled;
    /// anything else, or nothing at all, is read as 0.
    #[serde(rename = "type", default, deserialize_with = "review_kind")]
    pub kind: u8,
}

fn review_kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    lax::<_, u8>(deserializer).map(|kind| if kind <= 5 { kind } else { 0 })
}

impl Serialize for RevlogEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(9)?;
        tuple.serialize_element(&self.id)?;
        tuple.serialize_element(&self.cid)?;
        tuple.serialize_element(&self.usn)?;
        tuple.serialize_element(&self.ease)?;
        tuple.serialize_element(&self.interval)?;
        tuple.serialize_element(&self.last_interval)?;
        tuple.serialize_element(&self.factor)?;
        tuple.serialize_element(&self.taken_millis)?;
        tuple.serialize_element(&self.kind)?;
        tuple.end()
    }
}

/// One card. Wire form: an array of 18 in this order, or an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CardEntry {
    /// Id.
    pub id: CardId,
    /// Its note; not checked.
    pub nid: NoteId,
    /// Its deck; not checked.
    pub did: DeckId,
    /// Template index, or cloze number less one.
    pub ord: u16,
    /// Last change, in seconds.
    #[serde(deserialize_with = "mtime")]
    pub mtime: TimestampSecs,
    /// Sequence number.
    pub usn: Usn,
    /// New, learning, review or relearning.
    pub ctype: CardType,
    /// Which queue it waits in.
    pub queue: CardQueue,
    /// Position, time or day, by queue.
    #[serde(deserialize_with = "number_i32")]
    pub due: i32,
    /// Interval in days.
    #[serde(rename = "ivl", deserialize_with = "number_u32")]
    pub interval: u32,
    /// Ease in permille.
    pub factor: u16,
    /// Number of reviews.
    pub reps: u32,
    /// Number of lapses.
    pub lapses: u32,
    /// Remaining learning steps.
    pub left: u32,
    /// Due before the card moved to a filtered deck.
    #[serde(deserialize_with = "number_i32")]
    pub odue: i32,
    /// Home deck while in a filtered deck, else 0.
    pub odid: DeckId,
    /// Colour flag in the low three bits.
    pub flags: u8,
    /// JSON text with scheduling data; the store rewrites it.
    pub data: String,
}

fn mtime<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<TimestampSecs, D::Error> {
    number_i64(deserializer).map(TimestampSecs)
}

impl Serialize for CardEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(18)?;
        tuple.serialize_element(&self.id)?;
        tuple.serialize_element(&self.nid)?;
        tuple.serialize_element(&self.did)?;
        tuple.serialize_element(&self.ord)?;
        tuple.serialize_element(&self.mtime)?;
        tuple.serialize_element(&self.usn)?;
        tuple.serialize_element(&self.ctype)?;
        tuple.serialize_element(&self.queue)?;
        tuple.serialize_element(&self.due)?;
        tuple.serialize_element(&self.interval)?;
        tuple.serialize_element(&self.factor)?;
        tuple.serialize_element(&self.reps)?;
        tuple.serialize_element(&self.lapses)?;
        tuple.serialize_element(&self.left)?;
        tuple.serialize_element(&self.odue)?;
        tuple.serialize_element(&self.odid)?;
        tuple.serialize_element(&self.flags)?;
        tuple.serialize_element(&self.data)?;
        tuple.end()
    }
}

/// What a card is; the number is that of the column `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum CardType {
    /// Never answered.
    New = 0,
    /// In its first learning steps.
    Learning = 1,
    /// Reviewed in intervals of days.
    Review = 2,
    /// Forgotten and in learning steps again.
    Relearning = 3,
}

impl TryFrom<u8> for CardType {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Ok(match number {
            0 => Self::New,
            1 => Self::Learning,
            2 => Self::Review,
            3 => Self::Relearning,
            _ => return Err("a card's type is 0 to 3"),
        })
    }
}

impl From<CardType> for u8 {
    fn from(kind: CardType) -> Self {
        kind as Self
    }
}

/// Where a card waits; the number is that of the column `queue`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i8", into = "i8")]
#[repr(i8)]
pub enum CardQueue {
    /// Buried by the person until the next day.
    UserBuried = -3,
    /// Buried by the scheduler until the next day.
    SchedBuried = -2,
    /// Suspended.
    Suspended = -1,
    /// New; due is a position.
    New = 0,
    /// Learning within the day; due is a time in seconds.
    Learn = 1,
    /// Review; due is a day.
    Review = 2,
    /// Learning over days; due is a day.
    DayLearn = 3,
    /// Shown again from a preview; due is a time in seconds.
    PreviewRepeat = 4,
}

impl TryFrom<i8> for CardQueue {
    type Error = &'static str;

    fn try_from(number: i8) -> Result<Self, Self::Error> {
        Ok(match number {
            -3 => Self::UserBuried,
            -2 => Self::SchedBuried,
            -1 => Self::Suspended,
            0 => Self::New,
            1 => Self::Learn,
            2 => Self::Review,
            3 => Self::DayLearn,
            4 => Self::PreviewRepeat,
            _ => return Err("a card's queue is -3 to 4"),
        })
    }
}

impl From<CardQueue> for i8 {
    fn from(queue: CardQueue) -> Self {
        queue as Self
    }
}

/// One note. Wire form: an array of 11 in this order, or an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NoteEntry {
    /// Id.
    pub id: NoteId,
    /// Globally unique text.
    pub guid: String,
    /// Its notetype, which the server must have.
    pub mid: NotetypeId,
    /// Last change, in seconds.
    #[serde(rename = "mod")]
    pub modified: TimestampSecs,
    /// Sequence number.
    pub usn: Usn,
    /// Tags, separated by spaces.
    pub tags: String,
    /// Field contents, joined by U+001F.
    pub fields: String,
    /// Sort field: ignored on input, empty on output.
    pub sfld: String,
    /// Checksum of the first field: ignored on input, empty on output.
    pub csum: String,
    /// Ignored on input, 0 on output.
    pub flags: u32,
    /// Ignored on input, empty on output.
    pub data: String,
}

impl Serialize for NoteEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(11)?;
        tuple.serialize_element(&self.id)?;
        tuple.serialize_element(&self.guid)?;
        tuple.serialize_element(&self.mid)?;
        tuple.serialize_element(&self.modified)?;
        tuple.serialize_element(&self.usn)?;
        tuple.serialize_element(&self.tags)?;
        tuple.serialize_element(&self.fields)?;
        tuple.serialize_element(&self.sfld)?;
        tuple.serialize_element(&self.csum)?;
        tuple.serialize_element(&self.flags)?;
        tuple.serialize_element(&self.data)?;
        tuple.end()
    }
}
