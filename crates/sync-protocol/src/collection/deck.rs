//! Decks in their schema 11 form, which is the wire form of all versions.
//!
//! As in [`super::Notetype`], `None` on a key that clients may leave out means
//! that it was missing.

use serde::de::Error;
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::lenient::{finite, int_or_string, int_or_string_some, lax_some, loose_bool, some};
use crate::{JsonObject, Usn};

/// Keys of a deck of either kind that never come out of the unknown keys.
pub const RESERVED_DECK_KEYS: &[&str] = &[
    "usn",
    "revToday",
    "newLimit",
    "dyn",
    "reviewLimit",
    "newToday",
    "timeToday",
    "reviewLimitToday",
    "extendNew",
    "mod",
    "newLimitToday",
    "desc",
    "name",
    "lrnToday",
    "conf",
    "browserCollapsed",
    "extendRev",
    "id",
    "collapsed",
    "desiredRetention",
];

/// A deck (wire: an element of the first list in `decks`). The key `dyn` tells
/// which kind it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Deck {
    /// A deck that holds cards.
    Normal(NormalDeck),
    /// A deck that borrows cards by searches.
    Filtered(FilteredDeck),
}

impl Deck {
    /// What both kinds have.
    #[must_use]
    pub fn common(&self) -> &DeckCommon {
        match self {
            Self::Normal(deck) => &deck.common,
            Self::Filtered(deck) => &deck.common,
        }
    }

    /// What both kinds have.
    pub fn common_mut(&mut self) -> &mut DeckCommon {
        match self {
            Self::Normal(deck) => &mut deck.common,
            Self::Filtered(deck) => &mut deck.common,
        }
    }

    /// Keys this program does not know.
    #[must_use]
    pub fn other(&self) -> &JsonObject {
        match self {
            Self::Normal(deck) => &deck.other,
            Self::Filtered(deck) => &deck.other,
        }
    }
}

impl Serialize for Deck {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Normal(deck) => deck.serialize(serializer),
            Self::Filtered(deck) => deck.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Deck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = JsonObject::deserialize(deserializer)?;
        let kind = match object.get("dyn") {
            Some(Value::Bool(filtered)) => u64::from(*filtered),
            // A float or a number outside 0 to 255 fails below, as `DeckCommon` wants a `u8`.
            Some(Value::Number(number)) => number.as_u64().unwrap_or(u64::MAX),
            _ => return Err(D::Error::custom("a deck's dyn is a boolean or a number")),
        };
        if kind > u64::from(u8::MAX) {
            return Err(D::Error::custom("a deck's dyn is out of range"));
        }
        object.insert("dyn".into(), kind.into());
        // Obsolete since the v2 scheduler.
        object.remove("return");
        let object = Value::Object(object);
        if kind == 1 {
            serde_json::from_value(object).map(Self::Filtered)
        } else {
            serde_json::from_value(object).map(Self::Normal)
        }
        .map_err(D::Error::custom)
    }
}

/// What decks of both kinds have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeckCommon {
    /// Id; 0 is refused by the store.
    #[serde(deserialize_with = "int_or_string")]
    pub id: i64,
    /// Last change, in seconds.
    #[serde(
        rename = "mod",
        default,
        deserialize_with = "int_or_string_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub modified: Option<i64>,
    /// Path with `::` between the components.
    pub name: String,
    /// Sequence number.
    pub usn: Usn,
    /// Learning answers, and their day.
    #[serde(rename = "lrnToday")]
    pub learning_today: DayAmount,
    /// Reviews, and their day.
    #[serde(rename = "revToday")]
    pub review_today: DayAmount,
    /// New cards, and their day.
    #[serde(rename = "newToday")]
    pub new_today: DayAmount,
    /// Milliseconds studied, and their day.
    #[serde(rename = "timeToday")]
    pub time_today: DayAmount,
    /// Whether the deck list shows it collapsed.
    pub collapsed: bool,
    /// Whether the browser shows it collapsed.
    #[serde(
        rename = "browserCollapsed",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub browser_collapsed: Option<bool>,
    /// Description; always empty for filtered decks on output.
    #[serde(
        rename = "desc",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<String>,
    /// Whether the description is Markdown. Current clients leave it out when
    /// false, so a missing one is false.
    #[serde(rename = "md", default, skip_serializing_if = "std::ops::Not::not")]
    pub markdown: bool,
    /// 1 filtered, anything else normal.
    #[serde(rename = "dyn")]
    pub kind: u8,
}

/// A deck that holds cards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NormalDeck {
    /// What both kinds have.
    #[serde(flatten)]
    pub common: DeckCommon,
    /// Its deck config; not checked.
    #[serde(rename = "conf", deserialize_with = "int_or_string")]
    pub config_id: i64,
    /// Extra new cards for today.
    #[serde(
        rename = "extendNew",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub extend_new: Option<i32>,
    /// Extra reviews for today.
    #[serde(
        rename = "extendRev",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub extend_review: Option<i32>,
    /// Review limit of this deck.
    #[serde(
        rename = "reviewLimit",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub review_limit: Option<Option<u32>>,
    /// New card limit of this deck.
    #[serde(
        rename = "newLimit",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub new_limit: Option<Option<u32>>,
    /// Review limit for one day.
    #[serde(
        rename = "reviewLimitToday",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub review_limit_today: Option<Option<DayLimit>>,
    /// New card limit for one day.
    #[serde(
        rename = "newLimitToday",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub new_limit_today: Option<Option<DayLimit>>,
    /// Desired retention of this deck, in percent.
    #[serde(
        rename = "desiredRetention",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub desired_retention_percent: Option<Option<u32>>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

/// A deck that borrows cards by searches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilteredDeck {
    /// What both kinds have.
    #[serde(flatten)]
    pub common: DeckCommon,
    /// Whether answers count for scheduling.
    #[serde(rename = "resched", deserialize_with = "loose_bool")]
    pub reschedule: bool,
    /// The searches.
    pub terms: Vec<SearchTerm>,
    /// Not stored; true on output.
    #[serde(default = "yes")]
    pub separate: bool,
    /// Learning steps of the first scheduler, in minutes; `None` inside for none.
    #[serde(
        default,
        deserialize_with = "lax_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub delays: Option<Option<Vec<f32>>>,
    /// Preview delay of older schedulers, in minutes.
    #[serde(
        rename = "previewDelay",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub preview_delay: Option<u32>,
    /// Delay after Again, in seconds.
    #[serde(
        rename = "previewAgainSecs",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub preview_again_secs: Option<u32>,
    /// Delay after Hard, in seconds.
    #[serde(
        rename = "previewHardSecs",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub preview_hard_secs: Option<u32>,
    /// Delay after Good, in seconds.
    #[serde(
        rename = "previewGoodSecs",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub preview_good_secs: Option<u32>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

fn yes() -> bool {
    true
}

/// One search of a filtered deck. Wire form: `[search, limit, order]`, or an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SearchTerm {
    /// Search text.
    pub search: String,
    /// Number of cards; a negative one is stored as 0.
    #[serde(deserialize_with = "int_or_string")]
    pub limit: i32,
    /// Order, 0 to 10; other numbers are kept.
    pub order: i32,
}

impl Serialize for SearchTerm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(3)?;
        tuple.serialize_element(&self.search)?;
        tuple.serialize_element(&self.limit)?;
        tuple.serialize_element(&self.order)?;
        tuple.end()
    }
}

/// A limit that holds on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLimit {
    /// Number of cards.
    pub limit: u32,
    /// Days since the collection's creation.
    pub today: u32,
}

/// An amount on a day. Wire form: `[day, amount]`. On input the last element is
/// the amount and the one before it the day; what is missing or not an integer
/// is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayAmount {
    /// Days since the collection's creation.
    pub day: i32,
    /// How many, or how long.
    pub amount: i32,
}

impl<'de> Deserialize<'de> for DayAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = Vec::<Value>::deserialize(deserializer)?;
        let mut from_end = parts
            .iter()
            .rev()
            .map(|part| part.as_i64().and_then(|n| i32::try_from(n).ok()).unwrap_or(0));
        let amount = from_end.next().unwrap_or(0);
        let day = from_end.next().unwrap_or(0);
        Ok(Self { day, amount })
    }
}

impl Serialize for DayAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.day, self.amount).serialize(serializer)
    }
}
