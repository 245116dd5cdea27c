//! Rows of table `account`.

use std::path::{Path, PathBuf};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Params, Row, named_params, params};
use sync_protocol::TimestampMillis;

use super::ServerDb;
use super::folders::{
    check_nothing_is_in_the_way, folder_of_key, is_renamed, rename_account_folder,
};
use super::name::{check_account_name, check_safe_name, name_key, normal_name};
use crate::StoreError;

const SELECT: &str = "SELECT id, name, folder, password_phc, origin, enabled, created FROM account";

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

impl AccountOrigin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Environment => "environment",
        }
    }
}

impl ToSql for AccountOrigin {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for AccountOrigin {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "window" => Ok(Self::Window),
            "environment" => Ok(Self::Environment),
            _ => Err(FromSqlError::InvalidType),
        }
    }
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

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: AccountId(row.get("id")?),
            name: row.get("name")?,
            folder: row.get("folder")?,
            password: row.get::<_, Option<String>>("password_phc")?.map(PasswordPhc::new),
            origin: row.get("origin")?,
            enabled: row.get("enabled")?,
            created: TimestampMillis(row.get("created")?),
        })
    }
}

/// An account to be created; it starts enabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name; stored in Unicode NFC.
    pub name: String,
    /// Its folder inside the storage folder. Usually `None`: a folder that goes
    /// by the name already, without regard to case, or else the name itself.
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
        self.db
            .prepare_cached(&format!("{SELECT} ORDER BY name_key"))?
            .query_map([], AccountRecord::read)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(StoreError::from)
    }

    /// The account of that name, without regard to case or Unicode form.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn account(&self, name: &str) -> Result<Option<AccountRecord>, StoreError> {
        self.account_where("name_key = ?", [name_key(name)])
    }

    /// The account of that id.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn account_by_id(&self, id: AccountId) -> Result<Option<AccountRecord>, StoreError> {
        self.account_where("id = ?", [id.0])
    }

    /// Adds an account. Its folder is not created: that happens when its data
    /// is first opened, and one that exists is taken over as it is.
    ///
    /// An account of the environment may have a name that works on this system
    /// only, since the official server has served it before.
    ///
    /// # Errors
    /// [`StoreError::AccountName`], [`StoreError::AccountNameTaken`];
    /// [`StoreError::FolderExists`] when the folder is another account's;
    /// [`StoreError::Io`] while the storage folder is away.
    pub fn create_account(&mut self, new: NewAccount) -> Result<AccountRecord, StoreError> {
        let name = normal_name(&new.name);
        match new.origin {
            AccountOrigin::Environment if !cfg!(windows) => check_safe_name(&name),
            _ => check_account_name(&name),
        }
        .map_err(StoreError::AccountName)?;
        if self.account(&name)?.is_some() {
            return Err(StoreError::AccountNameTaken { name });
        }
        let folder = match new.folder {
            Some(folder) => {
                check_safe_name(&folder).map_err(StoreError::AccountName)?;
                folder
            }
            None => folder_of_key(&self.base, &name)?.unwrap_or_else(|| name.clone()),
        };
        self.check_folder_is_free(&folder, None)?;
        self.db.execute(
            include_str!("../schema/insert_account.sql"),
            named_params! {
                ":name": name,
                ":name_key": name_key(&name),
                ":folder": folder,
                ":folder_key": name_key(&folder),
                ":password_phc": new.password.as_ref().map(PasswordPhc::expose),
                ":origin": new.origin,
                ":created": new.created.0,
            },
        )?;
        self.existing(AccountId(self.db.last_insert_rowid()))
    }

    /// Renames an account and its folder; a change of case only works too. The
    /// caller has closed the account's files.
    ///
    /// The row first says what the folder is being renamed to, then the folder
    /// is renamed, then the row gets the new name. A break in between is put
    /// right at the next open.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`], [`StoreError::AccountName`],
    /// [`StoreError::AccountNameTaken`], [`StoreError::FolderExists`]; nothing
    /// has changed then. After others, as [`StoreError::Io`] while the storage folder is away, [`ServerDb::settle_renames`] tells what has.
    pub fn rename_account(
        &mut self,
        id: AccountId,
        new_name: &str,
    ) -> Result<AccountRecord, StoreError> {
        let account = self.existing(id)?;
        let name = normal_name(new_name);
        check_account_name(&name).map_err(StoreError::AccountName)?;
        if self.account(&name)?.is_some_and(|other| other.id != id) {
            return Err(StoreError::AccountNameTaken { name });
        }
        self.check_folder_is_free(&name, Some(id))?;
        check_nothing_is_in_the_way(&self.base, &account.folder, &name)?;
        self.begin_rename(id, &name)?;
        rename_account_folder(&self.base, &account.folder, &name)?;
        self.complete_rename(id, &name)?;
        self.existing(id)
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
        let phc = password.map(PasswordPhc::expose);
        self.change("UPDATE account SET password_phc = ? WHERE id = ?", params![phc, id.0])
    }

    /// Enables or disables an account.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn set_enabled(&mut self, id: AccountId, enabled: bool) -> Result<(), StoreError> {
        self.change("UPDATE account SET enabled = ? WHERE id = ?", params![enabled, id.0])
    }

    /// Makes an account one of the environment, or of the window.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    pub fn set_origin(&mut self, id: AccountId, origin: AccountOrigin) -> Result<(), StoreError> {
        self.change("UPDATE account SET origin = ? WHERE id = ?", params![origin, id.0])
    }

    /// Deletes an account's row, its devices and its history. Its folder stays;
    /// the caller moves it away afterwards with
    /// [`super::move_account_to_removed`]: a break in between leaves a folder
    /// without an account, which loses nothing.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`]; [`StoreError::Io`] while the storage folder is
    /// away, where nobody could tell whether the account has data.
    pub fn delete_account(&mut self, id: AccountId) -> Result<(), StoreError> {
        Self::check_is_there(&self.base)?;
        self.change("DELETE FROM account WHERE id = ?", [id.0])
    }

    /// Completes or cancels renames that a crash or a failure broke off, by what the folder
    /// is called now. Gives the accounts as they are afterwards; nearly always none.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Sqlite`]; an account's row may then name a folder
    /// that is called otherwise.
    pub fn settle_renames(&mut self) -> Result<Vec<AccountRecord>, StoreError> {
        let open = self
            .db
            .prepare_cached(
                "SELECT id, folder, renaming_to FROM account WHERE renaming_to IS NOT NULL",
            )?
            .query_map([], |row| Ok((AccountId(row.get(0)?), row.get(1)?, row.get(2)?)))?
            .collect::<Result<Vec<(AccountId, String, String)>, _>>()?;
        let mut settled = Vec::new();
        for (id, from, to) in open {
            let is_taken = self.account(&to)?.is_some_and(|other| other.id != id);
            match is_renamed(&self.base, &from, &to)? && !is_taken {
                true => self.complete_rename(id, &to)?,
                false => self.cancel_rename(id)?,
            }
            settled.push(self.existing(id)?);
        }
        Ok(settled)
    }

    fn begin_rename(&mut self, id: AccountId, to: &str) -> Result<(), StoreError> {
        self.change("UPDATE account SET renaming_to = ? WHERE id = ?", params![to, id.0])
    }

    fn cancel_rename(&mut self, id: AccountId) -> Result<(), StoreError> {
        self.change("UPDATE account SET renaming_to = NULL WHERE id = ?", [id.0])
    }

    fn complete_rename(&mut self, id: AccountId, name: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE account SET name = ?1, name_key = ?2, folder = ?1, folder_key = ?2, \
             renaming_to = NULL WHERE id = ?3",
            params![name, name_key(name), id.0],
        )
    }

    /// A folder must not serve two accounts, not even on a system that does
    /// not tell case apart.
    fn check_folder_is_free(
        &self,
        folder: &str,
        owner: Option<AccountId>,
    ) -> Result<(), StoreError> {
        match self.account_where("folder_key = ?", [name_key(folder)])? {
            Some(other) if Some(other.id) != owner => {
                Err(StoreError::FolderExists { path: other.folder_path(&self.base) })
            }
            _ => Ok(()),
        }
    }

    fn account_where(
        &self,
        condition: &str,
        params: impl Params,
    ) -> Result<Option<AccountRecord>, StoreError> {
        self.db
            .prepare_cached(&format!("{SELECT} WHERE {condition}"))?
            .query_row(params, AccountRecord::read)
            .optional()
            .map_err(StoreError::from)
    }

    fn existing(&self, id: AccountId) -> Result<AccountRecord, StoreError> {
        self.account_by_id(id)?.ok_or(StoreError::UnknownAccount)
    }

    /// Runs a statement that has to touch one account's row.
    fn change(&mut self, sql: &str, params: impl Params) -> Result<(), StoreError> {
        match self.db.prepare_cached(sql)?.execute(params)? {
            0 => Err(StoreError::UnknownAccount),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
