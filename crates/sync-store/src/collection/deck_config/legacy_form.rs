//! Deck configs between their rows and the JSON form of the wire and of
//! schema 11.

use serde_json::Value;
use sync_protocol::JsonObject;
use sync_protocol::collection::{
    DeckConfig, LapseSettings, NewSettings, RESERVED_CONFIG_KEYS, RESERVED_LAPSE_KEYS,
    RESERVED_NEW_KEYS, RESERVED_REVIEW_KEYS, ReviewSettings,
};

use super::DeckConfigRow;
use crate::collection::proto::{self, DeckConfigSettings};

impl DeckConfigRow {
    /// The row of a received deck config. What the sender left out comes from
    /// the stored one: an older client does not know the key, and must not reset
    /// it for everybody else.
    pub(crate) fn from_legacy(config: DeckConfig, stored: Option<&DeckConfigSettings>) -> Self {
        let kept = stored.cloned().unwrap_or_else(left_out_of_new_config);
        let DeckConfig { new, review, lapse, .. } = config;
        let mut other = config.other;
        nest(&mut other, "new", new.other);
        nest(&mut other, "rev", review.other);
        nest(&mut other, "lapse", lapse.other);
        let settings = DeckConfigSettings {
            learn_steps: new.delays,
            relearn_steps: lapse.delays,
            fsrs_params_4: config.fsrs_params_4.unwrap_or(kept.fsrs_params_4),
            easy_days_percentages: config
                .easy_days_percentages
                .unwrap_or(kept.easy_days_percentages),
            fsrs_params_5: config.fsrs_params_5.unwrap_or(kept.fsrs_params_5),
            fsrs_params_6: config.fsrs_params_6.unwrap_or(kept.fsrs_params_6),
            new_per_day: new.per_day,
            reviews_per_day: review.per_day,
            initial_ease: f32::from(new.initial_factor) / 1000.0,
            easy_multiplier: review.easy_multiplier,
            hard_multiplier: review.hard_multiplier.unwrap_or(kept.hard_multiplier),
            lapse_multiplier: lapse.multiplier,
            interval_multiplier: review.interval_multiplier,
            maximum_review_interval: review.max_interval,
            minimum_lapse_interval: lapse.min_interval,
            graduating_interval_good: new.intervals.0.into(),
            graduating_interval_easy: new.intervals.1.into(),
            new_card_insert_order: i32::from(new.order == 0),
            leech_action: lapse.leech_action.into(),
            leech_threshold: lapse.leech_fails,
            disable_autoplay: !config.autoplay,
            cap_answer_time_to_secs: u32::try_from(config.max_taken_secs).unwrap_or(0),
            show_timer: config.timer != 0,
            skip_question_when_replaying_answer: config
                .replay_question
                .map_or(kept.skip_question_when_replaying_answer, |replay| !replay),
            bury_new: new.bury.unwrap_or(kept.bury_new),
            bury_reviews: review.bury.unwrap_or(kept.bury_reviews),
            bury_interday_learning: config
                .bury_interday_learning
                .unwrap_or(kept.bury_interday_learning),
            new_mix: config.new_mix.unwrap_or(kept.new_mix),
            interday_learning_mix: config
                .interday_learning_mix
                .unwrap_or(kept.interday_learning_mix),
            new_card_sort_order: config.new_sort_order.unwrap_or(kept.new_card_sort_order),
            review_order: config.review_order.unwrap_or(kept.review_order),
            new_card_gather_priority: config
                .new_gather_priority
                .unwrap_or(kept.new_card_gather_priority),
            new_per_day_minimum: config.new_per_day_minimum.unwrap_or(kept.new_per_day_minimum),
            question_action: config.question_action.map_or(kept.question_action, i32::from),
            desired_retention: config.desired_retention.unwrap_or(kept.desired_retention),
            stop_timer_on_answer: config.stop_timer_on_answer.unwrap_or(kept.stop_timer_on_answer),
            historical_retention: config.sm2_retention.unwrap_or(kept.historical_retention),
            seconds_to_show_question: config
                .seconds_to_show_question
                .unwrap_or(kept.seconds_to_show_question),
            seconds_to_show_answer: config
                .seconds_to_show_answer
                .unwrap_or(kept.seconds_to_show_answer),
            answer_action: config.answer_action.map_or(kept.answer_action, i32::from),
            wait_for_audio: config.wait_for_audio.unwrap_or(kept.wait_for_audio),
            param_search: config.weight_search.unwrap_or(kept.param_search),
            ignore_revlogs_before_date: config
                .ignore_revlogs_before_date
                .unwrap_or(kept.ignore_revlogs_before_date),
            other: proto::other_bytes(&other),
        };
        Self {
            id: config.id,
            name: config.name,
            modified: config.modified,
            usn: config.usn,
            settings,
        }
    }

    /// The form in which the config travels, with every key and with values that
    /// clients accept.
    pub(crate) fn into_legacy(self) -> DeckConfig {
        let mut settings = self.settings;
        settings.repair();
        let mut other = proto::other_keys(&settings.other, RESERVED_CONFIG_KEYS);
        let new_other = unnest(&mut other, "new", RESERVED_NEW_KEYS);
        let review_other = unnest(&mut other, "rev", RESERVED_REVIEW_KEYS);
        let lapse_other = unnest(&mut other, "lapse", RESERVED_LAPSE_KEYS);
        DeckConfig {
            id: self.id,
            modified: self.modified,
            name: self.name,
            usn: self.usn,
            // The repair leaves at most 9999.
            max_taken_secs: settings.cap_answer_time_to_secs as i32,
            autoplay: !settings.disable_autoplay,
            timer: u8::from(settings.show_timer),
            replay_question: Some(!settings.skip_question_when_replaying_answer),
            new: NewSettings {
                bury: Some(settings.bury_new),
                delays: settings.learn_steps,
                // Truncated, as in every client: 1.307 is sent as 1306.
                initial_factor: (settings.initial_ease * 1000.0) as u16,
                intervals: (
                    settings.graduating_interval_good as u16,
                    settings.graduating_interval_easy as u16,
                    0,
                ),
                order: u8::from(settings.new_card_insert_order != 1),
                per_day: settings.new_per_day,
                other: new_other,
            },
            review: ReviewSettings {
                bury: Some(settings.bury_reviews),
                easy_multiplier: settings.easy_multiplier,
                interval_multiplier: settings.interval_multiplier,
                max_interval: settings.maximum_review_interval,
                per_day: settings.reviews_per_day,
                hard_multiplier: Some(settings.hard_multiplier),
                other: review_other,
            },
            lapse: LapseSettings {
                delays: settings.relearn_steps,
                leech_action: u8::from(settings.leech_action == 1),
                leech_fails: settings.leech_threshold,
                min_interval: settings.minimum_lapse_interval,
                multiplier: settings.lapse_multiplier,
                other: lapse_other,
            },
            dynamic: false,
            new_mix: Some(settings.new_mix),
            new_per_day_minimum: Some(settings.new_per_day_minimum),
            interday_learning_mix: Some(settings.interday_learning_mix),
            review_order: Some(settings.review_order),
            new_sort_order: Some(settings.new_card_sort_order),
            new_gather_priority: Some(settings.new_card_gather_priority),
            bury_interday_learning: Some(settings.bury_interday_learning),
            fsrs_params_4: Some(settings.fsrs_params_4),
            fsrs_params_5: Some(settings.fsrs_params_5),
            fsrs_params_6: Some(settings.fsrs_params_6),
            desired_retention: Some(settings.desired_retention),
            ignore_revlogs_before_date: Some(settings.ignore_revlogs_before_date),
            easy_days_percentages: Some(settings.easy_days_percentages),
            stop_timer_on_answer: Some(settings.stop_timer_on_answer),
            seconds_to_show_question: Some(settings.seconds_to_show_question),
            seconds_to_show_answer: Some(settings.seconds_to_show_answer),
            question_action: Some(u8::from(settings.question_action == 1)),
            answer_action: Some(
                u8::try_from(settings.answer_action)
                    .ok()
                    .filter(|action| *action <= 4)
                    .unwrap_or(0),
            ),
            wait_for_audio: Some(settings.wait_for_audio),
            sm2_retention: Some(settings.historical_retention),
            weight_search: Some(settings.param_search),
            other,
        }
    }
}

/// What the keys that a sender may leave out mean for a config that is not
/// stored yet. These are not the settings of a new config: clients read the 0
/// as its default.
fn left_out_of_new_config() -> DeckConfigSettings {
    DeckConfigSettings {
        hard_multiplier: 1.2,
        skip_question_when_replaying_answer: true,
        wait_for_audio: true,
        ..DeckConfigSettings::default()
    }
}

/// Keeps the unknown keys of an inner object under the name of that object.
fn nest(other: &mut JsonObject, name: &str, inner: JsonObject) {
    if !inner.is_empty() {
        other.insert(name.into(), Value::Object(inner));
    }
}

/// Takes the unknown keys of an inner object out again.
fn unnest(other: &mut JsonObject, name: &str, reserved: &[&str]) -> JsonObject {
    match other.remove(name) {
        Some(Value::Object(mut inner)) => {
            inner.retain(|key, _| !reserved.contains(&key.as_str()));
            inner
        }
        _ => JsonObject::new(),
    }
}
