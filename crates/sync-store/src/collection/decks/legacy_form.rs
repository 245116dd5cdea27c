//! Decks between their rows and the JSON form of the wire and of schema 11.

use sync_protocol::JsonObject;
use sync_protocol::collection::{
    DayAmount, DayLimit, Deck, DeckCommon, FilteredDeck, NormalDeck, RESERVED_DECK_KEYS, SearchTerm,
};

use super::{DeckRow, human_name, native_name};
use crate::collection::proto::{self, DeckKind};

/// Keys that only filtered decks have. They may be among the unknown keys of a
/// normal deck, but must not appear twice in a filtered one.
const FILTERED_KEYS: &[&str] = &[
    "resched",
    "terms",
    "separate",
    "delays",
    "previewDelay",
    "previewAgainSecs",
    "previewHardSecs",
    "previewGoodSecs",
];

impl DeckRow {
    /// The row of a received deck. What the sender left out comes from the
    /// stored one, as far as that is of the same kind: an older client does not
    /// know the key, and must not reset it for everybody else.
    pub(crate) fn from_legacy(deck: Deck, stored: Option<&Self>) -> Self {
        let (common, other, kind) = match deck {
            Deck::Normal(deck) => {
                let kept = match stored.map(|stored| &stored.kind) {
                    Some(DeckKind::Normal(kept)) => kept.clone(),
                    _ => proto::NormalDeck::default(),
                };
                let (common, other, kind) = normal_to_proto(deck, kept);
                (common, other, DeckKind::Normal(kind))
            }
            Deck::Filtered(deck) => {
                let kept = match stored.map(|stored| &stored.kind) {
                    Some(DeckKind::Filtered(kept)) => kept.clone(),
                    _ => proto::FilteredDeck::default(),
                };
                let (common, other, kind) = filtered_to_proto(deck, kept);
                (common, other, DeckKind::Filtered(kind))
            }
        };
        let browser_collapsed = common
            .browser_collapsed
            .unwrap_or_else(|| stored.is_some_and(|stored| stored.common.browser_collapsed));
        Self {
            id: common.id,
            name: native_name(&common.name),
            modified: common.modified.unwrap_or(0),
            usn: common.usn,
            common: proto::DeckCommon {
                study_collapsed: common.collapsed,
                browser_collapsed,
                other: proto::other_bytes(&other),
                ..day_counters(&common)
            },
            kind,
        }
    }

    /// The form in which the deck travels, with every key.
    pub(crate) fn into_legacy(self) -> Deck {
        let mut other = proto::other_keys(&self.common.other, RESERVED_DECK_KEYS);
        other.remove("md");
        let (description, markdown) = match &self.kind {
            DeckKind::Normal(deck) => (deck.description.clone(), deck.markdown_description),
            DeckKind::Filtered(_) => (String::new(), false),
        };
        let on_day = |amount| DayAmount { day: self.common.last_day_studied as i32, amount };
        let common = DeckCommon {
            id: self.id,
            modified: Some(self.modified),
            name: human_name(&self.name),
            usn: self.usn,
            learning_today: on_day(self.common.learning_studied),
            review_today: on_day(self.common.review_studied),
            new_today: on_day(self.common.new_studied),
            time_today: on_day(self.common.milliseconds_studied),
            collapsed: self.common.study_collapsed,
            browser_collapsed: Some(self.common.browser_collapsed),
            description: Some(description),
            markdown,
            kind: u8::from(matches!(self.kind, DeckKind::Filtered(_))),
        };
        match self.kind {
            DeckKind::Normal(deck) => Deck::Normal(normal_to_legacy(deck, common, other)),
            DeckKind::Filtered(deck) => {
                for key in FILTERED_KEYS {
                    other.remove(*key);
                }
                Deck::Filtered(filtered_to_legacy(deck, common, other))
            }
        }
    }
}

/// Folds four amounts with a day each into four amounts of one day. The day of
/// the learning answers does not choose the day, and the time is kept whatever
/// its day, as in every client.
fn day_counters(common: &DeckCommon) -> proto::DeckCommon {
    let day = common.time_today.day.max(common.new_today.day).max(common.review_today.day);
    let on_day = |amount: DayAmount| if amount.day == day { amount.amount } else { 0 };
    proto::DeckCommon {
        last_day_studied: day as u32,
        new_studied: on_day(common.new_today),
        review_studied: on_day(common.review_today),
        learning_studied: on_day(common.learning_today),
        milliseconds_studied: common.time_today.amount,
        ..proto::DeckCommon::default()
    }
}

fn normal_to_proto(
    deck: NormalDeck,
    kept: proto::NormalDeck,
) -> (DeckCommon, JsonObject, proto::NormalDeck) {
    let not_negative = |n: i32| u32::try_from(n).unwrap_or(0);
    let limit = |limit: DayLimit| proto::DayLimit { limit: limit.limit, today: limit.today };
    let kind = proto::NormalDeck {
        config_id: deck.config_id,
        extend_new: deck.extend_new.map_or(kept.extend_new, not_negative),
        extend_review: deck.extend_review.map_or(kept.extend_review, not_negative),
        description: deck.common.description.clone().unwrap_or(kept.description),
        markdown_description: deck.common.markdown,
        review_limit: deck.review_limit.unwrap_or(kept.review_limit),
        new_limit: deck.new_limit.unwrap_or(kept.new_limit),
        review_limit_today: deck
            .review_limit_today
            .map_or(kept.review_limit_today, |value| value.map(limit)),
        new_limit_today: deck
            .new_limit_today
            .map_or(kept.new_limit_today, |value| value.map(limit)),
        desired_retention: deck
            .desired_retention_percent
            .map_or(kept.desired_retention, |value| value.map(|percent| percent as f32 / 100.0)),
    };
    (deck.common, deck.other, kind)
}

fn normal_to_legacy(deck: proto::NormalDeck, common: DeckCommon, other: JsonObject) -> NormalDeck {
    let signed = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let limit = |limit: proto::DayLimit| DayLimit { limit: limit.limit, today: limit.today };
    NormalDeck {
        common,
        config_id: deck.config_id,
        extend_new: Some(signed(deck.extend_new)),
        extend_review: Some(signed(deck.extend_review)),
        review_limit: Some(deck.review_limit),
        new_limit: Some(deck.new_limit),
        review_limit_today: Some(deck.review_limit_today.map(limit)),
        new_limit_today: Some(deck.new_limit_today.map(limit)),
        desired_retention_percent: Some(
            deck.desired_retention
                .filter(|retention| retention.is_finite())
                .map(|retention| (retention * 100.0) as u32),
        ),
        other,
    }
}

fn filtered_to_proto(
    deck: FilteredDeck,
    kept: proto::FilteredDeck,
) -> (DeckCommon, JsonObject, proto::FilteredDeck) {
    let kind = proto::FilteredDeck {
        reschedule: deck.reschedule,
        search_terms: deck
            .terms
            .into_iter()
            .map(|term| proto::SearchTerm {
                search: term.search,
                limit: u32::try_from(term.limit).unwrap_or(0),
                order: term.order,
            })
            .collect(),
        delays: deck.delays.map_or(kept.delays, Option::unwrap_or_default),
        preview_delay: deck.preview_delay.unwrap_or(kept.preview_delay),
        preview_hard_secs: deck.preview_hard_secs.unwrap_or(kept.preview_hard_secs),
        preview_good_secs: deck.preview_good_secs.unwrap_or(kept.preview_good_secs),
        preview_again_secs: deck.preview_again_secs.unwrap_or(kept.preview_again_secs),
    };
    (deck.common, deck.other, kind)
}

fn filtered_to_legacy(
    deck: proto::FilteredDeck,
    common: DeckCommon,
    other: JsonObject,
) -> FilteredDeck {
    // JSON has no NaN or infinity; without the step the others still hold.
    let delays: Vec<f32> = deck.delays.into_iter().filter(|delay| delay.is_finite()).collect();
    FilteredDeck {
        common,
        reschedule: deck.reschedule,
        terms: deck
            .search_terms
            .into_iter()
            .map(|term| SearchTerm {
                search: term.search,
                limit: i32::try_from(term.limit).unwrap_or(i32::MAX),
                order: term.order,
            })
            .collect(),
        separate: true,
        delays: Some(Some(delays).filter(|delays| !delays.is_empty())),
        preview_delay: Some(deck.preview_delay),
        preview_again_secs: Some(deck.preview_again_secs),
        preview_hard_secs: Some(deck.preview_hard_secs),
        preview_good_secs: Some(deck.preview_good_secs),
        other,
    }
}
