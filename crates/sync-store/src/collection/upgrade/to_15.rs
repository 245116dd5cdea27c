//! Schema 14 to 15: notetypes and decks move from JSON in `col` to tables of
//! their own, and deck configs change from JSON to protobuf.

use std::collections::BTreeSet;

use prost::Message;
use rusqlite::{Connection, params};
use serde_json::Value;
use sync_protocol::collection::{Deck, DeckConfig, Notetype};
use sync_protocol::{JsonObject, TimestampSecs, Usn};
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

use super::{id_key, legacy_json, take_legacy_json, unusable};
use crate::StoreError;
use crate::collection::deck_config::DeckConfigRow;
use crate::collection::decks::{DeckRow, human_name};
use crate::collection::notetypes::NotetypeRow;
use crate::collection::unique_name::unique_name;
use crate::random::random_u64;

pub(super) fn upgrade(db: &Connection, usn: Usn, now: TimestampSecs) -> Result<(), StoreError> {
    db.execute_batch(include_str!("../../schema/objects_15.sql"))?;
    move_notetypes(db)?;
    move_decks(db, usn, now)?;
    convert_deck_configs(db)?;
    // The new indexes need statistics. A sample of each is enough, and keeps this
    // quick in a large file.
    db.execute_batch("PRAGMA analysis_limit = 1000; ANALYZE; PRAGMA analysis_limit = 0;")?;
    Ok(())
}

fn move_notetypes(db: &Connection) -> Result<(), StoreError> {
    let notetypes: JsonObject = take_legacy_json(db, "models")?;
    let mut names = Names::default();
    for (key, notetype) in notetypes {
        let mut notetype: Notetype =
            serde_json::from_value(notetype).map_err(unusable("models"))?;
        // The inner id counts, as for decks. (The official program stores the
        // fields under the key, and loses them when the two differ.)
        if id_key(&key, "models")? == 0 {
            notetype.id = i64::from((random_u64()? as u32).max(1));
        }
        let mut row = NotetypeRow::from_legacy(notetype, None);
        row.name = names.reserve(row.name.nfc().collect(), '_')?.0;
        let mut field_names = Names::default();
        for field in &mut row.fields {
            field.name = field_names.reserve(field.name.nfc().collect(), '+')?.0;
        }
        let mut template_names = Names::default();
        for template in &mut row.templates {
            template.name = template_names.reserve(template.name.nfc().collect(), '+')?.0;
        }
        row.write(db)?;
    }
    Ok(())
}

fn move_decks(db: &Connection, usn: Usn, now: TimestampSecs) -> Result<(), StoreError> {
    let decks: JsonObject = take_legacy_json(db, "decks")?;
    let mut names = Names::default();
    for (key, deck) in decks {
        id_key(&key, "decks")?;
        let deck: Deck = serde_json::from_value(deck).map_err(unusable("decks"))?;
        let old_name = deck.common().name.clone();
        let mut row = DeckRow::from_legacy(deck, None);
        let cleaned = human_name(&row.name) != old_name;
        let (name, renamed) = names.reserve(row.name, '_')?;
        row.name = name;
        if cleaned || renamed {
            row.modified = now.0;
            row.usn = usn;
        }
        row.write(db)?;
    }
    Ok(())
}

fn convert_deck_configs(db: &Connection) -> Result<(), StoreError> {
    let mut select = db.prepare("SELECT id, config FROM deck_config")?;
    let rows: Vec<(i64, Vec<u8>)> =
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut update = db.prepare("UPDATE deck_config SET config = ?2 WHERE id = ?1")?;
    for (id, json) in rows {
        let config: Value = legacy_json(&json, "deck_config")?;
        let config: DeckConfig = serde_json::from_value(config).map_err(unusable("deck_config"))?;
        let mut settings = DeckConfigRow::from_legacy(config, None).settings;
        // Schema 15 has 250 for 2.5; the next step undoes it.
        settings.initial_ease *= 100.0;
        update.execute(params![id, settings.encode_to_vec()])?;
    }
    Ok(())
}

/// Names that are taken, without regard to case.
#[derive(Default)]
struct Names(BTreeSet<UniCase<String>>);

impl Names {
    /// Takes a name, with `suffix` appended until nobody else has it. Tells
    /// whether that was needed.
    fn reserve(&mut self, name: String, suffix: char) -> Result<(String, bool), StoreError> {
        let taken = |name: &str| Ok(!self.0.insert(UniCase::new(name.to_owned())));
        unique_name(name, suffix, taken)
    }
}
