//! Column `data` of `cards`: a JSON object with scheduling data.
//!
//! Every program that stores, sends or receives a card writes this text anew:
//! known keys in a fixed order, rounded, and without what is unusable. Doing the
//! same keeps the file byte for byte as clients write it.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use sync_protocol::JsonObject;

/// Longer text is none of a client's, in bytes: theirs is some numbers and at most 100 bytes
/// of custom data. Read as JSON it could take all memory.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// What a card without data holds.
const EMPTY: &str = "{}";

/// The text as it is stored and sent.
///
/// Unlike in the official server, keys that this program does not know are kept,
/// after the known ones: a newer client's keys then reach its other devices
/// before the server learns of them. Clients themselves drop what they do not
/// know, before they send and when they receive, so current ones see no
/// difference.
pub(super) fn rewrite_card_data(text: &str) -> Cow<'static, str> {
    if text.is_empty() || text == EMPTY || text.len() > MAX_TEXT_BYTES {
        return Cow::Borrowed(EMPTY);
    }
    let data: CardData = match serde_json::from_str(text) {
        Ok(data) => data,
        Err(_) => return Cow::Borrowed(EMPTY),
    };
    serde_json::to_string(&data.normalized()).map_or(Cow::Borrowed(EMPTY), Cow::Owned)
}

/// Keys in the order in which they are written.
#[derive(Debug, Default, Serialize)]
struct CardData {
    /// Position among the new cards before the first review.
    #[serde(rename = "pos", skip_serializing_if = "Option::is_none")]
    original_position: Option<u32>,
    /// FSRS stability, in days.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    stability: Option<f32>,
    /// FSRS difficulty, 1 to 10.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    difficulty: Option<f32>,
    /// Desired retention when it was last scheduled.
    #[serde(rename = "dr", skip_serializing_if = "Option::is_none")]
    desired_retention: Option<f32>,
    /// FSRS decay.
    #[serde(skip_serializing_if = "Option::is_none")]
    decay: Option<f32>,
    /// Last review, in seconds.
    #[serde(rename = "lrt", skip_serializing_if = "Option::is_none")]
    last_review_secs: Option<i64>,
    /// Custom data: a JSON object as text.
    #[serde(rename = "cd", skip_serializing_if = "String::is_empty")]
    custom_data: String,
    /// Keys this program does not know.
    #[serde(flatten)]
    other: JsonObject,
}

impl CardData {
    fn normalized(mut self) -> Self {
        self.stability = rounded(self.stability, 4);
        self.difficulty = rounded(self.difficulty, 3);
        self.desired_retention = rounded(self.desired_retention, 2);
        self.decay = rounded(self.decay, 3);
        // One is of no use without the other.
        if self.stability.is_none() || self.difficulty.is_none() {
            self.stability = None;
            self.difficulty = None;
        }
        if self.custom_data == EMPTY {
            self.custom_data.clear();
        }
        self
    }
}

/// Rounded half away from zero, in `f32` as clients do. JSON has no text for
/// what is not finite; clients write `null` and read that as absent.
fn rounded(number: Option<f32>, decimals: i32) -> Option<f32> {
    let factor = 10f32.powi(decimals);
    number.map(|number| (number * factor).round() / factor).filter(|number| number.is_finite())
}

/// A value of another type or out of range counts as absent.
fn usable<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

struct CardDataVisitor;

impl<'de> Visitor<'de> for CardDataVisitor {
    type Value = CardData;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a card's data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CardData, A::Error> {
        const KNOWN: [&str; 7] = ["pos", "s", "d", "dr", "decay", "lrt", "cd"];
        let mut data = CardData::default();
        let mut seen = [false; KNOWN.len()];
        while let Some(key) = map.next_key::<String>()? {
            let known = KNOWN.iter().position(|known| *known == key);
            if known.is_some_and(|index| std::mem::replace(&mut seen[index], true)) {
                return Err(A::Error::custom("a key occurs twice"));
            }
            match key.as_str() {
                "pos" => data.original_position = usable(map.next_value()?),
                "s" => data.stability = usable(map.next_value()?),
                "d" => data.difficulty = usable(map.next_value()?),
                "dr" => data.desired_retention = usable(map.next_value()?),
                "decay" => data.decay = usable(map.next_value()?),
                "lrt" => data.last_review_secs = usable(map.next_value()?),
                "cd" => data.custom_data = map.next_value()?,
                _ => {
                    data.other.insert(key, map.next_value()?);
                }
            }
        }
        Ok(data)
    }

    /// Clients also accept the values alone, in order.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<CardData, A::Error> {
        let mut data = CardData {
            original_position: seq.next_element()?.and_then(usable),
            stability: seq.next_element()?.and_then(usable),
            difficulty: seq.next_element()?.and_then(usable),
            desired_retention: seq.next_element()?.and_then(usable),
            decay: seq.next_element()?.and_then(usable),
            last_review_secs: seq.next_element()?.and_then(usable),
            ..CardData::default()
        };
        data.custom_data = seq.next_element()?.unwrap_or_default();
        if seq.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("there are too many values"));
        }
        Ok(data)
    }
}

impl<'de> serde::Deserialize<'de> for CardData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CardDataVisitor)
    }
}

#[cfg(test)]
mod tests;
