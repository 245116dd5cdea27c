//! `user …`: managing accounts, on the running server or without one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sync_server::control::{
    ControlAnswer, ControlRequest, DeviceListing, UserListing, UserState, act,
};

use crate::arguments::UserCommand;
use crate::error::Error;
use crate::{output, password_input, settings, tables};

/// Carries out one `user` command and says what came of it.
pub fn run(base: Option<PathBuf>, command: UserCommand) -> Result<ExitCode, Error> {
    let base = settings::storage_folder(base)?;
    let said = match command {
        UserCommand::Add { name, password } => {
            let password = password_input::read_new(&password)?;
            match ask(&base, ControlRequest::Add { name, password })? {
                ControlAnswer::Named { name } => format!("Added the account {name}.\n"),
                _ => return Err(Error::UnexpectedAnswer),
            }
        }
        UserCommand::List { json } => match ask(&base, ControlRequest::List)? {
            ControlAnswer::Users { users } if json => {
                output::print_json(&users);
                return Ok(ExitCode::SUCCESS);
            }
            ControlAnswer::Users { users } => list_of_users(&users),
            _ => return Err(Error::UnexpectedAnswer),
        },
        UserCommand::Passwd { name, keep_devices, password } => {
            let password = password_input::read_new(&password)?;
            let said = match keep_devices {
                true => format!("Changed the password of {name}. Its devices stay signed in.\n"),
                false => format!("Changed the password of {name} and signed its devices out.\n"),
            };
            done(&base, ControlRequest::SetPassword { name, password, keep_devices }, said)?
        }
        UserCommand::Rename { name, new_name } => {
            let request = ControlRequest::Rename { name: name.clone(), new_name };
            match ask(&base, request)? {
                ControlAnswer::Named { name: now } => format!("Renamed {name} to {now}.\n"),
                _ => return Err(Error::UnexpectedAnswer),
            }
        }
        UserCommand::Disable { name } => {
            let said = format!("Disabled {name}. It can neither log in nor sync.\n");
            done(&base, ControlRequest::SetEnabled { name, enabled: false }, said)?
        }
        UserCommand::Enable { name } => {
            let said = format!("Enabled {name}.\n");
            done(&base, ControlRequest::SetEnabled { name, enabled: true }, said)?
        }
        UserCommand::Remove { name } => {
            match ask(&base, ControlRequest::Remove { name: name.clone() })? {
                ControlAnswer::Removed { folder: Some(folder) } => {
                    format!("Removed {name}. Its data is kept in {}.\n", folder.display())
                }
                ControlAnswer::Removed { folder: None } => {
                    format!("Removed {name}, which had no data.\n")
                }
                _ => return Err(Error::UnexpectedAnswer),
            }
        }
        UserCommand::Devices { name, json } => {
            match ask(&base, ControlRequest::Devices { name: name.clone() })? {
                ControlAnswer::Devices { devices } if json => {
                    output::print_json(&devices);
                    return Ok(ExitCode::SUCCESS);
                }
                ControlAnswer::Devices { devices } => list_of_devices(&name, &devices),
                _ => return Err(Error::UnexpectedAnswer),
            }
        }
        UserCommand::SignOut { name, device, all: _ } => {
            match ask(&base, ControlRequest::SignOut { name: name.clone(), device })? {
                ControlAnswer::SignedOut { count: 1 } => {
                    format!("Signed 1 device of {name} out.\n")
                }
                ControlAnswer::SignedOut { count } => {
                    format!("Signed {count} devices of {name} out.\n")
                }
                _ => return Err(Error::UnexpectedAnswer),
            }
        }
    };
    output::print(&said);
    Ok(ExitCode::SUCCESS)
}

/// Has a request carried out.
pub fn ask(base: &Path, request: ControlRequest) -> Result<ControlAnswer, Error> {
    Ok(act(base, settings::accounts_of_environment()?, &request)?)
}

fn done(base: &Path, request: ControlRequest, said: String) -> Result<String, Error> {
    match ask(base, request)? {
        ControlAnswer::Done => Ok(said),
        _ => Err(Error::UnexpectedAnswer),
    }
}

fn list_of_users(users: &[UserListing]) -> String {
    if users.is_empty() {
        return "There is no account. Add one with: anki-sync-server user add NAME\n".to_owned();
    }
    let heading =
        ["Name", "State", "Cards", "Notes", "Collection", "Media", "Devices", "Last sync"];
    let rows = users.iter().map(|user| {
        [
            user.name.clone(),
            state_in_words(user),
            tables::count(user.cards),
            tables::count(user.notes),
            tables::size(Some(user.collection_bytes)),
            tables::size(user.media_bytes),
            user.devices.to_string(),
            tables::time(user.last_sync.map(|time| time.0)),
        ]
    });
    let rows: Vec<_> = std::iter::once(heading.map(str::to_owned)).chain(rows).collect();
    tables::table(&rows)
}

fn state_in_words(user: &UserListing) -> String {
    let state = match (user.state, user.from_environment) {
        (UserState::Enabled, false) => "enabled",
        (UserState::Enabled, true) => "enabled (from the environment)",
        (UserState::Disabled, _) => "disabled",
        (UserState::NotInEnvironment, _) => "shut (its variable is gone)",
    };
    state.to_owned()
}

fn list_of_devices(name: &str, devices: &[DeviceListing]) -> String {
    if devices.is_empty() {
        return format!("No device is signed in to {name}.\n");
    }
    let heading = ["Number", "Client", "Address", "Signed in", "Last used", "Note"];
    let rows = devices.iter().map(|device| {
        let note = match (&device.label, device.official_key) {
            (Some(label), _) => label.clone(),
            (None, true) => "with the official server's key".to_owned(),
            (None, false) => String::new(),
        };
        [
            device.id.to_string(),
            device.client_version.clone(),
            device.address.clone(),
            tables::time(Some(device.created.0)),
            tables::time(Some(device.last_used.0)),
            note,
        ]
    });
    let rows: Vec<_> = std::iter::once(heading.map(str::to_owned)).chain(rows).collect();
    tables::table(&rows)
}
