//! Adding, renaming, disabling and removing accounts, passwords and signing
//! devices out, while the server runs. Each acts at once: syncs that it concerns
//! end and are rolled back before it returns.

use std::path::PathBuf;
use std::sync::Arc;

use sync_protocol::Password;
use sync_store::StoreError;
use sync_store::accounts::{
    AccountOrigin, AccountRecord, DeviceId, NewAccount, ServerDb, move_account_to_removed,
};

use super::accounts::{Accounts, Inner, official_key_setting, stored_form};
use super::blocking::{run_blocking, run_to_the_end};
use super::device::official_key_mark;
use super::error::AccountError;
use super::registry::AccountState;
use super::{Account, PasswordHash};
use crate::SyncFailure;

/// What becomes of an account's signed-in devices when its password changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DevicesAfterChange {
    /// They stay signed in.
    Keep,
    /// Each has to log in with the new password.
    SignOut,
}

impl Accounts {
    /// Adds an account. Data that is in the storage folder under this name is
    /// taken over. Returns the name as it is kept.
    ///
    /// # Errors
    /// [`AccountError::NameTaken`], [`AccountError::NameRefused`],
    /// [`AccountError::Password`], [`AccountError::Storage`].
    pub async fn add(&self, name: &str, password: &Password) -> Result<String, AccountError> {
        let hash = self.inner.hashing.hash(password).await?;
        self.add_with_hash(name, hash).await
    }

    /// As [`Accounts::add`], with the password's hash.
    ///
    /// # Errors
    /// As [`Accounts::add`].
    pub async fn add_with_hash(
        &self,
        name: &str,
        password: PasswordHash,
    ) -> Result<String, AccountError> {
        let name = name.trim().to_owned();
        let accounts = self.clone();
        run_to_the_end(async move {
            let _changing = accounts.inner.changing.lock().await;
            let added = accounts
                .change(move |db, inner| {
                    let password = stored_form(&password);
                    let record = match gone_from_environment(inner, &name) {
                        Some(record) => db.together(|db| {
                            // Whoever held a key of it was not asked about this.
                            db.delete_devices(record.id)?;
                            db.set_setting(&official_key_setting(record.id), None)?;
                            take_over(db, record, password)
                        })?,
                        None => db
                            .create_account(NewAccount {
                                name: name.clone(),
                                folder: None,
                                password: Some(password),
                                origin: AccountOrigin::Window,
                                created: inner.clock.now(),
                            })
                            .map_err(|error| name_error(error, &name, inner))?,
                    };
                    let kept = record.name.clone();
                    inner.registry().insert(record, None, false);
                    Ok(kept)
                })
                .await?;
            accounts.tell_change();
            Ok(added)
        })
        .await
    }

    /// Renames an account and its folder. Its devices stay signed in.
    /// Returns the name as it is kept.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::FromEnvironment`],
    /// [`AccountError::NameTaken`], [`AccountError::NameRefused`],
    /// [`AccountError::FolderExists`], [`AccountError::Storage`].
    pub async fn rename(&self, name: &str, new_name: &str) -> Result<String, AccountError> {
        let name = name.to_owned();
        let new_name = new_name.trim().to_owned();
        let accounts = self.clone();
        run_to_the_end(async move {
            let _changing = accounts.inner.changing.lock().await;
            let account = accounts.inner.changeable(&name)?;
            // The folder moves; nobody may open files under the old name from
            // here on. Until the new name stands, requests get 409.
            accounts.data_of(&name)?.retire().await;
            let renamed = accounts
                .change(move |db, inner| {
                    let record = db
                        .rename_account(account.id, &new_name)
                        .map_err(|error| name_error(error, &new_name, inner))?;
                    let kept = record.name.clone();
                    inner.registry().rename(record);
                    Ok(kept)
                })
                .await;
            if renamed.is_err() {
                accounts.inner.registry().leave_closed(account.id);
                // Each change opens what was left closed, if only it gets that far. Where
                // this one does not, the next that does.
                let _ = accounts.change(|_, _| Ok(())).await;
            }
            accounts.tell_change();
            renamed
        })
        .await
    }

    /// Changes an account's password.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::FromEnvironment`],
    /// [`AccountError::Password`], [`AccountError::Storage`].
    pub async fn set_password(
        &self,
        name: &str,
        password: &Password,
        devices: DevicesAfterChange,
    ) -> Result<(), AccountError> {
        // Asked before the hashing, which takes a moment.
        self.inner.changeable(name)?;
        let hash = self.inner.hashing.hash(password).await?;
        self.set_password_hash(name, hash, devices).await
    }

    /// As [`Accounts::set_password`], with the password's hash.
    ///
    /// # Errors
    /// As [`Accounts::set_password`].
    pub async fn set_password_hash(
        &self,
        name: &str,
        password: PasswordHash,
        devices: DevicesAfterChange,
    ) -> Result<(), AccountError> {
        let name = name.to_owned();
        let accounts = self.clone();
        run_to_the_end(async move {
            let _changing = accounts.inner.changing.lock().await;
            let account = accounts.inner.changeable(&name)?;
            let id = account.id;
            let data = accounts
                .change(move |db, inner| {
                    let password = stored_form(&password);
                    let record = db.together(|db| {
                        if devices == DevicesAfterChange::SignOut {
                            db.delete_devices(id)?;
                        }
                        take_over(db, account, password)
                    })?;
                    let mut registry = inner.registry();
                    if devices == DevicesAfterChange::SignOut {
                        registry.remove_devices(id);
                    }
                    let Some(entry) = registry.entry_mut(id) else { return Ok(None) };
                    entry.record = record;
                    Ok(Some(Arc::clone(&entry.data)))
                })
                .await?;
            if devices == DevicesAfterChange::SignOut
                && let Some(data) = data
            {
                data.close_data().await;
            }
            accounts.tell_change();
            Ok(())
        })
        .await
    }

    /// Disables an account, which then can neither log in nor sync, or enables
    /// it again. Its devices come back with it.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::Storage`].
    pub async fn set_enabled(&self, name: &str, enabled: bool) -> Result<(), AccountError> {
        let name = name.to_owned();
        let accounts = self.clone();
        run_to_the_end(async move {
            let _changing = accounts.inner.changing.lock().await;
            let account = accounts.inner.record_of(&name)?;
            let id = account.id;
            let former = accounts
                .change(move |db, inner| {
                    db.set_enabled(id, enabled)?;
                    let mut registry = inner.registry();
                    if let Some(entry) = registry.entry_mut(id) {
                        entry.record.enabled = enabled;
                    }
                    Ok(if enabled { None } else { registry.renew_data(id) })
                })
                .await?;
            if let Some(former) = former {
                former.retire().await;
            }
            accounts.tell_change();
            Ok(())
        })
        .await
    }

    /// Removes an account with its devices and its history. Its data moves to a
    /// dated folder, which is returned; none if it never synced.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::FromEnvironment`],
    /// [`AccountError::Storage`]; [`AccountError::FolderLeft`] when the account
    /// is gone, but its folder is where it was.
    pub async fn remove(&self, name: &str) -> Result<Option<PathBuf>, AccountError> {
        let name = name.to_owned();
        let accounts = self.clone();
        run_to_the_end(async move {
            let _changing = accounts.inner.changing.lock().await;
            let id = accounts.inner.changeable(&name)?.id;
            let (account, gone) = accounts
                .change(move |db, inner| {
                    let account = db.account_by_id(id)?.ok_or(StoreError::UnknownAccount)?;
                    db.together(|db| {
                        db.delete_account(id)?;
                        db.set_setting(&official_key_setting(id), None)
                    })?;
                    Ok((account, inner.registry().remove(id)))
                })
                .await?;
            if let Some(gone) = gone {
                gone.data.retire().await;
            }
            let inner = Arc::clone(&accounts.inner);
            let moved = run_blocking(move || move_away(&inner, &account)).await;
            accounts.tell_change();
            moved
        })
        .await
    }

    /// Signs one device of an account out and ends its running sync.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::UnknownDevice`],
    /// [`AccountError::Storage`].
    pub async fn sign_out(&self, name: &str, device: DeviceId) -> Result<(), AccountError> {
        let account = self.inner.record_of(name)?;
        // What ends the official key is a mark that the next other password
        // takes away; so the present one has to be known.
        self.check_environment_password(account.id).await?;
        self.change(move |db, inner| {
            let known = db.devices(account.id)?.into_iter().find(|known| known.id == device);
            let Some(known) = known else {
                let account = account.name;
                return Err(AccountError::UnknownDevice { account, device: device.0 });
            };
            let is_official = known.key_hash == official_key_mark(account.id);
            let ends_official_key = is_official && inner.registry().has_official_key(account.id);
            db.together(|db| {
                if ends_official_key {
                    db.set_setting(&official_key_setting(account.id), Some("1"))?;
                }
                db.delete_device(device)
            })?;
            let mut registry = inner.registry();
            registry.remove_device(account.id, device);
            if let Some(entry) = registry.entry_mut(account.id) {
                entry.official_key_ended |= ends_official_key;
            }
            Ok(())
        })
        .await?;
        if let Ok(data) = self.data_of(name) {
            end_sync_of(&data, device).await;
        }
        self.tell_change();
        Ok(())
    }

    /// Signs all devices of an account out and ends its running sync. Returns
    /// how many there were.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::Storage`].
    pub async fn sign_out_all(&self, name: &str) -> Result<usize, AccountError> {
        let account = self.inner.record_of(name)?;
        self.check_environment_password(account.id).await?;
        let (count, data) = self
            .change(move |db, inner| {
                let ends_official_key = inner.registry().has_official_key(account.id);
                let count = db.together(|db| {
                    if ends_official_key {
                        db.set_setting(&official_key_setting(account.id), Some("1"))?;
                    }
                    db.delete_devices(account.id)
                })?;
                let mut registry = inner.registry();
                registry.remove_devices(account.id);
                let Some(entry) = registry.entry_mut(account.id) else { return Ok((count, None)) };
                entry.official_key_ended |= ends_official_key;
                Ok((count, Some(Arc::clone(&entry.data))))
            })
            .await?;
        if let Some(data) = data {
            data.close_data().await;
        }
        self.tell_change();
        Ok(count)
    }
}

/// An account whose environment variable is gone may be added by hand.
fn gone_from_environment(inner: &Inner, name: &str) -> Option<AccountRecord> {
    let registry = inner.registry();
    let entry = registry.by_name(name)?;
    (entry.state() == AccountState::NotInEnvironment).then(|| entry.record.clone())
}

/// Sets a password by hand. An account whose environment variable is gone
/// becomes an ordinary one, or it could not be used.
fn take_over(
    db: &mut ServerDb,
    mut record: AccountRecord,
    password: sync_store::accounts::PasswordPhc,
) -> Result<AccountRecord, StoreError> {
    db.set_password(record.id, Some(&password))?;
    if record.origin == AccountOrigin::Environment {
        db.set_origin(record.id, AccountOrigin::Window)?;
        record.origin = AccountOrigin::Window;
    }
    record.password = Some(password);
    Ok(record)
}

/// Rolls back the sync of a device that has just been signed out, which could
/// not go on anyway. Those of other devices are left alone.
async fn end_sync_of(data: &Account, device: DeviceId) {
    let ended = data.run(move |slot| {
        if slot.session().is_some_and(|session| session.tracker.device().id == device) {
            slot.end_sync(SyncFailure::Closed);
        }
        Ok(())
    });
    // It fails only when the account goes away, which ends the sync as well.
    let _ = ended.await;
    // An archive that was being applied is; one that comes now is refused.
    let _ = data.run_media(|_| Ok(())).await;
}

fn move_away(inner: &Inner, account: &AccountRecord) -> Result<Option<PathBuf>, AccountError> {
    move_account_to_removed(inner.base(), &account.folder, inner.clock.now()).map_err(|reason| {
        AccountError::FolderLeft {
            name: account.name.clone(),
            folder: account.folder_path(inner.base()),
            reason,
        }
    })
}

/// Names in errors are those that the person knows: the taken name is that of
/// the account that has it, which may differ by case.
fn name_error(error: StoreError, name: &str, inner: &Inner) -> AccountError {
    match error {
        StoreError::AccountName(problem) => {
            AccountError::NameRefused { name: name.to_owned(), problem }
        }
        StoreError::AccountNameTaken { name } => {
            let existing = inner.registry().by_name(&name).map(|e| e.record.name.clone());
            AccountError::NameTaken { name: existing.unwrap_or(name) }
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests;
