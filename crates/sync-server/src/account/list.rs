//! What there is to know about accounts and their devices, for lists.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sync_protocol::TimestampMillis;
use sync_store::accounts::{AccountId, AccountOrigin, found_folders, name_key};
use sync_store::media::MediaTotals;
use tokio::time::timeout;

use super::accounts::Accounts;
use super::blocking::run_blocking;
use super::error::AccountError;
use super::registry::AccountState;
use super::{Account, COLLECTION_FILE, Device};

/// How long a list waits for an account that is busy with a long operation.
const PATIENCE: Duration = Duration::from_secs(2);

/// An account, without what would need its files opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// Its id, which a rename keeps.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its folder, which need not exist before the first sync.
    pub folder: PathBuf,
    /// Where it comes from.
    pub origin: AccountOrigin,
    /// Whether it may be used.
    pub state: AccountState,
    /// When it was added.
    pub created: TimestampMillis,
    /// How many devices are signed in.
    pub devices: usize,
    /// When its last sync began, if there was one.
    pub last_sync: Option<TimestampMillis>,
}

/// How much an account holds. Counts are missing while the account is busy and
/// when its files cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountSizes {
    /// Cards in the collection.
    pub cards: Option<u64>,
    /// Notes in the collection.
    pub notes: Option<u64>,
    /// Size of the collection file, in bytes.
    pub collection_bytes: u64,
    /// Media files.
    pub media_files: Option<u64>,
    /// Size of the media files, in bytes.
    pub media_bytes: Option<u64>,
}

impl Accounts {
    /// All accounts, in the order of their names.
    ///
    /// # Errors
    /// [`AccountError::Storage`].
    pub async fn list(&self) -> Result<Vec<AccountSummary>, AccountError> {
        self.change(move |db, inner| {
            let mut summaries: Vec<AccountSummary> = inner
                .registry()
                .entries()
                .map(|entry| AccountSummary {
                    id: entry.record.id,
                    name: entry.record.name.clone(),
                    folder: entry.record.folder_path(inner.base()),
                    origin: entry.record.origin,
                    state: entry.state(),
                    created: entry.record.created,
                    devices: entry.device_records().count(),
                    last_sync: None,
                })
                .collect();
            summaries.sort_by_cached_key(|summary| name_key(&summary.name));
            for summary in &mut summaries {
                let last = db.recent_syncs(1, Some(summary.id))?;
                summary.last_sync = last.first().map(|sync| sync.started);
            }
            Ok(summaries)
        })
        .await
    }

    /// Sub-folders of the storage folder that hold data of the official server
    /// or of a removed account, but have no account. Adding one of the same name
    /// takes the data over.
    ///
    /// # Errors
    /// [`AccountError::Storage`].
    pub async fn unclaimed_folders(&self) -> Result<Vec<String>, AccountError> {
        let accounts = self.clone();
        run_blocking(move || {
            let found = found_folders(accounts.base())?;
            let registry = accounts.inner.registry();
            let claimed: HashSet<String> =
                registry.entries().map(|entry| name_key(&entry.record.folder)).collect();
            let names = found.into_iter().map(|folder| folder.name);
            Ok(names.filter(|name| !claimed.contains(&name_key(name))).collect())
        })
        .await
    }

    /// How much an account holds. Opens its files unless they are open, so this
    /// is for lists that somebody looks at, not for every event.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`].
    pub async fn sizes(&self, name: &str) -> Result<AccountSizes, AccountError> {
        let data = self.data_of(name)?;
        let mut sizes = AccountSizes::default();
        let collection = data.folder().join(COLLECTION_FILE);
        let media = data.folder().join("media.db");
        let (collection_bytes, has_media) =
            run_blocking(move || (file_size(&collection), media.is_file())).await;
        if let Some(bytes) = collection_bytes {
            sizes.collection_bytes = bytes;
            if let Some((cards, notes)) = card_counts(&data).await {
                (sizes.cards, sizes.notes) = (Some(cards), Some(notes));
            }
        }
        if has_media && let Some(totals) = media_totals(&data).await {
            (sizes.media_files, sizes.media_bytes) = (Some(totals.files), Some(totals.bytes));
        }
        Ok(sizes)
    }

    /// An account's signed-in devices, the last used first.
    ///
    /// # Errors
    /// [`AccountError::UnknownName`].
    pub async fn devices(&self, name: &str) -> Result<Vec<Device>, AccountError> {
        let id = self.inner.id_of(name)?;
        let registry = self.inner.registry();
        let mut devices: Vec<Device> = registry
            .entry(id)
            .map(|entry| entry.device_records().map(Device::from_record).collect())
            .unwrap_or_default();
        devices.sort_by_key(|device| std::cmp::Reverse((device.last_used, device.id)));
        Ok(devices)
    }
}

fn file_size(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|metadata| metadata.len())
}

async fn card_counts(data: &Account) -> Option<(u64, u64)> {
    let counted = data.run(|slot| {
        let counts = slot.open()?.counts().map_err(super::OperationError::Unavailable)?;
        Ok((counts.cards, counts.notes))
    });
    timeout(PATIENCE, counted).await.ok()?.ok()
}

async fn media_totals(data: &Account) -> Option<MediaTotals> {
    let counted =
        data.run_media(|slot| slot.open()?.totals().map_err(super::OperationError::Unavailable));
    timeout(PATIENCE, counted).await.ok()?.ok()
}
