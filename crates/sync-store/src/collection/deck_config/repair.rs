//! The values that a deck config may have. They are checked when a config
//! leaves the file, not when it is stored, so that nothing a client wrote is
//! lost.

use std::ops::RangeInclusive;

use crate::collection::proto::DeckConfigSettings;

impl DeckConfigSettings {
    /// The settings of a new deck config.
    pub(crate) fn new_config() -> Self {
        Self {
            learn_steps: vec![1.0, 10.0],
            relearn_steps: vec![10.0],
            easy_days_percentages: vec![1.0; 7],
            new_per_day: 20,
            reviews_per_day: 200,
            initial_ease: 2.5,
            easy_multiplier: 1.3,
            hard_multiplier: 1.2,
            interval_multiplier: 1.0,
            maximum_review_interval: 36_500,
            minimum_lapse_interval: 1,
            graduating_interval_good: 1,
            graduating_interval_easy: 4,
            leech_action: 1,
            leech_threshold: 8,
            cap_answer_time_to_secs: 60,
            desired_retention: 0.9,
            historical_retention: 0.9,
            wait_for_audio: true,
            ..Self::default()
        }
    }

    /// Replaces values that clients refuse: out of range, or not finite.
    pub(super) fn repair(&mut self) {
        let new = Self::new_config();
        let whole = |value: &mut u32, range: RangeInclusive<u32>, default| {
            if !range.contains(value) {
                *value = default;
            }
        };
        whole(&mut self.new_per_day, 0..=9999, new.new_per_day);
        whole(&mut self.reviews_per_day, 0..=9999, new.reviews_per_day);
        whole(&mut self.new_per_day_minimum, 0..=9999, new.new_per_day_minimum);
        whole(&mut self.maximum_review_interval, 1..=36_500, new.maximum_review_interval);
        whole(&mut self.minimum_lapse_interval, 1..=36_500, new.minimum_lapse_interval);
        whole(&mut self.graduating_interval_good, 1..=36_500, new.graduating_interval_good);
        whole(&mut self.graduating_interval_easy, 1..=36_500, new.graduating_interval_easy);
        whole(&mut self.leech_threshold, 1..=9999, new.leech_threshold);
        whole(&mut self.cap_answer_time_to_secs, 1..=9999, new.cap_answer_time_to_secs);

        // No range contains NaN.
        let float = |value: &mut f32, range: RangeInclusive<f32>, default| {
            if !range.contains(value) {
                *value = default;
            }
        };
        float(&mut self.initial_ease, 1.31..=5.0, new.initial_ease);
        float(&mut self.easy_multiplier, 1.0..=5.0, new.easy_multiplier);
        float(&mut self.hard_multiplier, 0.5..=1.3, new.hard_multiplier);
        float(&mut self.lapse_multiplier, 0.0..=1.0, new.lapse_multiplier);
        float(&mut self.interval_multiplier, 0.5..=2.0, new.interval_multiplier);
        float(&mut self.desired_retention, 0.7..=0.99, new.desired_retention);
        float(&mut self.historical_retention, 0.7..=0.97, new.historical_retention);

        // JSON cannot express these, and clients refuse the `null` in their place.
        let finite = f32::MIN..=f32::MAX;
        float(&mut self.seconds_to_show_question, finite.clone(), new.seconds_to_show_question);
        float(&mut self.seconds_to_show_answer, finite, new.seconds_to_show_answer);
        let list = |list: &mut Vec<f32>, default| {
            if list.iter().any(|value| !value.is_finite()) {
                *list = default;
            }
        };
        list(&mut self.learn_steps, new.learn_steps);
        list(&mut self.relearn_steps, new.relearn_steps);
        list(&mut self.easy_days_percentages, new.easy_days_percentages);
        list(&mut self.fsrs_params_4, new.fsrs_params_4);
        list(&mut self.fsrs_params_5, new.fsrs_params_5);
        list(&mut self.fsrs_params_6, new.fsrs_params_6);
    }
}
