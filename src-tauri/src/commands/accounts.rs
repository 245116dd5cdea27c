//! Accounts and their devices.

use sync_server::account::{
    AccountError, AccountState, AccountSummary, Accounts, Device, DevicesAfterChange, PasswordError,
};
use sync_server::{Password, with_causes};
use sync_store::accounts::{AccountNameProblem, AccountOrigin, DeviceId};

use crate::app::App;
use crate::ipc::{
    self, ClientApp, CommandError, DeviceToSignOut, NameProblem, NewName, NewPassword, NewUser,
    RemovedUser, SuggestedPassword, User, UserName, UserOrigin, UserSizes, UserState, UserSwitch,
};
use crate::suggested_password::suggested_password;

/// Longest password, in bytes. A login has room for more, but nobody types it.
const LONGEST_PASSWORD: usize = 1000;

pub(super) async fn users(app: &App, (): ()) -> Result<Vec<User>, CommandError> {
    let accounts = app.accounts()?;
    let mut users = Vec::new();
    for summary in accounts.list().await? {
        match accounts.devices(&summary.name).await {
            Ok(devices) => users.push(user(summary, devices)),
            // Renamed or removed just now.
            Err(AccountError::UnknownName { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(users)
}

fn user(summary: AccountSummary, devices: Vec<Device>) -> User {
    User {
        name: summary.name,
        state: match summary.state {
            AccountState::Enabled => UserState::Enabled,
            AccountState::Disabled => UserState::Disabled,
            AccountState::NotInEnvironment => UserState::Inactive,
        },
        origin: match summary.origin {
            AccountOrigin::Window => UserOrigin::Person,
            AccountOrigin::Environment => UserOrigin::Environment,
        },
        folder: summary.folder.to_string_lossy().into_owned(),
        created: summary.created.0,
        last_sync: summary.last_sync.map(|time| time.0),
        devices: devices
            .into_iter()
            .map(|device| ipc::Device {
                id: device.id.0,
                app: ClientApp::parse(&device.client_version),
                address: device.address,
                created: device.created.0,
                last_used: device.last_used.0,
            })
            .collect(),
    }
}

pub(super) async fn sizes(app: &App, user: UserName) -> Result<UserSizes, CommandError> {
    let sizes = app.accounts()?.sizes(&user.name).await?;
    Ok(UserSizes {
        cards: sizes.cards,
        notes: sizes.notes,
        collection_bytes: sizes.collection_bytes,
        media_files: sizes.media_files,
        media_bytes: sizes.media_bytes,
    })
}

pub(super) async fn suggest_password(
    _app: &App,
    (): (),
) -> Result<SuggestedPassword, CommandError> {
    let password =
        suggested_password().map_err(|error| CommandError::System { detail: error.to_string() })?;
    Ok(SuggestedPassword { password })
}

pub(super) async fn add(app: &App, user: NewUser) -> Result<(), CommandError> {
    let password = accepted(user.password)?;
    app.accounts()?.add(&user.name, &password).await?;
    Ok(())
}

pub(super) async fn rename(app: &App, rename: NewName) -> Result<(), CommandError> {
    app.accounts()?.rename(&rename.name, &rename.new_name).await?;
    Ok(())
}

pub(super) async fn set_password(app: &App, change: NewPassword) -> Result<(), CommandError> {
    let password = accepted(change.password)?;
    let devices = match change.keep_devices {
        true => DevicesAfterChange::Keep,
        false => DevicesAfterChange::SignOut,
    };
    app.accounts()?.set_password(&change.name, &password, devices).await?;
    Ok(())
}

pub(super) async fn switch(app: &App, switch: UserSwitch) -> Result<(), CommandError> {
    app.accounts()?.set_enabled(&switch.name, switch.enabled).await?;
    Ok(())
}

pub(super) async fn remove(app: &App, user: UserName) -> Result<RemovedUser, CommandError> {
    let folder = app.accounts()?.remove(&user.name).await?;
    Ok(RemovedUser { folder: folder.map(|folder| folder.to_string_lossy().into_owned()) })
}

pub(super) async fn sign_out(app: &App, wanted: DeviceToSignOut) -> Result<(), CommandError> {
    let accounts: Accounts = app.accounts()?;
    match wanted.device {
        Some(device) => accounts.sign_out(&wanted.name, DeviceId(device)).await?,
        None => {
            accounts.sign_out_all(&wanted.name).await?;
        }
    }
    Ok(())
}

fn accepted(password: String) -> Result<Password, CommandError> {
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return Err(CommandError::PasswordRefused);
    }
    Ok(Password::new(password))
}

impl From<AccountError> for CommandError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::UnknownName { name, .. } => Self::UnknownUser { name },
            AccountError::NameTaken { name } => Self::NameTaken { name },
            AccountError::NameRefused { problem, .. } => {
                Self::NameRefused { problem: problem.into() }
            }
            AccountError::FolderExists { path } => {
                Self::FolderInTheWay { folder: path.to_string_lossy().into_owned() }
            }
            AccountError::FromEnvironment { variable, .. } => Self::FromEnvironment { variable },
            AccountError::UnknownDevice { .. } => Self::UnknownDevice,
            AccountError::Password(PasswordError::Empty) => Self::PasswordRefused,
            error @ (AccountError::Password(PasswordError::Failed(_))
            | AccountError::Randomness(_)
            | AccountError::Storage(_)
            | AccountError::FolderLeft { .. }) => Self::System { detail: with_causes(&error) },
        }
    }
}

impl From<AccountNameProblem> for NameProblem {
    fn from(problem: AccountNameProblem) -> Self {
        let character = |character: char| Self::Character { character: character.to_string() };
        match problem {
            AccountNameProblem::Empty => Self::Empty,
            AccountNameProblem::TooLong { .. } => Self::TooLong,
            AccountNameProblem::Separator => character('/'),
            AccountNameProblem::Colon => character(':'),
            AccountNameProblem::WindowsCharacter { character: found } => character(found),
            AccountNameProblem::ControlCharacter => Self::Invisible,
            AccountNameProblem::WindowsDevice | AccountNameProblem::ReservedByServer => {
                Self::Reserved
            }
            AccountNameProblem::TrailingDotOrBlank => Self::Ending,
        }
    }
}
