//! The handle on all accounts: loading them, and changing memory and disk
//! together.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync_store::StoreError;
use sync_store::accounts::{
    AccountId, AccountOrigin, AccountRecord, FolderLock, NewAccount, PasswordPhc, ServerDb,
    SyncRecord, name_key,
};
use tokio_util::task::TaskTracker;
use tracing::warn;

use super::blocking::run_blocking;
use super::environment::{EnvironmentAccount, EnvironmentPassword};
use super::error::AccountError;
use super::names::nearest_name;
use super::password::PasswordHashing;
use super::registry::{Entry, Registry};
use super::throttle::LoginThrottle;
use super::{Account, PasswordHash};
use crate::{Clock, EventSender, ServerEvent};

/// All accounts of a storage folder. Cloning gives another handle on the same.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    base: PathBuf,
    /// Locked on blocking threads only. Whoever changes the registry holds this
    /// too, and takes it first; so both change in the same order.
    db: Mutex<Database>,
    registry: Mutex<Registry>,
    pub(super) clock: Clock,
    pub(super) events: EventSender,
    pub(super) hashing: PasswordHashing,
    pub(super) throttle: LoginThrottle,
    /// One change of several steps at a time: rename, remove, ….
    pub(super) changing: tokio::sync::Mutex<()>,
    /// Last uses on their way to the disk.
    pub(super) writes: TaskTracker,
}

/// `server.db`, which is opened anew after it failed.
#[derive(Debug)]
struct Database {
    open: Option<ServerDb>,
    /// Lock of a storage folder that came back on another disk, or as a copy. The
    /// caller's is on the files that went away.
    lock: Option<FolderLock>,
}

impl Accounts {
    /// Loads the accounts of a storage folder, whose lock the caller holds, and
    /// brings those of the environment up to date.
    ///
    /// # Errors
    /// [`AccountError::Storage`], [`AccountError::NameRefused`].
    pub async fn open(
        base: PathBuf,
        environment: Vec<EnvironmentAccount>,
        clock: Clock,
        events: EventSender,
    ) -> Result<Self, AccountError> {
        run_blocking(move || {
            let mut db = ServerDb::open(&base)?;
            let registry = load(&mut db, environment, &clock, &events)?;
            Ok(Self {
                inner: Arc::new(Inner {
                    base,
                    db: Mutex::new(Database { open: Some(db), lock: None }),
                    registry: Mutex::new(registry),
                    clock,
                    events,
                    hashing: PasswordHashing::new(),
                    throttle: LoginThrottle::default(),
                    changing: tokio::sync::Mutex::default(),
                    writes: TaskTracker::new(),
                }),
            })
        })
        .await
    }

    /// The storage folder.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.inner.base
    }

    /// Whether there is no account at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.registry().entries().next().is_none()
    }

    /// The data of all accounts, for housekeeping.
    #[must_use]
    pub fn all_data(&self) -> Vec<Arc<Account>> {
        self.inner.registry().entries().map(|entry| Arc::clone(&entry.data)).collect()
    }

    /// The data of one account.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`].
    pub fn data_of(&self, name: &str) -> Result<Arc<Account>, AccountError> {
        let registry = self.inner.registry();
        match registry.by_name(name) {
            Some(entry) => Ok(Arc::clone(&entry.data)),
            None => Err(unknown_name(&registry, name)),
        }
    }

    /// Ends all running syncs, closes all files for good and writes what is
    /// still to be written. For a server that stops.
    pub async fn close(&self) {
        // A change that is under way still moves folders and writes rows.
        let _changing = self.inner.changing.lock().await;
        let retirements =
            self.all_data().into_iter().map(|data| async move { data.retire().await });
        futures_util::future::join_all(retirements).await;
        self.inner.writes.close();
        self.inner.writes.wait().await;
        let inner = Arc::clone(&self.inner);
        run_blocking(move || inner.database().lock = None).await;
    }

    /// Adds a sync that ended to the history.
    ///
    /// # Errors
    /// [`AccountError::Storage`].
    pub async fn record_sync(&self, sync: SyncRecord) -> Result<(), AccountError> {
        self.change(move |db, _| Ok(db.record_sync(&sync)?)).await
    }

    /// The latest syncs of all accounts or of one, newest first.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`], [`AccountError::Storage`].
    pub async fn recent_syncs(
        &self,
        limit: u32,
        account: Option<&str>,
    ) -> Result<Vec<SyncRecord>, AccountError> {
        let id = account.map(|name| self.inner.id_of(name)).transpose()?;
        self.change(move |db, _| Ok(db.recent_syncs(limit, id)?)).await
    }

    /// Changes `server.db` and then the registry, in one piece: nobody else
    /// changes either meanwhile, and it runs to its end even if the caller goes
    /// away.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut ServerDb, &Inner) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let inner = Arc::clone(&self.inner);
        run_blocking(move || {
            let mut database = inner.database();
            let outcome = database.ready(&inner).and_then(|db| {
                // Before anything else is done to an account whose folder may have another
                // name than its row says.
                for settled in db.settle_renames()? {
                    inner.registry().rename(settled);
                }
                inner.registry().renew_closed();
                change(db, &inner)
            });
            if let Err(AccountError::Storage(error)) = &outcome
                && error.is_server_fault()
            {
                database.give_up();
            }
            outcome
        })
        .await
    }

    pub(super) fn tell_change(&self) {
        self.inner.events.send(ServerEvent::AccountsChanged);
    }
}

impl Database {
    /// The database, open and with nothing half done in it.
    fn ready(&mut self, inner: &Inner) -> Result<&mut ServerDb, AccountError> {
        let db = match self.open.take() {
            None => self.open_again(inner)?,
            Some(mut db) => match db.recover() {
                Ok(()) => db,
                Err(error) => {
                    db.give_up();
                    return Err(error.into());
                }
            },
        };
        Ok(self.open.insert(db))
    }

    /// Opens the database that was given up, and brings the registry to what it says: a
    /// write may have lasted although it was told as failed.
    fn open_again(&mut self, inner: &Inner) -> Result<ServerDb, AccountError> {
        let base = inner.base();
        ServerDb::check_is_there(base)?;
        // Before anything is opened. Where the storage folder is the one it was, it is
        // the caller's lock that is in the way.
        match FolderLock::acquire(base) {
            Ok(lock) => self.lock = Some(lock),
            Err(StoreError::Busy { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let db = ServerDb::open_again(base)?;
        let mut records = Vec::new();
        for record in db.accounts()? {
            let ended = db.setting(&official_key_setting(record.id))?.is_some();
            records.push((record, ended));
        }
        inner.registry().update(records, db.all_devices()?);
        warn!("opened the list of accounts anew, after it could not be read or written");
        Ok(db)
    }

    fn give_up(&mut self) {
        if let Some(db) = self.open.take() {
            db.give_up();
        }
    }
}

impl Inner {
    fn database(&self) -> MutexGuard<'_, Database> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// The registry. Never held over an `.await` or over SQL.
    pub(super) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account that a person names.
    pub(super) fn id_of(&self, name: &str) -> Result<AccountId, AccountError> {
        self.record_of(name).map(|record| record.id)
    }

    /// The stored account that a person names.
    pub(super) fn record_of(&self, name: &str) -> Result<AccountRecord, AccountError> {
        let registry = self.registry();
        registry
            .by_name(name)
            .map(|entry| entry.record.clone())
            .ok_or_else(|| unknown_name(&registry, name))
    }

    /// The account that a person names and may change: not one whose name and
    /// password come from the environment.
    pub(super) fn changeable(&self, name: &str) -> Result<AccountRecord, AccountError> {
        let registry = self.registry();
        let entry = registry.by_name(name).ok_or_else(|| unknown_name(&registry, name))?;
        match &entry.environment {
            Some(environment) => Err(AccountError::FromEnvironment {
                name: entry.record.name.clone(),
                variable: environment.variable().to_owned(),
            }),
            None => Ok(entry.record.clone()),
        }
    }
}

fn nearest_in(registry: &Registry, name: &str) -> Option<String> {
    nearest_name(name, registry.entries().map(|entry: &Entry| entry.record.name.as_str()))
}

fn unknown_name(registry: &Registry, name: &str) -> AccountError {
    AccountError::UnknownName { name: name.to_owned(), nearest: nearest_in(registry, name) }
}

/// Key of the setting that says that the devices with the official key were
/// signed out. It goes when the password in the environment changes.
pub(super) fn official_key_setting(account: AccountId) -> String {
    format!("official_key_ended.{}", account.0)
}

fn load(
    db: &mut ServerDb,
    environment: Vec<EnvironmentAccount>,
    clock: &Clock,
    events: &EventSender,
) -> Result<Registry, AccountError> {
    let mut registry = Registry::new(db.base().to_owned(), clock.clone(), events.clone());
    let mut stored: HashMap<String, AccountRecord> =
        db.accounts()?.into_iter().map(|record| (name_key(&record.name), record)).collect();
    for account in environment {
        let record = match stored.remove(&name_key(account.name())) {
            Some(record) => update_from_environment(db, record, &account)?,
            None => create_from_environment(db, &account, clock)?,
        };
        let ended = db.setting(&official_key_setting(record.id))?.is_some();
        registry.insert(record, Some(account), ended);
    }
    for record in stored.into_values() {
        registry.insert(record, None, false);
    }
    for device in db.all_devices()? {
        registry.insert_device(device, None);
    }
    Ok(registry)
}

fn create_from_environment(
    db: &mut ServerDb,
    account: &EnvironmentAccount,
    clock: &Clock,
) -> Result<AccountRecord, AccountError> {
    let password = match &account.password {
        EnvironmentPassword::Hashed(hash) => Some(stored_form(hash)),
        // Hashed at the first use: a thousand hashes would take half a minute.
        EnvironmentPassword::Plain(_) => None,
    };
    let created = db.create_account(NewAccount {
        name: account.name().to_owned(),
        folder: None,
        password,
        origin: AccountOrigin::Environment,
        created: clock.now(),
    });
    created.map_err(|error| match error {
        StoreError::AccountName(problem) => {
            AccountError::NameRefused { name: account.name().to_owned(), problem }
        }
        other => other.into(),
    })
}

fn update_from_environment(
    db: &mut ServerDb,
    mut record: AccountRecord,
    account: &EnvironmentAccount,
) -> Result<AccountRecord, AccountError> {
    if record.origin != AccountOrigin::Environment {
        warn!(
            account = %record.name,
            variable = account.variable(),
            "the environment takes over an account that was added by hand; its password counts now"
        );
        db.set_origin(record.id, AccountOrigin::Environment)?;
        record.origin = AccountOrigin::Environment;
    }
    if let EnvironmentPassword::Hashed(hash) = &account.password {
        let password = stored_form(hash);
        if record.password.as_ref() != Some(&password) {
            replace_environment_password(db, record.id, &password)?;
            record.password = Some(password);
        }
    }
    Ok(record)
}

/// Stores a password that changed in the environment, and ends the devices that
/// signed in with the former one.
pub(super) fn replace_environment_password(
    db: &mut ServerDb,
    id: AccountId,
    password: &PasswordPhc,
) -> Result<(), StoreError> {
    db.together(|db| {
        db.delete_devices(id)?;
        db.set_setting(&official_key_setting(id), None)?;
        db.set_password(id, Some(password))
    })
}

pub(super) fn stored_form(hash: &PasswordHash) -> PasswordPhc {
    PasswordPhc::new(hash.expose())
}
