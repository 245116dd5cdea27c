//! Rows of table `setting`: the server's own settings, by key.

use rusqlite::{OptionalExtension, params};

use super::ServerDb;
use crate::StoreError;

impl ServerDb {
    /// A setting's value.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.db
            .prepare_cached("SELECT value FROM setting WHERE key = ?")?
            .query_row([key], |row| row.get(0))
            .optional()
            .map_err(StoreError::from)
    }

    /// Sets a setting or, with `None`, removes it.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn set_setting(&mut self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => self
                .db
                .execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", params![key, value])?,
            None => self.db.execute("DELETE FROM setting WHERE key = ?", [key])?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn setting_lasts_until_it_is_removed() {
        let base = tempfile::tempdir().unwrap();
        let mut db = ServerDb::open(base.path()).unwrap();
        assert_eq!(db.setting("port").unwrap(), None);
        db.set_setting("port", Some("8080")).unwrap();
        db.set_setting("port", Some("8081")).unwrap();
        drop(db);
        let mut db = ServerDb::open(base.path()).unwrap();
        assert_eq!(db.setting("port").unwrap().as_deref(), Some("8081"));
        db.set_setting("port", None).unwrap();
        assert_eq!(db.setting("port").unwrap(), None);
    }
}
