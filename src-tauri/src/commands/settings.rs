//! Stub.
#![allow(missing_docs, unused)]
use crate::app::App;
use crate::ipc::*;

pub async fn save(app: &App, arguments: Settings) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn set_up(app: &App, arguments: FolderToCheck) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn finish_set_up(app: &App, arguments: ()) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}
