//! What travels whole rather than in batches: notetypes, decks, deck configs,
//! tags and config.

use sync_protocol::collection::{DecksAndConfig, UnchunkedChanges};
use sync_protocol::{TimestampSecs, Usn};

use super::CollectionStore;
use super::bounds::require_bounds_of;
use super::received::require_few_names;
use crate::StoreError;

impl CollectionStore {
    /// What changed since a client's usn. With `with_config`, for a client that
    /// is not the newer side, also the whole config, which counts as sent from
    /// then on, and the creation time.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when a table cannot be read, or when no sync is
    /// running that would hold the changed config.
    pub fn pending_changes(
        &mut self,
        since: Usn,
        with_config: bool,
    ) -> Result<UnchunkedChanges, StoreError> {
        self.require_transaction()?;
        let (config, created) = if with_config {
            (Some(self.take_config()?), Some(self.stamps()?.created))
        } else {
            (None, None)
        };
        Ok(UnchunkedChanges {
            notetypes: self.pending_notetypes(since)?,
            decks: DecksAndConfig {
                decks: self.pending_decks(since)?,
                config: self.pending_deck_configs(since)?,
            },
            tags: self.pending_tags(since)?,
            config,
            created,
        })
    }

    /// Merges what a client changed. Objects that win are stamped with
    /// `server_usn`; `now` is the time of renames and of the config.
    ///
    /// Collect [`pending_changes`](Self::pending_changes) first, or the client
    /// gets its own objects back.
    ///
    /// # Errors
    /// [`StoreError::NotetypeShape`], [`StoreError::ZeroId`] and
    /// [`StoreError::NameTooLong`] for objects that cannot be merged, [`StoreError::Corrupt`]
    /// when there are more with them than any collection has, [`StoreError::Sqlite`] when
    /// writing fails or no sync is running. Some of the changes may be written then, so the
    /// caller rolls back.
    pub fn apply_changes(
        &mut self,
        changes: UnchunkedChanges,
        server_usn: Usn,
        now: TimestampSecs,
    ) -> Result<(), StoreError> {
        self.require_transaction()?;
        require_few_names(&changes)?;
        let written = tables_of(&changes);
        self.merge_notetypes(changes.notetypes, server_usn, now)?;
        self.merge_decks(changes.decks.decks, server_usn, now)?;
        self.merge_deck_configs(changes.decks.config, server_usn)?;
        self.merge_tags(&changes.tags, server_usn)?;
        if let Some(created) = changes.created {
            self.db.prepare_cached("UPDATE col SET crt = ?")?.execute([created.0])?;
        }
        if let Some(config) = &changes.config {
            self.replace_config(config, server_usn, now)?;
        }
        // Each sync, and each part of one, could add to what the next one must send.
        require_bounds_of(&self.db, &written)
    }
}

/// The tables to which these changes are written.
fn tables_of(changes: &UnchunkedChanges) -> Vec<&'static str> {
    let UnchunkedChanges { notetypes, decks, tags, config, created: _ } = changes;
    let mut tables = Vec::new();
    if !notetypes.is_empty() {
        tables.extend(["notetypes", "fields", "templates"]);
    }
    if !decks.decks.is_empty() {
        tables.push("decks");
    }
    if !decks.config.is_empty() {
        tables.push("deck_config");
    }
    if !tags.is_empty() {
        tables.push("tags");
    }
    if config.is_some() {
        tables.push("config");
    }
    tables
}

#[cfg(test)]
mod tests;
