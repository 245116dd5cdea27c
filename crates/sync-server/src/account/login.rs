//! Logging in with a password, and recognising a device by its key.

use std::sync::Arc;

use sync_protocol::{HostKey, Password, TimestampMillis};
use sync_store::accounts::{
    AccountId, AccountRecord, DeviceId, KeyHash, NewDevice, ServerDb, name_key,
};
use tokio::time::{Instant, sleep_until};

use super::accounts::{Accounts, Inner, replace_environment_password, stored_form};
use super::device::{key_hash, official_key_mark, random_key};
use super::environment::EnvironmentPassword;
use super::error::{AccountError, AuthenticateError, LoginError};
use super::names::nearest_name;
use super::password::PasswordHash;
use super::registry::{AccountState, Lookup};
use super::{Account, DeviceInfo, DeviceRef};
use crate::ServerEvent;

/// How much of an unknown name is passed on: anybody may send one of any length.
const SHOWN_NAME_CHARS: usize = 100;

/// A request's account and device.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account.
    pub account: Arc<Account>,
    /// The device.
    pub device: DeviceRef,
}

/// Whom a password is checked for, and against what.
struct Candidate {
    account: Option<(AccountRecord, AccountState)>,
    hash: PasswordHash,
    /// Whether the hash is the account's: one that has none, or one that cannot be read, is
    /// checked against another's, so that the time tells nothing.
    is_own: bool,
}

impl Accounts {
    /// Gives the device a key of its own, if name and password are right.
    ///
    /// Takes up to ten seconds after wrong guesses from the same address, no
    /// matter whether this one is right. Unknown names take as long as known
    /// ones.
    ///
    /// # Errors
    /// See [`LoginError`]; all but the last are the client's fault.
    pub async fn log_in(
        &self,
        name: &str,
        password: &Password,
        device: &DeviceInfo,
    ) -> Result<HostKey, LoginError> {
        let name = name.trim();
        let attempt =
            self.inner.throttle.register(device.address, &name_key(name), Instant::now()).map_err(
                |_| {
                    self.inner.events.send(ServerEvent::SlowedDown { address: device.address });
                    LoginError::TooManyAttempts
                },
            )?;
        sleep_until(attempt.turn).await;

        self.settle_environment_password(name).await?;
        let Candidate { account, hash, is_own } = self.inner.candidate(name);
        // Looked for in any case, so that the time tells nothing.
        let nearest = self.inner.nearest(name);
        let is_right = self.inner.hashing.verify(hash.clone(), password).await;
        let address = device.address;
        let Some((record, state)) = account else {
            self.inner.events.send(ServerEvent::UnknownName {
                name: name.chars().take(SHOWN_NAME_CHARS).collect(),
                nearest,
                address,
            });
            return Err(LoginError::UnknownName);
        };
        if !is_right || !is_own {
            self.inner.events.send(ServerEvent::WrongPassword { account: record.name, address });
            return Err(LoginError::WrongPassword);
        }
        if state != AccountState::Enabled {
            self.inner.events.send(ServerEvent::Disabled { account: record.name, address });
            return Err(LoginError::Disabled);
        }
        let key = self.sign_in(&record, device).await?;
        self.inner.throttle.succeeded(attempt);
        Ok(key)
    }

    /// The account and device that hold a key. Costs a look into memory, save
    /// for the first request of an account from the environment.
    ///
    /// # Errors
    /// [`AuthenticateError::UnknownKey`], also for disabled accounts.
    pub async fn authenticate(
        &self,
        key: &HostKey,
        device: &DeviceInfo,
    ) -> Result<SignedIn, AuthenticateError> {
        let hash = key_hash(key);
        loop {
            let wall_now = self.inner.clock.now();
            let lookup = self.inner.registry().look_up(&hash, device, wall_now, Instant::now());
            match lookup {
                Lookup::Found { account, device, write_last_use } => {
                    if write_last_use {
                        self.write_last_use(device.clone(), wall_now);
                    }
                    return Ok(SignedIn { account, device });
                }
                Lookup::CheckPasswordFirst(id) => self.check_environment_password(id).await?,
                Lookup::AddOfficialDevice(id) => self.add_official_device(id, device).await?,
                Lookup::Disabled { account } => {
                    let address = device.address;
                    self.inner.events.send(ServerEvent::Disabled { account, address });
                    return Err(AuthenticateError::UnknownKey);
                }
                Lookup::Unknown => {
                    self.inner.events.send(ServerEvent::UnknownKey { address: device.address });
                    return Err(AuthenticateError::UnknownKey);
                }
            }
        }
    }

    /// Whether a device is still signed in to an account that may sync. A look
    /// into memory.
    #[must_use]
    pub fn is_signed_in(&self, account: AccountId, device: DeviceId) -> bool {
        self.inner.registry().is_signed_in(account, device)
    }

    /// Makes a key for a device whose password was right.
    async fn sign_in(
        &self,
        verified: &AccountRecord,
        device: &DeviceInfo,
    ) -> Result<HostKey, LoginError> {
        let key = random_key().map_err(AccountError::Randomness)?;
        let new = self.inner.new_device(verified.id, key_hash(&key), device);
        let verified = verified.clone();
        let added = self
            .change(move |db, inner| {
                // The password was verified a moment ago; it may have been
                // changed, or the account disabled or removed, meanwhile.
                match db.account_by_id(verified.id)? {
                    Some(now) if now.enabled && now.password == verified.password => {
                        insert_device(db, inner, &new).map(|id| Some((now.name, id)))
                    }
                    _ => Ok(None),
                }
            })
            .await?;
        let (account, id) = added.ok_or(LoginError::WrongPassword)?;
        let DeviceInfo { client_version, address } = device.clone();
        let device = DeviceRef { id, client_version, address };
        self.inner.events.send(ServerEvent::SignedIn { account, device });
        Ok(key)
    }

    async fn add_official_device(
        &self,
        id: AccountId,
        device: &DeviceInfo,
    ) -> Result<(), AccountError> {
        let new = self.inner.new_device(id, official_key_mark(id), device);
        self.change(move |db, inner| {
            // Two first requests at once need one row only.
            if db.find_device(&new.key_hash)?.is_none() {
                insert_device(db, inner, &new)?;
            }
            Ok(())
        })
        .await
    }

    fn write_last_use(&self, device: DeviceRef, used: TimestampMillis) {
        let accounts = self.clone();
        self.inner.writes.spawn(async move {
            let written = accounts
                .change(move |db, _| {
                    let address = device.address.to_canonical().to_string();
                    Ok(db.touch_device(device.id, &device.client_version, &address, used)?)
                })
                .await;
            if let Err(error) = written {
                tracing::warn!(%error, "a device's last use could not be written");
            }
        });
    }

    /// As [`Accounts::check_environment_password`], by name.
    async fn settle_environment_password(&self, name: &str) -> Result<(), AccountError> {
        let id = self.inner.registry().by_name(name).map(|entry| entry.record.id);
        match id {
            Some(id) => self.check_environment_password(id).await,
            None => Ok(()),
        }
    }

    /// Compares the environment's plain password with the stored hash, once in
    /// the life of this process. If it changed, the devices that signed in with
    /// the former one are signed out.
    pub(super) async fn check_environment_password(
        &self,
        id: AccountId,
    ) -> Result<(), AccountError> {
        let (cell, password, stored) = {
            let registry = self.inner.registry();
            let Some(entry) = registry.entry(id) else { return Ok(()) };
            if entry.password_checked.initialized() {
                return Ok(());
            }
            let password = entry.environment.as_ref().map(|account| account.password.clone());
            (Arc::clone(&entry.password_checked), password, entry.password())
        };
        let Some(EnvironmentPassword::Plain(password)) = password else { return Ok(()) };
        cell.get_or_try_init(|| async {
            let is_new = stored.is_none();
            if let Some(stored) = stored
                && self.inner.hashing.verify(stored, &password).await
            {
                return Ok(());
            }
            let hash = stored_form(&self.inner.hashing.hash(&password).await?);
            self.change(move |db, inner| {
                if is_new {
                    // Nobody can have signed in with another one.
                    db.set_password(id, Some(&hash))?;
                } else {
                    replace_environment_password(db, id, &hash)?;
                }
                let mut registry = inner.registry();
                if !is_new {
                    registry.remove_devices(id);
                }
                if let Some(entry) = registry.entry_mut(id) {
                    entry.record.password = Some(hash);
                    entry.official_key_ended &= is_new;
                }
                Ok(())
            })
            .await
        })
        .await
        .copied()
    }
}

impl Inner {
    fn candidate(&self, name: &str) -> Candidate {
        let registry = self.registry();
        let entry = registry.by_name(name);
        let own = entry.and_then(|entry| entry.password());
        Candidate {
            account: entry.map(|entry| (entry.record.clone(), entry.state())),
            is_own: own.is_some(),
            hash: own.unwrap_or_else(|| registry.decoy_for(name)),
        }
    }

    /// The known name that is nearest to one that was sent. Comparing takes a
    /// while, so the registry is not held meanwhile.
    fn nearest(&self, name: &str) -> Option<String> {
        let known: Vec<String> =
            self.registry().entries().map(|entry| entry.record.name.clone()).collect();
        nearest_name(name, known.iter().map(String::as_str))
    }

    fn new_device(&self, account: AccountId, key_hash: KeyHash, device: &DeviceInfo) -> NewDevice {
        NewDevice {
            account,
            key_hash,
            client_version: device.client_version.clone(),
            address: device.address.to_canonical().to_string(),
            created: self.clock.now(),
        }
    }
}

/// Adds a device to disk and memory.
fn insert_device(
    db: &mut ServerDb,
    inner: &Inner,
    new: &NewDevice,
) -> Result<DeviceId, AccountError> {
    let (record, dropped) = db.insert_device(new)?;
    let id = record.id;
    let mut registry = inner.registry();
    for gone in dropped {
        registry.remove_device(gone.account, gone.id);
    }
    registry.insert_device(record, Some(Instant::now()));
    Ok(id)
}

#[cfg(test)]
mod tests;
