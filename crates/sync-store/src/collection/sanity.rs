//! The comparison of counts before a sync is committed, and the longer checks of
//! a whole collection.

use sync_protocol::collection::{DueCounts, SanityCheckCounts, SanityCheckResponse, SanityStatus};

use super::CollectionStore;
use super::column::{integer, nearest_u32, text};
use crate::StoreError;

/// Tables whose rows carry a usn that must not be -1 on a server. `config` is
/// not among them: clients upload it with such usns.
pub(super) const TABLES_WITH_USN: [&str; 8] =
    ["cards", "notes", "revlog", "graves", "decks", "deck_config", "tags", "notetypes"];

/// Questions that find what belongs to nothing, and how the answer is put.
const ORPHANS: [(&str, &str); 4] = [
    ("SELECT count() FROM cards WHERE nid NOT IN (SELECT id FROM notes)", "Cards without a note"),
    ("SELECT count() FROM notes WHERE id NOT IN (SELECT nid FROM cards)", "Notes without a card"),
    (
        "SELECT count() FROM cards WHERE did NOT IN (SELECT id FROM decks)",
        "Cards in a deck that does not exist",
    ),
    (
        "SELECT count() FROM notes WHERE mid NOT IN (SELECT id FROM notetypes)",
        "Notes of a notetype that does not exist",
    ),
];

impl CollectionStore {
    /// Compares the client's counts with the server's, as they are in the running
    /// sync.
    ///
    /// Due counts and graves are not compared and are zero on both sides of the
    /// answer: old clients count the first by their own clock and may have sent
    /// the same grave twice. Where the counts cannot be made, or a row has the
    /// usn -1 and would never reach a client, the server's side is missing.
    ///
    /// # Errors
    /// When the file cannot be read. The client would make a full sync of a difference.
    pub fn sanity_check(
        &self,
        client: SanityCheckCounts,
    ) -> Result<SanityCheckResponse, StoreError> {
        let server = match self.sanity_counts() {
            Ok(server) => server,
            Err(error) if error.is_server_fault() => return Err(error),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    path = %self.path.display(),
                    "the rows of the collection could not be counted"
                );
                None
            }
        };
        let Some(server) = server else {
            return Ok(SanityCheckResponse { status: SanityStatus::Bad, client, server: None });
        };
        let client = SanityCheckCounts { counts: DueCounts::default(), graves: 0, ..client };
        let status = if client == server { SanityStatus::Ok } else { SanityStatus::Bad };
        Ok(SanityCheckResponse { status, client, server: Some(server) })
    }

    /// The server's counts; `None` when a row has the usn -1.
    fn sanity_counts(&self) -> Result<Option<SanityCheckCounts>, StoreError> {
        for table in TABLES_WITH_USN {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE usn = -1)");
            if self.db.prepare_cached(&sql)?.query_row([], |row| row.get(0))? {
                return Ok(None);
            }
        }
        let mut statement = self.db.prepare_cached(include_str!("../schema/count_rows.sql"))?;
        Ok(Some(statement.query_row([], |row| {
            let count = |column| nearest_u32(integer(row, column));
            Ok(SanityCheckCounts {
                counts: DueCounts::default(),
                cards: count(0),
                notes: count(1),
                revlog: count(2),
                graves: 0,
                notetypes: count(3),
                decks: count(4),
                deck_config: count(5),
            })
        })?))
    }

    /// What is wrong with the collection, a sentence each; empty when all is well.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] when a table is missing or cannot be read at all.
    pub fn integrity_problems(&self) -> Result<Vec<String>, StoreError> {
        let mut problems = Vec::new();
        let mut statement = self.db.prepare("PRAGMA integrity_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let finding = text(row, 0);
            if finding != "ok" {
                problems.push(format!("The database is damaged: {finding}."));
            }
        }
        for table in TABLES_WITH_USN {
            let count = self.count(&format!("SELECT count() FROM {table} WHERE usn = -1"))?;
            if count > 0 {
                problems.push(format!(
                    "Rows in table {table} that are marked as not yet sent to a server, so that \
                     no device receives them: {count}."
                ));
            }
        }
        for (question, what) in ORPHANS {
            let count = self.count(question)?;
            if count > 0 {
                problems.push(format!("{what}: {count}."));
            }
        }
        Ok(problems)
    }

    fn count(&self, sql: &str) -> Result<i64, StoreError> {
        Ok(self.db.query_row(sql, [], |row| Ok(integer(row, 0)))?)
    }
}

#[cfg(test)]
mod tests;
