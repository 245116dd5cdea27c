//! The protobuf messages inside the blobs of a collection file.
//!
//! Numbers of enumerations are plain `i32`, so that values which only newer
//! clients know survive. Names and numbers were observed with release 26.9.3.

use prost::Message;
use sync_protocol::{JsonObject, has_few_json_values, is_shallow_json};

use crate::StoreError;

/// `decks.common`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct DeckCommon {
    #[prost(bool, tag = "1")]
    pub study_collapsed: bool,
    #[prost(bool, tag = "2")]
    pub browser_collapsed: bool,
    /// The day, counted from the collection's creation, of the four amounts below.
    #[prost(uint32, tag = "3")]
    pub last_day_studied: u32,
    #[prost(int32, tag = "4")]
    pub new_studied: i32,
    #[prost(int32, tag = "5")]
    pub review_studied: i32,
    #[prost(int32, tag = "6")]
    pub learning_studied: i32,
    #[prost(int32, tag = "7")]
    pub milliseconds_studied: i32,
    #[prost(bytes = "vec", tag = "255")]
    pub other: Vec<u8>,
}

/// `decks.kind`; a blob without either variant is unreadable.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct DeckKindContainer {
    #[prost(oneof = "DeckKind", tags = "1, 2")]
    pub kind: Option<DeckKind>,
}

/// Which kind of deck it is.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum DeckKind {
    #[prost(message, tag = "1")]
    Normal(NormalDeck),
    #[prost(message, tag = "2")]
    Filtered(FilteredDeck),
}

/// A deck that holds cards.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NormalDeck {
    #[prost(int64, tag = "1")]
    pub config_id: i64,
    #[prost(uint32, tag = "2")]
    pub extend_new: u32,
    #[prost(uint32, tag = "3")]
    pub extend_review: u32,
    #[prost(string, tag = "4")]
    pub description: String,
    #[prost(bool, tag = "5")]
    pub markdown_description: bool,
    #[prost(uint32, optional, tag = "6")]
    pub review_limit: Option<u32>,
    #[prost(uint32, optional, tag = "7")]
    pub new_limit: Option<u32>,
    #[prost(message, optional, tag = "8")]
    pub review_limit_today: Option<DayLimit>,
    #[prost(message, optional, tag = "9")]
    pub new_limit_today: Option<DayLimit>,
    /// A fraction, 0 to 1; on the wire it is in percent.
    #[prost(float, optional, tag = "10")]
    pub desired_retention: Option<f32>,
}

/// A limit that holds on one day.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub(crate) struct DayLimit {
    #[prost(uint32, tag = "1")]
    pub limit: u32,
    #[prost(uint32, tag = "2")]
    pub today: u32,
}

/// A deck that borrows cards by searches.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FilteredDeck {
    #[prost(bool, tag = "1")]
    pub reschedule: bool,
    #[prost(message, repeated, tag = "2")]
    pub search_terms: Vec<SearchTerm>,
    #[prost(float, repeated, tag = "3")]
    pub delays: Vec<f32>,
    #[prost(uint32, tag = "4")]
    pub preview_delay: u32,
    #[prost(uint32, tag = "5")]
    pub preview_hard_secs: u32,
    #[prost(uint32, tag = "6")]
    pub preview_good_secs: u32,
    #[prost(uint32, tag = "7")]
    pub preview_again_secs: u32,
}

/// One search of a filtered deck.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct SearchTerm {
    #[prost(string, tag = "1")]
    pub search: String,
    #[prost(uint32, tag = "2")]
    pub limit: u32,
    #[prost(int32, tag = "3")]
    pub order: i32,
}

/// `notetypes.config`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NotetypeConfig {
    #[prost(int32, tag = "1")]
    pub kind: i32,
    #[prost(uint32, tag = "2")]
    pub sort_field_idx: u32,
    #[prost(string, tag = "3")]
    pub css: String,
    #[prost(int64, tag = "4")]
    pub target_deck_id_unused: i64,
    #[prost(string, tag = "5")]
    pub latex_pre: String,
    #[prost(string, tag = "6")]
    pub latex_post: String,
    #[prost(bool, tag = "7")]
    pub latex_svg: bool,
    #[prost(message, repeated, tag = "8")]
    pub reqs: Vec<CardRequirement>,
    #[prost(int32, tag = "9")]
    pub original_stock_kind: i32,
    #[prost(int64, optional, tag = "10")]
    pub original_id: Option<i64>,
    #[prost(bytes = "vec", tag = "255")]
    pub other: Vec<u8>,
}

/// Which fields make a card non-empty.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct CardRequirement {
    #[prost(uint32, tag = "1")]
    pub card_ord: u32,
    /// 0 none, 1 any, 2 all.
    #[prost(int32, tag = "2")]
    pub kind: i32,
    #[prost(uint32, repeated, tag = "3")]
    pub field_ords: Vec<u32>,
}

/// `fields.config`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FieldConfig {
    #[prost(bool, tag = "1")]
    pub sticky: bool,
    #[prost(bool, tag = "2")]
    pub rtl: bool,
    #[prost(string, tag = "3")]
    pub font_name: String,
    #[prost(uint32, tag = "4")]
    pub font_size: u32,
    #[prost(string, tag = "5")]
    pub description: String,
    #[prost(bool, tag = "6")]
    pub plain_text: bool,
    #[prost(bool, tag = "7")]
    pub collapsed: bool,
    #[prost(bool, tag = "8")]
    pub exclude_from_search: bool,
    #[prost(int64, optional, tag = "9")]
    pub id: Option<i64>,
    #[prost(uint32, optional, tag = "10")]
    pub tag: Option<u32>,
    #[prost(bool, tag = "11")]
    pub prevent_deletion: bool,
    #[prost(bytes = "vec", tag = "255")]
    pub other: Vec<u8>,
}

/// `templates.config`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct TemplateConfig {
    #[prost(string, tag = "1")]
    pub q_format: String,
    #[prost(string, tag = "2")]
    pub a_format: String,
    #[prost(string, tag = "3")]
    pub q_format_browser: String,
    #[prost(string, tag = "4")]
    pub a_format_browser: String,
    #[prost(int64, tag = "5")]
    pub target_deck_id: i64,
    #[prost(string, tag = "6")]
    pub browser_font_name: String,
    #[prost(uint32, tag = "7")]
    pub browser_font_size: u32,
    #[prost(int64, optional, tag = "8")]
    pub id: Option<i64>,
    #[prost(bytes = "vec", tag = "255")]
    pub other: Vec<u8>,
}

/// `deck_config.config`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct DeckConfigSettings {
    /// Minutes.
    #[prost(float, repeated, tag = "1")]
    pub learn_steps: Vec<f32>,
    /// Minutes.
    #[prost(float, repeated, tag = "2")]
    pub relearn_steps: Vec<f32>,
    #[prost(float, repeated, tag = "3")]
    pub fsrs_params_4: Vec<f32>,
    #[prost(float, repeated, tag = "4")]
    pub easy_days_percentages: Vec<f32>,
    #[prost(float, repeated, tag = "5")]
    pub fsrs_params_5: Vec<f32>,
    #[prost(float, repeated, tag = "6")]
    pub fsrs_params_6: Vec<f32>,
    #[prost(uint32, tag = "9")]
    pub new_per_day: u32,
    #[prost(uint32, tag = "10")]
    pub reviews_per_day: u32,
    #[prost(float, tag = "11")]
    pub initial_ease: f32,
    #[prost(float, tag = "12")]
    pub easy_multiplier: f32,
    #[prost(float, tag = "13")]
    pub hard_multiplier: f32,
    #[prost(float, tag = "14")]
    pub lapse_multiplier: f32,
    #[prost(float, tag = "15")]
    pub interval_multiplier: f32,
    /// Days, as the three below.
    #[prost(uint32, tag = "16")]
    pub maximum_review_interval: u32,
    #[prost(uint32, tag = "17")]
    pub minimum_lapse_interval: u32,
    #[prost(uint32, tag = "18")]
    pub graduating_interval_good: u32,
    #[prost(uint32, tag = "19")]
    pub graduating_interval_easy: u32,
    /// 0 due, 1 random: the inverse of the wire's numbers.
    #[prost(int32, tag = "20")]
    pub new_card_insert_order: i32,
    #[prost(int32, tag = "21")]
    pub leech_action: i32,
    #[prost(uint32, tag = "22")]
    pub leech_threshold: u32,
    #[prost(bool, tag = "23")]
    pub disable_autoplay: bool,
    #[prost(uint32, tag = "24")]
    pub cap_answer_time_to_secs: u32,
    #[prost(bool, tag = "25")]
    pub show_timer: bool,
    #[prost(bool, tag = "26")]
    pub skip_question_when_replaying_answer: bool,
    #[prost(bool, tag = "27")]
    pub bury_new: bool,
    #[prost(bool, tag = "28")]
    pub bury_reviews: bool,
    #[prost(bool, tag = "29")]
    pub bury_interday_learning: bool,
    #[prost(int32, tag = "30")]
    pub new_mix: i32,
    #[prost(int32, tag = "31")]
    pub interday_learning_mix: i32,
    #[prost(int32, tag = "32")]
    pub new_card_sort_order: i32,
    #[prost(int32, tag = "33")]
    pub review_order: i32,
    #[prost(int32, tag = "34")]
    pub new_card_gather_priority: i32,
    #[prost(uint32, tag = "35")]
    pub new_per_day_minimum: u32,
    #[prost(int32, tag = "36")]
    pub question_action: i32,
    #[prost(float, tag = "37")]
    pub desired_retention: f32,
    #[prost(bool, tag = "38")]
    pub stop_timer_on_answer: bool,
    #[prost(float, tag = "40")]
    pub historical_retention: f32,
    #[prost(float, tag = "41")]
    pub seconds_to_show_question: f32,
    #[prost(float, tag = "42")]
    pub seconds_to_show_answer: f32,
    #[prost(int32, tag = "43")]
    pub answer_action: i32,
    #[prost(bool, tag = "44")]
    pub wait_for_audio: bool,
    #[prost(string, tag = "45")]
    pub param_search: String,
    #[prost(string, tag = "46")]
    pub ignore_revlogs_before_date: String,
    #[prost(bytes = "vec", tag = "255")]
    pub other: Vec<u8>,
}

/// The field with the keys nobody knows, as JSON, in each message that has one.
pub(crate) const OTHER: u64 = 255;

/// The fields at the top of an encoded message: their numbers, and their bytes if that is
/// what they are. Nothing is decoded, as even an empty one may take 32 bytes then.
pub(crate) fn fields(mut message: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    std::iter::from_fn(move || {
        let key = take_number(&mut message)?;
        let bytes: &[u8] = match key & 7 {
            0 => take_number(&mut message).map(|_| [].as_slice())?,
            1 => take_bytes(&mut message, 8).map(|_| [].as_slice())?,
            2 => {
                let length = take_number(&mut message)?;
                take_bytes(&mut message, usize::try_from(length).ok()?)?
            }
            // A group, which no message here has: its fields count as others.
            3 | 4 => &[],
            5 => take_bytes(&mut message, 4).map(|_| [].as_slice())?,
            _ => return None,
        };
        Some((key >> 3, bytes))
    })
}

fn take_number(message: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_bytes(message, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn take_bytes<'a>(message: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (bytes, rest) = message.split_at_checked(count)?;
    *message = rest;
    Some(bytes)
}

/// Decodes the blob of one row; the error names the row.
pub(crate) fn decode<M: Message + Default>(
    blob: &[u8],
    table: &'static str,
    row: impl ToString,
) -> Result<M, StoreError> {
    M::decode(blob).map_err(|_| StoreError::UnreadableRow { table, row: row.to_string() })
}

/// The bytes of `other`: JSON, or nothing when there are no unknown keys.
pub(crate) fn other_bytes(other: &JsonObject) -> Vec<u8> {
    if other.is_empty() {
        return Vec::new();
    }
    // A map with text keys always serialises.
    serde_json::to_vec(other).unwrap_or_default()
}

/// The unknown keys in the bytes of `other`. Bytes that are not a JSON object
/// count as none, and `reserved` keys are dropped, because a stale copy would
/// clash with the real key.
pub(crate) fn other_keys(bytes: &[u8], reserved: &[&str]) -> JsonObject {
    if !is_shallow_json(bytes) || !has_few_json_values(bytes) {
        return JsonObject::new();
    }
    let mut other: JsonObject = serde_json::from_slice(bytes).unwrap_or_default();
    for key in reserved {
        other.remove(*key);
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_those_that_are_decoded() {
        let config = NotetypeConfig {
            kind: 1,
            css: "x".repeat(300),
            target_deck_id_unused: -1,
            reqs: vec![CardRequirement::default(), CardRequirement::default()],
            other: b"{}".to_vec(),
            ..NotetypeConfig::default()
        };
        let encoded = config.encode_to_vec();
        let found: Vec<_> = fields(&encoded).map(|(number, bytes)| (number, bytes.len())).collect();
        assert_eq!(found, [(1, 0), (3, 300), (4, 0), (8, 0), (8, 0), (OTHER, 2)]);
        let floats = DeckConfigSettings { initial_ease: 2.5, ..DeckConfigSettings::default() };
        assert_eq!(fields(&floats.encode_to_vec()).collect::<Vec<_>>(), [(11, [].as_slice())]);
    }

    #[test]
    fn a_broken_message_ends_where_it_cannot_go_on() {
        for broken in [&[0x42][..], &[0x42, 5, 0], &[0x09, 0], &[0x07], &[0xff; 20]] {
            assert_eq!(fields(broken).count(), 0);
        }
    }
}
