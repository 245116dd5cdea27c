//! Deck configs in their schema 11 form, which is the wire form of all versions.
//!
//! As in [`super::Notetype`], `None` on a key that clients may leave out means
//! that it was missing.

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient::{finite, float_some, floats_some, int_or_string, lax, some};
use crate::{JsonObject, Usn};

/// Keys of a deck config that never come out of the unknown keys; `new`, `rev`
/// and `lapse` hold the unknown keys of the inner objects.
pub const RESERVED_CONFIG_KEYS: &[&str] = &[
    "id",
    "newSortOrder",
    "replayq",
    "newPerDayMinimum",
    "usn",
    "autoplay",
    "dyn",
    "maxTaken",
    "reviewOrder",
    "buryInterdayLearning",
    "newMix",
    "mod",
    "timer",
    "name",
    "interdayLearningMix",
    "newGatherPriority",
    "fsrsWeights",
    "fsrsParams5",
    "fsrsParams6",
    "desiredRetention",
    "stopTimerOnAnswer",
    "secondsToShowQuestion",
    "secondsToShowAnswer",
    "questionAction",
    "answerAction",
    "waitForAudio",
    "sm2Retention",
    "weightSearch",
    "ignoreRevlogsBeforeDate",
    "easyDaysPercentages",
];
/// Keys of `new` that never come out of the unknown keys.
pub const RESERVED_NEW_KEYS: &[&str] =
    &["order", "delays", "bury", "perDay", "initialFactor", "ints"];
/// Keys of `rev` that never come out of the unknown keys.
pub const RESERVED_REVIEW_KEYS: &[&str] =
    &["maxIvl", "hardFactor", "ease4", "ivlFct", "perDay", "bury"];
/// Keys of `lapse` that never come out of the unknown keys.
pub const RESERVED_LAPSE_KEYS: &[&str] = &["leechFails", "mult", "leechAction", "delays", "minInt"];

/// Study options of decks (wire: an element of the second list in `decks`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeckConfig {
    /// Id; 0 is refused by the store.
    #[serde(deserialize_with = "int_or_string")]
    pub id: i64,
    /// Last change, in seconds.
    #[serde(rename = "mod", deserialize_with = "int_or_string")]
    pub modified: i64,
    /// Name; need not be unique.
    pub name: String,
    /// Sequence number.
    pub usn: Usn,
    /// Longest answer time that counts, in seconds.
    #[serde(rename = "maxTaken")]
    pub max_taken_secs: i32,
    /// Whether audio plays by itself.
    pub autoplay: bool,
    /// Whether the timer is shown; 0 no.
    #[serde(deserialize_with = "lax")]
    pub timer: u8,
    /// Whether the question's audio is played again with the answer.
    #[serde(
        rename = "replayq",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub replay_question: Option<bool>,
    /// New cards.
    #[serde(rename = "new", deserialize_with = "lax")]
    pub new: NewSettings,
    /// Reviews.
    #[serde(rename = "rev", deserialize_with = "lax")]
    pub review: ReviewSettings,
    /// Forgotten cards.
    #[serde(deserialize_with = "lax")]
    pub lapse: LapseSettings,
    /// Not stored; false on output.
    #[serde(rename = "dyn", default, deserialize_with = "lax")]
    pub dynamic: bool,
    /// Mixing of new cards with reviews.
    #[serde(
        rename = "newMix",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub new_mix: Option<i32>,
    /// Unused minimum of new cards.
    #[serde(
        rename = "newPerDayMinimum",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub new_per_day_minimum: Option<u32>,
    /// Mixing of learning over days with reviews.
    #[serde(
        rename = "interdayLearningMix",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub interday_learning_mix: Option<i32>,
    /// Order of reviews.
    #[serde(
        rename = "reviewOrder",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub review_order: Option<i32>,
    /// Order of new cards.
    #[serde(
        rename = "newSortOrder",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub new_sort_order: Option<i32>,
    /// From where new cards are gathered first.
    #[serde(
        rename = "newGatherPriority",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub new_gather_priority: Option<i32>,
    /// Whether learning cards over days are buried as siblings.
    #[serde(
        rename = "buryInterdayLearning",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub bury_interday_learning: Option<bool>,
    /// FSRS 4 parameters.
    #[serde(
        rename = "fsrsWeights",
        default,
        deserialize_with = "floats_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub fsrs_params_4: Option<Vec<f32>>,
    /// FSRS 5 parameters.
    #[serde(
        rename = "fsrsParams5",
        default,
        deserialize_with = "floats_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub fsrs_params_5: Option<Vec<f32>>,
    /// FSRS 6 parameters.
    #[serde(
        rename = "fsrsParams6",
        default,
        deserialize_with = "floats_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub fsrs_params_6: Option<Vec<f32>>,
    /// Desired retention, 0 to 1.
    #[serde(
        rename = "desiredRetention",
        default,
        deserialize_with = "float_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub desired_retention: Option<f32>,
    /// Reviews before this date do not count for FSRS.
    #[serde(
        rename = "ignoreRevlogsBeforeDate",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub ignore_revlogs_before_date: Option<String>,
    /// Weights of the weekdays, 0 to 1.
    #[serde(
        rename = "easyDaysPercentages",
        default,
        deserialize_with = "floats_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub easy_days_percentages: Option<Vec<f32>>,
    /// Whether the timer stops on the answer.
    #[serde(
        rename = "stopTimerOnAnswer",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub stop_timer_on_answer: Option<bool>,
    /// Auto advance of the question, in seconds.
    #[serde(
        rename = "secondsToShowQuestion",
        default,
        deserialize_with = "float_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub seconds_to_show_question: Option<f32>,
    /// Auto advance of the answer, in seconds.
    #[serde(
        rename = "secondsToShowAnswer",
        default,
        deserialize_with = "float_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub seconds_to_show_answer: Option<f32>,
    /// What auto advance does after the question, 0 or 1.
    #[serde(
        rename = "questionAction",
        default,
        deserialize_with = "up_to::<_, 1>",
        skip_serializing_if = "Option::is_none"
    )]
    pub question_action: Option<u8>,
    /// What auto advance does after the answer, 0 to 4.
    #[serde(
        rename = "answerAction",
        default,
        deserialize_with = "up_to::<_, 4>",
        skip_serializing_if = "Option::is_none"
    )]
    pub answer_action: Option<u8>,
    /// Whether auto advance waits for audio.
    #[serde(
        rename = "waitForAudio",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub wait_for_audio: Option<bool>,
    /// Retention before FSRS, 0 to 1.
    #[serde(
        rename = "sm2Retention",
        default,
        deserialize_with = "float_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub sm2_retention: Option<f32>,
    /// Search whose reviews FSRS learns from.
    #[serde(
        rename = "weightSearch",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub weight_search: Option<String>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

/// Options for new cards (wire: `new`). A bad or missing required key replaces
/// the whole object by its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewSettings {
    /// Whether siblings are buried.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub bury: Option<bool>,
    /// Learning steps, in minutes.
    #[serde(deserialize_with = "lax", serialize_with = "finite")]
    pub delays: Vec<f32>,
    /// Starting ease, in permille.
    #[serde(rename = "initialFactor")]
    pub initial_factor: u16,
    /// Graduating intervals in days: good, easy, and one unused.
    #[serde(rename = "ints", deserialize_with = "graduating_intervals")]
    pub intervals: (u16, u16, u16),
    /// 0 random, 1 due.
    #[serde(deserialize_with = "zero_or_one")]
    pub order: u8,
    /// Limit a day.
    #[serde(rename = "perDay", deserialize_with = "lax")]
    pub per_day: u32,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

impl Default for NewSettings {
    fn default() -> Self {
        Self {
            bury: Some(false),
            delays: vec![1.0, 10.0],
            initial_factor: 2500,
            intervals: (1, 4, 0),
            order: 1,
            per_day: 20,
            other: JsonObject::new(),
        }
    }
}

/// Options for reviews (wire: `rev`). A bad or missing required key replaces
/// the whole object by its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewSettings {
    /// Whether siblings are buried.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub bury: Option<bool>,
    /// Multiplier of Easy.
    #[serde(rename = "ease4", serialize_with = "finite")]
    pub easy_multiplier: f32,
    /// Multiplier of all intervals.
    #[serde(rename = "ivlFct", serialize_with = "finite")]
    pub interval_multiplier: f32,
    /// Longest interval, in days.
    #[serde(rename = "maxIvl")]
    pub max_interval: u32,
    /// Limit a day.
    #[serde(rename = "perDay", deserialize_with = "lax")]
    pub per_day: u32,
    /// Multiplier of Hard.
    #[serde(
        rename = "hardFactor",
        default,
        deserialize_with = "float_some",
        serialize_with = "finite",
        skip_serializing_if = "Option::is_none"
    )]
    pub hard_multiplier: Option<f32>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

impl Default for ReviewSettings {
    fn default() -> Self {
        Self {
            bury: Some(false),
            easy_multiplier: 1.3,
            interval_multiplier: 1.0,
            max_interval: 36500,
            per_day: 200,
            hard_multiplier: Some(1.2),
            other: JsonObject::new(),
        }
    }
}

/// Options for forgotten cards (wire: `lapse`). A bad or missing required key
/// replaces the whole object by its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LapseSettings {
    /// Relearning steps, in minutes.
    #[serde(deserialize_with = "lax", serialize_with = "finite")]
    pub delays: Vec<f32>,
    /// 0 suspend, 1 tag only.
    #[serde(rename = "leechAction", deserialize_with = "zero_or_one")]
    pub leech_action: u8,
    /// Lapses that make a leech.
    #[serde(rename = "leechFails")]
    pub leech_fails: u32,
    /// Shortest interval after a lapse, in days.
    #[serde(rename = "minInt")]
    pub min_interval: u32,
    /// Multiplier of the interval after a lapse.
    #[serde(rename = "mult", serialize_with = "finite")]
    pub multiplier: f32,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

impl Default for LapseSettings {
    fn default() -> Self {
        Self {
            delays: vec![10.0],
            leech_action: 1,
            leech_fails: 8,
            min_interval: 1,
            multiplier: 0.0,
            other: JsonObject::new(),
        }
    }
}

/// A strict integer from 0 to `MAX`.
fn up_to<'de, D: Deserializer<'de>, const MAX: u8>(
    deserializer: D,
) -> Result<Option<u8>, D::Error> {
    let number = u8::deserialize(deserializer)?;
    if number > MAX {
        return Err(D::Error::custom(format_args!("expected 0 to {MAX}")));
    }
    Ok(Some(number))
}

/// 0 or 1; anything else is 1.
fn zero_or_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(u8::from(value.as_u64() != Some(0)))
}

/// Good and easy; fewer than two, or anything that is not a `u16`, gives 1 and 4.
fn graduating_intervals<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<(u16, u16, u16), D::Error> {
    fn parse<T: DeserializeOwned>(value: Value) -> Option<T> {
        serde_json::from_value(value).ok()
    }
    let value = Value::deserialize(deserializer)?;
    Ok(match parse::<Vec<u16>>(value).as_deref() {
        Some([good, easy, ..]) => (*good, *easy, 0),
        _ => (1, 4, 0),
    })
}
