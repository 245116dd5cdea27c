//! The start of a new day, on which buried cards come back.
//!
//! Clients do this before they sync. The server must as well: a card buried on
//! one device yesterday would otherwise reach another today still buried, and
//! stay hidden there until its next day.

use sync_protocol::{TimestampSecs, Usn};

use super::CollectionStore;
use crate::StoreError;

const DAY_SECS: i64 = 86_400;

/// Hour at which a day starts where no client has set another.
const DEFAULT_ROLLOVER_HOUR: u8 = 4;

/// A day of the last unburying that lies further ahead than this comes from a
/// clock or a time zone that has been corrected since.
const LARGEST_CLOCK_JUMP_DAYS: u32 = 7;

/// What decides on which day of the collection a moment falls.
#[derive(Debug, Clone, Copy)]
struct DayClock {
    /// Creation of the collection.
    created: TimestampSecs,
    /// Hour at which a day starts; `None` with the first scheduler, whose days
    /// start at the time of day of the creation.
    rollover_hour: Option<u8>,
    /// Minutes west of UTC, as last set by a client. The server's own time zone
    /// does not matter.
    local_mins_west: i32,
    /// Minutes west of UTC at the creation; `None` in collections older than
    /// the time zones of 2020.
    creation_mins_west: Option<i32>,
}

impl DayClock {
    /// Number of the day, from 0. Before the creation it is 0.
    fn day_number(self, now: TimestampSecs) -> u32 {
        let created = self.created.0;
        let day = match (self.rollover_hour, self.creation_mins_west) {
            (None, _) => now.0.saturating_sub(created) / DAY_SECS,
            (Some(hour), None) => {
                let west_secs = west_secs(self.local_mins_west);
                let first_day = created.saturating_sub(west_secs).div_euclid(DAY_SECS);
                let start = first_day
                    .saturating_mul(DAY_SECS)
                    .saturating_add(hour_secs(hour))
                    .saturating_add(west_secs);
                now.0.saturating_sub(start) / DAY_SECS
            }
            (Some(hour), Some(creation_mins_west)) => {
                let first_day =
                    created.saturating_sub(west_secs(creation_mins_west)).div_euclid(DAY_SECS);
                let local = now.0.saturating_sub(west_secs(self.local_mins_west));
                let not_yet = local.rem_euclid(DAY_SECS) < hour_secs(hour);
                local
                    .div_euclid(DAY_SECS)
                    .saturating_sub(first_day)
                    .saturating_sub(i64::from(not_yet))
            }
        };
        day.clamp(0, u32::MAX.into()) as u32
    }
}

fn hour_secs(hour: u8) -> i64 {
    i64::from(hour.min(23)) * 3600
}

/// No time zone is a day away from UTC; such a value counts as UTC.
fn west_secs(mins_west: i32) -> i64 {
    if mins_west.unsigned_abs() < 24 * 60 { i64::from(mins_west) * 60 } else { 0 }
}

impl CollectionStore {
    /// Unburies cards if a new day has begun since that was last done. Neither
    /// `usn` nor `modified` of the cards changes, so this alone sends nothing.
    ///
    /// A failure of the step itself is logged and undone: it must not keep a
    /// client from syncing.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when no sync is running, the file cannot be read or written,
    /// or the failed step could not be undone.
    pub fn roll_over_day(&mut self, server_usn: Usn, now: TimestampSecs) -> Result<(), StoreError> {
        self.require_transaction()?;
        self.db.execute_batch("SAVEPOINT day")?;
        if let Err(error) = self.unbury_on_new_day(server_usn, now) {
            // SQLite may have rolled back everything, and refuse all that follows.
            if error.is_server_fault() {
                return Err(error);
            }
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                path = %self.path.display(),
                "unburying cards failed; the sync goes on without"
            );
            self.db.execute_batch("ROLLBACK TO day")?;
        }
        Ok(self.db.execute_batch("RELEASE day")?)
    }

    fn unbury_on_new_day(&self, usn: Usn, now: TimestampSecs) -> Result<(), StoreError> {
        let today = self.day_clock(usn, now)?.day_number(now);
        let last_unburied: u32 = self.config_value("lastUnburied")?.unwrap_or(0);
        let clock_was_ahead = last_unburied > today.saturating_add(LARGEST_CLOCK_JUMP_DAYS);
        if last_unburied < today || clock_was_ahead {
            self.db.prepare_cached(include_str!("../schema/unbury_cards.sql"))?.execute([])?;
            self.set_config_value("lastUnburied", today, usn, now)?;
        }
        Ok(())
    }

    /// Read anew at every sync, as a sync may change the config.
    fn day_clock(&self, usn: Usn, now: TimestampSecs) -> Result<DayClock, StoreError> {
        let rollover_hour = if self.config_value::<u8>("schedVer")? == Some(2) {
            let hour = self.config_value::<u8>("rollover")?;
            if hour.is_none() {
                self.set_config_value("rollover", DEFAULT_ROLLOVER_HOUR.into(), usn, now)?;
            }
            Some(hour.unwrap_or(DEFAULT_ROLLOVER_HOUR))
        } else {
            None
        };
        Ok(DayClock {
            created: self.stamps()?.created,
            rollover_hour,
            local_mins_west: self.config_value("localOffset")?.unwrap_or(0),
            creation_mins_west: self.config_value("creationOffset")?,
        })
    }
}

#[cfg(test)]
mod tests;
