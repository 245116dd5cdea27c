//! Rows of table `account`.

use std::path::{Path, PathBuf};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, params};
use sync_protocol::TimestampMillis;

use super::ServerDb;
use super::folders::rename_account_folder;
use super::name::{check_account_name, name_key, normal_name};
use crate::StoreError;

/// Id of an account in `server.db`. It survives a rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// Where an account comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountOrigin {
    /// Added by a person: in the window or on the command line.
    Window,
    /// Named by an environment variable `SYNC_USERn`, which also sets its
    /// password at each start.
    Environment,
}

/// A password hash as a PHC string. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordPhc(String);

impl PasswordPhc {
    /// Wraps a PHC string (`$argon2id$…`, `$pbkdf2-sha256$…`).
    pub fn new(phc: impl Into<String>) -> Self {
        Self(phc.into())
    }

    /// The string itself. Never log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordPhc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordPhc([redacted])")
    }
}

/// A stored account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// Its id.
    pub id: AccountId,
    /// Its name as the person typed it, in Unicode NFC.
    pub name: String,
    /// Name of its folder inside the storage folder.
    pub folder: String,
    /// Its password; none means that nobody can log in (devices that are
    /// signed in already can sync).
    pub password: Option<PasswordPhc>,
    /// Where it comes from.
    pub origin: AccountOrigin,
    /// Whether it may log in and sync.
    pub enabled: bool,
    /// When it was created.
    pub created: TimestampMillis,
}

impl AccountRecord {
    /// The account's folder.
    #[must_use]
    pub fn folder_path(&self, base: &Path) -> PathBuf {
        base.join(&self.folder)
    }
}

/// An account to be created; it starts enabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name; stored in Unicode NFC.
    pub name: String,
    /// Its folder, when that is one that exists already under another spelling
    /// (see [`super::found_folders`]); usually `None`: the name itself.
    pub folder: Option<String>,
    /// Its password, if it has one.
    pub password: Option<PasswordPhc>,
    /// Where it comes from.
    pub origin: AccountOrigin,
    /// The time of creation.
    pub created: TimestampMillis,
}

impl ServerDb {
    /// All accounts, in the order of their names without regard to case.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        unimplemented!()
    }

    /// The account of that name, without regard to case or Unicode form.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn account(&self, name: &str) -> Result<Option<AccountRecord>, StoreError> {
        unimplemented!()
    }

    /// The account of that id.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn account_by_id(&self, id: AccountId) -> Result<Option<AccountRecord>, StoreError> {
        unimplemented!()
    }

    /// Adds an account. Its folder is not created: that happens when its data
    /// is first opened, and one that exists is taken over as it is.
    ///
    /// # Errors
    /// [`StoreError::AccountName`], [`StoreError::AccountNameTaken`].
    pub fn create_account(&mut self, new: NewAccount) -> Result<AccountRecord, StoreError> {
        unimplemented!()
    }

    /// Renames an account and its folder; a change of case only works too. The
    /// caller has closed the account's files.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`], [`StoreError::AccountName`],
    /// [`StoreError::AccountNameTaken`], [`StoreError::FolderExists`]; nothing
    /// has changed then.
    pub fn rename_account(
        &mut self,
        id: AccountId,
        new_name: &str,
    ) -> Result<AccountRecord, StoreError> {
        unimplemented!()
    }

    /// Sets or, with `None`, takes away the password.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn set_password(
        &mut self,
        id: AccountId,
        password: Option<&PasswordPhc>,
    ) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// Enables or disables an account.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn set_enabled(&mut self, id: AccountId, enabled: bool) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// Makes an account one of the environment, or of the window.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn set_origin(&mut self, id: AccountId, origin: AccountOrigin) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// Deletes an account's row, its devices and its history. Its folder stays;
    /// the caller moves it away afterwards with
    /// [`super::move_account_to_removed`]: a break in between leaves a folder
    /// without an account, which loses nothing.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn delete_account(&mut self, id: AccountId) -> Result<(), StoreError> {
        unimplemented!()
    }
}
