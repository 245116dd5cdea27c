//! Stub.
#![allow(missing_docs, unused)]
use crate::app::App;
use crate::ipc::*;

pub async fn users(app: &App, arguments: ()) -> Result<Vec<User>, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn sizes(app: &App, arguments: UserName) -> Result<UserSizes, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn suggest_password(app: &App, arguments: ()) -> Result<SuggestedPassword, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn add(app: &App, arguments: NewUser) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn rename(app: &App, arguments: NewName) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn set_password(app: &App, arguments: NewPassword) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn switch(app: &App, arguments: UserSwitch) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn remove(app: &App, arguments: UserName) -> Result<RemovedUser, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn sign_out(app: &App, arguments: DeviceToSignOut) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}
