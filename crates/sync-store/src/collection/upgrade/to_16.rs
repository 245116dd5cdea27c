//! Schema 15 to 16: the starting ease becomes a factor again, and one that is
//! too low, from a bug of old clients, is repaired in configs and cards.

use std::collections::HashSet;

use prost::Message;
use rusqlite::{Connection, params};
use sync_protocol::Usn;

use crate::StoreError;
use crate::collection::deck_config::DeckConfigRow;
use crate::collection::decks::DeckRow;
use crate::collection::proto::DeckKind;

const LOWEST_EASE: f32 = 1.3;
const USUAL_EASE: f32 = 2.5;

pub(super) fn upgrade(db: &Connection, usn: Usn) -> Result<(), StoreError> {
    let mut repaired = HashSet::new();
    let mut update = db.prepare("UPDATE deck_config SET config = ?2 WHERE id = ?1")?;
    for mut config in DeckConfigRow::load_all(db)? {
        config.settings.initial_ease /= 100.0;
        if config.settings.initial_ease <= LOWEST_EASE {
            config.settings.initial_ease = USUAL_EASE;
            repaired.insert(config.id);
        }
        update.execute(params![config.id, config.settings.encode_to_vec()])?;
    }
    if repaired.is_empty() {
        return Ok(());
    }
    let decks: Vec<i64> = DeckRow::load_all(db)?
        .into_iter()
        .filter(|deck| match &deck.kind {
            DeckKind::Normal(normal) => repaired.contains(&normal.config_id),
            DeckKind::Filtered(_) => false,
        })
        .map(|deck| deck.id)
        .collect();
    // One pass over the cards, however many decks there are.
    db.execute(
        "UPDATE cards SET factor = 2500, usn = ?1
         WHERE factor != 0 AND factor <= 2000
           AND (did IN (SELECT value FROM json_each(?2))
                OR odid IN (SELECT value FROM json_each(?2)))",
        params![usn.0, serde_json::json!(decks).to_string()],
    )?;
    Ok(())
}
