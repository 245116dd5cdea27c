//! Table `tags`: the list of tags. It travels as names only; whether one is
//! collapsed stays with each device.

use rusqlite::OptionalExtension;
use sync_protocol::Usn;
use unicode_normalization::UnicodeNormalization;

use super::CollectionStore;
use super::column::{PendingUsns, text};
use super::received::require_short_name;
use crate::StoreError;

/// Between the levels of a tag.
const LEVEL: &str = "::";

/// How many levels above a tag are looked for. Each is a look at all tags; people's tags have
/// some five.
const MAX_LEVELS: usize = 20;

impl CollectionStore {
    /// Adds the tags that are not in the list, in any letter case. A known tag
    /// keeps its spelling and its usn.
    ///
    /// # Errors
    /// [`StoreError::NameTooLong`] for a tag that is longer than anybody's.
    pub(super) fn merge_tags(&self, tags: &[String], server_usn: Usn) -> Result<(), StoreError> {
        let mut insert = self.db.prepare_cached(
            "INSERT OR IGNORE INTO tags (tag, usn, collapsed, config) VALUES (?1, ?2, 1, NULL)",
        )?;
        for tag in tags {
            require_short_name("tag", tag)?;
            let tag = normalize_tag(tag);
            if self.stored_tag(&tag)?.is_none() {
                insert.execute((self.with_known_ancestor(tag)?, server_usn.0))?;
            }
        }
        Ok(())
    }

    /// The tag with its nearest ancestor that is in the list spelled as there.
    fn with_known_ancestor(&self, tag: String) -> Result<String, StoreError> {
        let mut ancestor = tag.as_str();
        for _ in 0..MAX_LEVELS {
            let Some((parent, _)) = ancestor.rsplit_once(LEVEL) else { break };
            ancestor = parent;
            if let Some(mut spelled) = self.stored_tag(ancestor)? {
                spelled.push_str(&tag[ancestor.len()..]);
                return Ok(spelled);
            }
        }
        Ok(tag)
    }

    /// The spelling of an equal tag in the list; the column's collation ignores
    /// letter case.
    fn stored_tag(&self, tag: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT tag FROM tags WHERE tag = ?")?;
        Ok(statement.query_row([tag], |row| Ok(text(row, 0))).optional()?)
    }

    /// Names of the tags that were added since a client's usn.
    pub(super) fn pending_tags(&self, since: Usn) -> Result<Vec<String>, StoreError> {
        let pending = PendingUsns::since(since);
        let mut statement =
            self.db.prepare_cached("SELECT tag FROM tags WHERE usn BETWEEN ?1 AND ?2")?;
        let tags = statement.query_map([pending.first, pending.last], |row| Ok(text(row, 0)))?;
        Ok(tags.collect::<Result<_, _>>()?)
    }
}

/// Whether the character separates tags in a note.
pub(super) fn separates_tags(character: char) -> bool {
    matches!(character, ' ' | '\u{3000}')
}

/// The form in which a tag enters the list: each level composed, without control
/// characters and separators, trimmed, and `blank` if nothing is left.
fn normalize_tag(tag: &str) -> String {
    let mut normal = String::with_capacity(tag.len());
    for (index, level) in tag.split(LEVEL).enumerate() {
        if index > 0 {
            normal.push_str(LEVEL);
        }
        let level: String =
            level.nfc().filter(|c| !c.is_ascii_control() && !separates_tags(*c)).collect();
        let level = level.trim();
        normal.push_str(if level.is_empty() { "blank" } else { level });
    }
    normal
}

#[cfg(test)]
mod tests;
