//! New, empty collections.

use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::{Value, json};
use sync_protocol::{TimestampMillis, TimestampSecs, Usn};

use super::deck_config::DeckConfigRow;
use super::decks::DeckRow;
use super::layout::CREATE_LAYOUT;
use super::open::CURRENT_SCHEMA;
use super::proto::{DeckCommon, DeckConfigSettings, DeckKind, NormalDeck};
use super::stock_notetypes;
use crate::StoreError;

const SECS_PER_DAY: i64 = 86_400;
/// New days begin at 04:00.
const ROLLOVER_SECS: i64 = 4 * 3600;

/// Puts an empty collection into a file without one, as the official server
/// does: `mod` is 0, so that a client with content is asked to upload it.
pub(crate) fn create(db: &mut Connection, now: TimestampMillis) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    transaction.execute_batch(CREATE_LAYOUT)?;
    let offset_secs = jiff::Timestamp::from_millisecond(now.0)
        .map_or(0, |now| jiff::tz::TimeZone::system().to_offset(now).seconds());
    let created = day_start(now.as_secs(), offset_secs.into());
    transaction.execute(
        "INSERT INTO col VALUES (1, ?1, 0, ?2, ?3, 0, 0, 0, '', '', '', '', '')",
        params![created.0, now.0, CURRENT_SCHEMA],
    )?;
    default_deck_config().write(&transaction)?;
    default_deck().write(&transaction)?;
    let notetypes = stock_notetypes::stock_notetypes(now)?;
    for notetype in &notetypes {
        notetype.write(&transaction)?;
    }
    write_config(&transaction, notetypes.first().map_or(0, |first| first.id), now)?;
    transaction.commit()?;
    Ok(())
}

/// 04:00 of the running day in a zone this far east of UTC.
fn day_start(now: TimestampSecs, offset_secs: i64) -> TimestampSecs {
    let since_rollover = (now.0 + offset_secs - ROLLOVER_SECS).rem_euclid(SECS_PER_DAY);
    TimestampSecs(now.0 - since_rollover)
}

fn default_deck_config() -> DeckConfigRow {
    DeckConfigRow {
        id: 1,
        name: "Default".into(),
        modified: 0,
        usn: Usn(0),
        settings: DeckConfigSettings::new_config(),
    }
}

fn default_deck() -> DeckRow {
    DeckRow {
        id: 1,
        name: "Default".into(),
        modified: 0,
        usn: Usn(0),
        common: DeckCommon {
            study_collapsed: true,
            browser_collapsed: true,
            ..DeckCommon::default()
        },
        kind: DeckKind::Normal(NormalDeck { config_id: 1, ..NormalDeck::default() }),
    }
}

fn write_config(
    db: &Connection,
    current_notetype: i64,
    now: TimestampMillis,
) -> Result<(), StoreError> {
    let defaults: [(&str, Value); 15] = [
        ("activeDecks", json!([1])),
        ("addToCur", json!(true)),
        ("collapseTime", json!(1200)),
        // A server does not know the zone that its person lives in.
        ("creationOffset", Value::Null),
        ("curDeck", json!(1)),
        ("dayLearnFirst", json!(false)),
        ("dueCounts", json!(true)),
        ("estTimes", json!(true)),
        ("newSpread", json!(0)),
        ("nextPos", json!(1)),
        ("sched2021", json!(true)),
        ("schedVer", json!(2)),
        ("sortBackwards", json!(false)),
        ("sortType", json!("noteFld")),
        ("timeLim", json!(0)),
    ];
    let mut insert = db
        .prepare_cached("INSERT INTO config (KEY, usn, mtime_secs, val) VALUES (?1, ?2, ?3, ?4)")?;
    for (key, value) in defaults {
        insert.execute(params![key, 0, 0, value.to_string().into_bytes()])?;
    }
    // The official server marks this one row as not yet sent; nothing reads it.
    let value = current_notetype.to_string().into_bytes();
    insert.execute(params!["curModel", -1, now.as_secs().0, value])?;
    Ok(())
}

#[cfg(test)]
mod tests;
