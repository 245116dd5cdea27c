//! Doing what a command asks, on a running server or without one.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use sync_store::accounts::{AccountOrigin, DeviceId, ServerDb};
use sync_store::{StoreError, with_causes};

use super::messages::{
    CheckedAccount, ControlAnswer, ControlRequest, DeviceListing, ServerStatus, UserListing,
    UserState,
};
use crate::account::{
    Account, AccountError, AccountState, AccountSummary, Accounts, COLLECTION_FILE,
    DevicesAfterChange, OperationError,
};

pub(super) async fn execute(
    accounts: &Accounts,
    status: Option<&ServerStatus>,
    request: ControlRequest,
) -> Result<ControlAnswer, AccountError> {
    match request {
        ControlRequest::Add { name, password } => {
            accounts.add_with_hash(&name, password).await.map(|name| ControlAnswer::Named { name })
        }
        ControlRequest::SetPassword { name, password, keep_devices } => {
            let devices = match keep_devices {
                true => DevicesAfterChange::Keep,
                false => DevicesAfterChange::SignOut,
            };
            accounts.set_password_hash(&name, password, devices).await?;
            Ok(ControlAnswer::Done)
        }
        ControlRequest::Rename { name, new_name } => {
            accounts.rename(&name, &new_name).await.map(|name| ControlAnswer::Named { name })
        }
        ControlRequest::SetEnabled { name, enabled } => {
            accounts.set_enabled(&name, enabled).await?;
            Ok(ControlAnswer::Done)
        }
        ControlRequest::Remove { name } => {
            accounts.remove(&name).await.map(|folder| ControlAnswer::Removed { folder })
        }
        ControlRequest::List => list(accounts).await,
        ControlRequest::Devices { name } => devices(accounts, &name).await,
        ControlRequest::SignOut { name, device: Some(device) } => {
            accounts.sign_out(&name, DeviceId(device)).await?;
            Ok(ControlAnswer::SignedOut { count: 1 })
        }
        ControlRequest::SignOut { name, device: None } => {
            accounts.sign_out_all(&name).await.map(|count| ControlAnswer::SignedOut { count })
        }
        ControlRequest::Check { name } => check(accounts, name.as_deref()).await,
        ControlRequest::Status => Ok(match status {
            Some(status) => ControlAnswer::Status { status: status.clone() },
            None => ControlAnswer::Refused { message: "No server is running.".to_owned() },
        }),
    }
}

async fn list(accounts: &Accounts) -> Result<ControlAnswer, AccountError> {
    let mut users = Vec::new();
    for summary in accounts.list().await? {
        // An account that was removed meanwhile is passed over.
        if let Ok(user) = listing(accounts, summary).await {
            users.push(user);
        }
    }
    Ok(ControlAnswer::Users { users })
}

async fn listing(
    accounts: &Accounts,
    summary: AccountSummary,
) -> Result<UserListing, AccountError> {
    let sizes = accounts.sizes(&summary.name).await?;
    Ok(UserListing {
        state: match summary.state {
            AccountState::Enabled => UserState::Enabled,
            AccountState::Disabled => UserState::Disabled,
            AccountState::NotInEnvironment => UserState::NotInEnvironment,
        },
        from_environment: summary.origin == AccountOrigin::Environment,
        name: summary.name,
        devices: summary.devices,
        cards: sizes.cards,
        notes: sizes.notes,
        collection_bytes: sizes.collection_bytes,
        media_files: sizes.media_files,
        media_bytes: sizes.media_bytes,
        created: summary.created,
        last_sync: summary.last_sync,
        folder: summary.folder,
    })
}

async fn devices(accounts: &Accounts, name: &str) -> Result<ControlAnswer, AccountError> {
    let devices = accounts.devices(name).await?;
    let devices = devices
        .into_iter()
        .map(|device| DeviceListing {
            id: device.id.0,
            label: device.label,
            client_version: device.client_version,
            address: device.address,
            created: device.created,
            last_used: device.last_used,
            official_key: device.official_key,
        })
        .collect();
    Ok(ControlAnswer::Devices { devices })
}

async fn check(accounts: &Accounts, name: Option<&str>) -> Result<ControlAnswer, AccountError> {
    let mut data = match name {
        Some(name) => vec![accounts.data_of(name)?],
        None => accounts.all_data(),
    };
    data.sort_by_cached_key(|data| sync_store::accounts::name_key(data.name()));
    let mut checked = Vec::new();
    for account in data {
        checked.push(check_account(&account).await);
    }
    Ok(ControlAnswer::Checked { accounts: checked })
}

/// Looks through an account's files. Meanwhile its syncs wait.
async fn check_account(account: &Arc<Account>) -> CheckedAccount {
    let collection = account
        .run(|slot| {
            if !has_any(slot.folder(), &[COLLECTION_FILE])? {
                return Ok(None);
            }
            if slot.session().is_some() {
                // What it has changed so far need not fit together yet.
                return Ok(Some(vec![
                    "a sync is running, so the collection was not checked; try again later"
                        .to_owned(),
                ]));
            }
            let store = slot.open()?;
            store.integrity_problems().map(Some).map_err(OperationError::Unavailable)
        })
        .await;
    let media = account
        .run_media(|slot| {
            if !has_any(slot.folder(), &["media.db", "media"])? {
                return Ok(None);
            }
            let store = slot.open()?;
            store.integrity_problems().map(Some).map_err(OperationError::Unavailable)
        })
        .await;
    let mut has_data = false;
    let mut problems = Vec::new();
    for (what, found) in [("the collection", collection), ("the media", media)] {
        match found {
            Ok(None) => {}
            Ok(Some(found)) => {
                has_data = true;
                problems.extend(found.into_iter().map(|problem| format!("{what}: {problem}")));
            }
            Err(error) => {
                has_data = true;
                problems.push(format!("{what}: {}", in_words(&error)));
            }
        }
    }
    CheckedAccount { name: account.name().to_owned(), has_data, problems }
}

/// Whether any of these is in an account's folder. The folder of an account that never
/// synced is not there; one that cannot be looked into is a problem, as is the storage
/// folder when it is away.
fn has_any(folder: &Path, names: &[&str]) -> Result<bool, OperationError> {
    for name in names {
        let path = folder.join(name);
        if path.try_exists().map_err(cannot_look(&path))? {
            return Ok(true);
        }
    }
    match folder.metadata() {
        Ok(_) => Ok(false),
        // A link to a disk that is away is there itself.
        Err(error) if error.kind() == ErrorKind::NotFound && !folder.is_symlink() => {
            let base = folder.parent().unwrap_or(folder);
            ServerDb::check_is_there(base).map_err(OperationError::Unavailable)?;
            Ok(false)
        }
        Err(error) => Err(cannot_look(folder)(error)),
    }
}

fn cannot_look(path: &Path) -> impl FnOnce(io::Error) -> OperationError {
    let told = StoreError::io(path);
    move |error| OperationError::Unavailable(told(error))
}

/// An error with its causes, in one phrase.
fn in_words(error: &OperationError) -> String {
    match error {
        OperationError::Unavailable(StoreError::Corrupt { reason }) => reason.clone(),
        other => with_causes(other),
    }
}
