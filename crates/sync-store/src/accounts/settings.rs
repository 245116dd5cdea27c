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
        unimplemented!()
    }

    /// Sets a setting or, with `None`, removes it.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn set_setting(&mut self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        unimplemented!()
    }
}
