//! Which accounts, devices and keys there are, in memory: what every request is
//! looked up in, without SQL. `server.db` holds the same on disk; both change
//! together (see `Accounts::change`).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;

use sync_protocol::TimestampMillis;
use sync_store::accounts::{
    AccountId, AccountOrigin, AccountRecord, DeviceId, DeviceRecord, KeyHash, name_key,
};
use tokio::sync::OnceCell;
use tokio::time::{Duration, Instant};

use super::Account;
use super::device::{DeviceInfo, DeviceRef, key_hash, official_key_mark};
use super::environment::{EnvironmentAccount, EnvironmentPassword};
use super::password::PasswordHash;
use crate::{Clock, EventSender};

/// How often a device's last use is written to disk, at most.
const LAST_USE_WRITTEN_EVERY: Duration = Duration::from_secs(60);

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It may log in and sync.
    Enabled,
    /// A person disabled it.
    Disabled,
    /// It came from an environment variable that is no longer there.
    NotInEnvironment,
}

/// An account with all that a request needs of it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) record: AccountRecord,
    pub(super) environment: Option<EnvironmentAccount>,
    /// Set once the environment's password was compared with the stored hash.
    pub(super) password_checked: Arc<OnceCell<()>>,
    /// A person signed the devices with the official key out.
    pub(super) official_key_ended: bool,
    pub(super) data: Arc<Account>,
    devices: HashMap<DeviceId, SignedInDevice>,
}

#[derive(Debug)]
struct SignedInDevice {
    record: DeviceRecord,
    last_written: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
enum KeyOwner {
    Device(AccountId, DeviceId),
    OfficialKey(AccountId),
}

/// Answer to a key.
#[derive(Debug)]
pub(super) enum Lookup {
    Found {
        account: Arc<Account>,
        device: DeviceRef,
        /// The device's last use is due to be written.
        write_last_use: bool,
    },
    /// The account's password may have changed in the environment, which would
    /// have ended this key.
    CheckPasswordFirst(AccountId),
    /// The first request with the official key: it gets a row among the devices.
    AddOfficialDevice(AccountId),
    /// The key is good, but its account may not sync.
    Disabled {
        account: String,
    },
    Unknown,
}

impl Entry {
    fn new(
        record: AccountRecord,
        environment: Option<EnvironmentAccount>,
        data: Arc<Account>,
    ) -> Self {
        let needs_check = matches!(
            environment,
            Some(EnvironmentAccount { password: EnvironmentPassword::Plain(_), .. })
        );
        Self {
            data,
            password_checked: Arc::new(OnceCell::new_with((!needs_check).then_some(()))),
            official_key_ended: false,
            environment,
            record,
            devices: HashMap::new(),
        }
    }

    pub(super) fn state(&self) -> AccountState {
        if !self.record.enabled {
            AccountState::Disabled
        } else if self.record.origin == AccountOrigin::Environment && self.environment.is_none() {
            AccountState::NotInEnvironment
        } else {
            AccountState::Enabled
        }
    }

    pub(super) fn password(&self) -> Option<PasswordHash> {
        self.record.password.as_ref().and_then(|phc| phc.expose().parse().ok())
    }

    pub(super) fn device_records(&self) -> impl Iterator<Item = &DeviceRecord> {
        self.devices.values().map(|device| &device.record)
    }

    fn official_device(&mut self) -> Option<&mut SignedInDevice> {
        let mark = official_key_mark(self.record.id);
        self.devices.values_mut().find(|device| device.record.key_hash == mark)
    }
}

impl SignedInDevice {
    /// Notes the use; gives whether it is due to be written.
    fn used(&mut self, device: &DeviceInfo, wall_now: TimestampMillis, now: Instant) -> bool {
        if !device.client_version.is_empty() {
            self.record.client_version.clone_from(&device.client_version);
        }
        self.record.address = device.address.to_canonical().to_string();
        self.record.last_used = wall_now;
        let due = self
            .last_written
            .is_none_or(|written| now.duration_since(written) >= LAST_USE_WRITTEN_EVERY);
        if due {
            self.last_written = Some(now);
        }
        due
    }
}

/// All accounts of a storage folder.
#[derive(Debug)]
pub(super) struct Registry {
    base: PathBuf,
    clock: Clock,
    events: EventSender,
    accounts: HashMap<AccountId, Entry>,
    ids: HashMap<String, AccountId>,
    keys: HashMap<KeyHash, KeyOwner>,
    /// Accounts whose data may have been closed for a change that failed.
    left_closed: HashSet<AccountId>,
    hasher: RandomState,
}

impl Registry {
    pub(super) fn new(base: PathBuf, clock: Clock, events: EventSender) -> Self {
        Self {
            base,
            clock,
            events,
            accounts: HashMap::new(),
            ids: HashMap::new(),
            keys: HashMap::new(),
            left_closed: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.accounts.values()
    }

    pub(super) fn entry(&self, id: AccountId) -> Option<&Entry> {
        self.accounts.get(&id)
    }

    pub(super) fn entry_mut(&mut self, id: AccountId) -> Option<&mut Entry> {
        self.accounts.get_mut(&id)
    }

    /// The account of that name, without regard to case or Unicode form.
    pub(super) fn by_name(&self, name: &str) -> Option<&Entry> {
        self.ids.get(&name_key(name)).and_then(|id| self.accounts.get(id))
    }

    /// Adds an account, or replaces it with its devices. `official_key_ended`
    /// is whether a person signed the devices with the official key out.
    pub(super) fn insert(
        &mut self,
        record: AccountRecord,
        environment: Option<EnvironmentAccount>,
        official_key_ended: bool,
    ) {
        let id = record.id;
        self.remove(id);
        self.ids.insert(name_key(&record.name), id);
        if let Some(environment) = &environment {
            self.keys.insert(key_hash(&environment.official_key), KeyOwner::OfficialKey(id));
        }
        let data = self.open_data(&record);
        let entry = Entry { official_key_ended, ..Entry::new(record, environment, data) };
        self.accounts.insert(id, entry);
    }

    pub(super) fn remove(&mut self, id: AccountId) -> Option<Entry> {
        let entry = self.accounts.remove(&id)?;
        self.ids.remove(&name_key(&entry.record.name));
        self.keys.retain(|_, owner| owner.account() != id);
        Some(entry)
    }

    /// Gives a renamed account its new name; its devices stay.
    pub(super) fn rename(&mut self, record: AccountRecord) {
        let id = record.id;
        let Some(entry) = self.accounts.get_mut(&id) else { return };
        self.ids.remove(&name_key(&entry.record.name));
        self.ids.insert(name_key(&record.name), id);
        entry.record = record;
        self.renew_data(id);
    }

    /// Gives an account a fresh way to its data, and returns the old one, for
    /// the caller to retire.
    pub(super) fn renew_data(&mut self, id: AccountId) -> Option<Arc<Account>> {
        let fresh = self.open_data(&self.accounts.get(&id)?.record);
        let entry = self.accounts.get_mut(&id)?;
        Some(std::mem::replace(&mut entry.data, fresh))
    }

    /// Notes that an account's data was retired for a change that failed.
    pub(super) fn leave_closed(&mut self, id: AccountId) {
        self.left_closed.insert(id);
    }

    /// Gives the accounts that were left closed a fresh way to their data. Not before
    /// their folders have the names that their rows say: others would look empty.
    pub(super) fn renew_closed(&mut self) {
        for id in std::mem::take(&mut self.left_closed) {
            // A way that is in use already must stay the only one.
            if self.entry(id).is_some_and(|entry| entry.data.use_folder().is_err()) {
                self.renew_data(id);
            }
        }
    }

    /// Brings all accounts and devices to what `server.db` says. Each account comes with
    /// whether a person signed its devices with the official key out. One that is as it
    /// was keeps its way to its data, which may be in use.
    pub(super) fn update(
        &mut self,
        records: Vec<(AccountRecord, bool)>,
        devices: Vec<DeviceRecord>,
    ) {
        let ids: HashSet<AccountId> = records.iter().map(|(record, _)| record.id).collect();
        let known: Vec<AccountId> = self.accounts.keys().copied().collect();
        for gone in known.into_iter().filter(|id| !ids.contains(id)) {
            self.remove(gone);
        }
        for (record, official_key_ended) in records {
            let id = record.id;
            self.remove_devices(id);
            let Some(entry) = self.accounts.get_mut(&id) else {
                self.insert(record, None, official_key_ended);
                continue;
            };
            let is_renamed =
                (&entry.record.name, &entry.record.folder) != (&record.name, &record.folder);
            entry.record = record;
            entry.official_key_ended = official_key_ended;
            if is_renamed {
                self.renew_data(id);
            }
        }
        // Afresh, because two accounts may have swapped their names.
        let entries = self.accounts.values();
        self.ids = entries.map(|entry| (name_key(&entry.record.name), entry.record.id)).collect();
        for device in devices {
            self.insert_device(device, None);
        }
    }

    /// Whether devices may hold the official key of an account: one of the environment.
    pub(super) fn has_official_key(&self, id: AccountId) -> bool {
        self.entry(id).is_some_and(|entry| entry.environment.is_some())
    }

    fn open_data(&self, record: &AccountRecord) -> Arc<Account> {
        Arc::new(Account::new(
            record.id,
            record.name.clone(),
            record.folder_path(&self.base),
            self.clock.clone(),
            self.events.clone(),
        ))
    }

    pub(super) fn insert_device(&mut self, record: DeviceRecord, now: Option<Instant>) {
        let Some(entry) = self.accounts.get_mut(&record.account) else { return };
        if record.key_hash != official_key_mark(record.account) {
            self.keys.insert(record.key_hash, KeyOwner::Device(record.account, record.id));
        }
        entry.devices.insert(record.id, SignedInDevice { record, last_written: now });
    }

    pub(super) fn remove_device(&mut self, account: AccountId, device: DeviceId) {
        if let Some(gone) =
            self.accounts.get_mut(&account).and_then(|entry| entry.devices.remove(&device))
        {
            self.keys.remove(&gone.record.key_hash);
        }
    }

    pub(super) fn remove_devices(&mut self, account: AccountId) {
        let Some(entry) = self.accounts.get_mut(&account) else { return };
        for gone in std::mem::take(&mut entry.devices).into_values() {
            self.keys.remove(&gone.record.key_hash);
        }
    }

    pub(super) fn is_signed_in(&self, account: AccountId, device: DeviceId) -> bool {
        self.accounts.get(&account).is_some_and(|entry| {
            entry.state() == AccountState::Enabled && entry.devices.contains_key(&device)
        })
    }

    /// Looks up a key and notes its use.
    pub(super) fn look_up(
        &mut self,
        key: &KeyHash,
        info: &DeviceInfo,
        wall_now: TimestampMillis,
        now: Instant,
    ) -> Lookup {
        let Some(owner) = self.keys.get(key).copied() else { return Lookup::Unknown };
        let id = owner.account();
        let Some(entry) = self.accounts.get_mut(&id) else { return Lookup::Unknown };
        if entry.state() != AccountState::Enabled {
            return Lookup::Disabled { account: entry.record.name.clone() };
        }
        let checked = entry.password_checked.initialized();
        let account = Arc::clone(&entry.data);
        let device = match owner {
            KeyOwner::Device(..) if !checked => return Lookup::CheckPasswordFirst(id),
            KeyOwner::Device(_, device) => entry.devices.get_mut(&device),
            KeyOwner::OfficialKey(_) if entry.official_key_ended => {
                return if checked { Lookup::Unknown } else { Lookup::CheckPasswordFirst(id) };
            }
            KeyOwner::OfficialKey(_) => match entry.official_device() {
                None => return Lookup::AddOfficialDevice(id),
                found => found,
            },
        };
        let Some(device) = device else { return Lookup::Unknown };
        let write_last_use = device.used(info, wall_now, now);
        let device = DeviceRef {
            id: device.record.id,
            client_version: device.record.client_version.clone(),
            address: info.address,
        };
        Lookup::Found { account, device, write_last_use }
    }

    /// A password hash to verify an unknown name against. Any one account's
    /// would do for the time it takes; accounts may have hashes of different
    /// kinds, and always taking the same would tell the others from unknown
    /// names. The same name gets the same one each time.
    pub(super) fn decoy_for(&self, name: &str) -> PasswordHash {
        let mut ids: Vec<AccountId> =
            self.entries().filter(|e| e.password().is_some()).map(|e| e.record.id).collect();
        ids.sort_unstable();
        let index = match u64::try_from(ids.len()) {
            Ok(count) if count > 0 => self.hasher.hash_one(name_key(name)) % count,
            _ => return PasswordHash::decoy(),
        };
        usize::try_from(index)
            .ok()
            .and_then(|index| ids.get(index))
            .and_then(|id| self.entry(*id))
            .and_then(Entry::password)
            .unwrap_or_else(PasswordHash::decoy)
    }
}

impl KeyOwner {
    fn account(self) -> AccountId {
        match self {
            Self::Device(account, _) | Self::OfficialKey(account) => account,
        }
    }
}
