//! Downgrade to schema 11, for clients that speak protocol 10 or older.
//!
//! Schema 11 cannot hold everything (which tags are collapsed, when settings
//! changed), so only copies are downgraded, never the collection itself.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use sync_protocol::collection::{Deck, DeckConfig, Notetype};

use super::column::{text, usn};
use super::config::load_config;
use super::deck_config::DeckConfigRow;
use super::decks::DeckRow;
use super::notetypes::NotetypeRow;
use super::open::{connect_for_large_work, disconnect};
use crate::StoreError;
use crate::journal_mode::set_journal_mode;

/// Turns a copy of a collection of the current schema into one of schema 11, as
/// a single file without a write-ahead log. A failure leaves the copy unusable.
///
/// # Errors
/// [`StoreError::UnreadableRow`] when something stored cannot be understood, and
/// SQLite's errors when the copy cannot be written.
pub fn downgrade_to_schema_11(file: &Path) -> Result<(), StoreError> {
    // The copy is sent and deleted; nobody misses it after a power cut.
    let mut db = connect_for_large_work(file)?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    write_legacy_json(&transaction)?;
    transaction.execute_batch(concat!(
        // No ALTER: it fails where a table of others is in its way, or has a rule that
        // nobody but them understands.
        "CREATE TEMP TABLE kept AS SELECT usn, oid, type FROM graves;
         DROP TABLE graves;",
        include_str!("../schema/graves_11.sql"),
        "INSERT INTO main.graves (usn, oid, type) SELECT usn, oid, type FROM temp.kept;
         DROP TABLE temp.kept;
         DROP TABLE config;
         DROP TABLE deck_config;
         DROP TABLE tags;
         DROP TABLE fields;
         DROP TABLE templates;
         DROP TABLE notetypes;
         DROP TABLE decks;
         DROP INDEX IF EXISTS idx_cards_odid;
         DROP INDEX IF EXISTS idx_notes_mid;
         UPDATE col SET ver = 11;",
    ))?;
    transaction.commit()?;
    // Old clients expect a file that is complete by itself, in the old mode.
    set_journal_mode(&db, "delete")?;
    disconnect(db, file)
}

/// Writes what has tables of its own since schema 14 as JSON into `col`.
fn write_legacy_json(db: &Connection) -> Result<(), StoreError> {
    let configs: BTreeMap<i64, DeckConfig> = DeckConfigRow::load_all(db)?
        .into_iter()
        .map(|config| (config.id, config.into_legacy()))
        .collect();
    let decks: BTreeMap<i64, Deck> =
        DeckRow::load_all(db)?.into_iter().map(|deck| (deck.id, deck.into_legacy())).collect();
    let notetypes: BTreeMap<i64, Notetype> = NotetypeRow::load_all(db)?
        .into_iter()
        .map(|notetype| (notetype.id, notetype.into_legacy()))
        .collect();
    db.execute(
        "UPDATE col SET dconf = ?1, decks = ?2, models = ?3, conf = ?4, tags = ?5",
        [
            json_text(&configs)?,
            json_text(&decks)?,
            json_text(&notetypes)?,
            json_text(&load_config(db)?)?,
            json_text(&tag_usns(db)?)?,
        ],
    )?;
    Ok(())
}

fn tag_usns(db: &Connection) -> Result<BTreeMap<String, i32>, StoreError> {
    let mut select = db.prepare("SELECT tag, usn FROM tags")?;
    let rows = select.query_map([], |row| Ok((text(row, 0), usn(row, 1).0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn json_text(value: &impl serde::Serialize) -> Result<String, StoreError> {
    // Maps with integer or text keys always serialise.
    serde_json::to_string(value)
        .map_err(|error| StoreError::Corrupt { reason: format!("legacy JSON: {error}") })
}

#[cfg(test)]
mod tests;
