//! Schema 11 to 14: deck configs, tags and settings move from JSON in `col` to
//! tables of their own. Deck configs stay JSON until the next step.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::Value;
use sync_protocol::JsonObject;
use sync_protocol::collection::DeckConfig;

use super::{id_key, take_legacy_json, unusable};
use crate::StoreError;

pub(super) fn upgrade(db: &Connection) -> Result<(), StoreError> {
    db.execute_batch(concat!(
        include_str!("../../schema/settings_14.sql"),
        include_str!("../../schema/tags_14.sql"),
    ))?;
    move_deck_configs(db)?;
    move_tags(db)?;
    move_config(db)
}

fn move_deck_configs(db: &Connection) -> Result<(), StoreError> {
    // A map of plain values first: of a key that appears twice, the last counts.
    let configs: JsonObject = take_legacy_json(db, "dconf")?;
    let mut insert = db.prepare(
        "INSERT INTO deck_config (id, name, mtime_secs, usn, config) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (key, mut config) in configs {
        let id = id_key(&key, "dconf")?;
        if id == 0 {
            return Err(StoreError::ZeroId { object: "deck config" });
        }
        // Validated before its id is overridden: the key must be there, too.
        let parsed: DeckConfig =
            serde_json::from_value(config.clone()).map_err(unusable("dconf"))?;
        config["id"] = id.into();
        insert.execute(params![
            id,
            parsed.name,
            parsed.modified,
            parsed.usn.0,
            config.to_string().into_bytes()
        ])?;
    }
    Ok(())
}

fn move_tags(db: &Connection) -> Result<(), StoreError> {
    let tags: BTreeMap<String, i32> = take_legacy_json(db, "tags")?;
    // Tags that differ in case alone become one.
    let mut insert = db.prepare("INSERT OR IGNORE INTO tags (tag, usn) VALUES (?1, ?2)")?;
    for (tag, usn) in tags {
        insert.execute(params![tag, usn])?;
    }
    Ok(())
}

fn move_config(db: &Connection) -> Result<(), StoreError> {
    let config: BTreeMap<String, Value> = take_legacy_json(db, "conf")?;
    let mut insert =
        db.prepare("INSERT INTO config (KEY, usn, mtime_secs, val) VALUES (?1, 0, 0, ?2)")?;
    for (key, value) in config {
        insert.execute(params![key, value.to_string().into_bytes()])?;
    }
    Ok(())
}
