//! Stub.
#![allow(missing_docs, unused)]
use crate::app::App;
use crate::ipc::*;

pub async fn check(app: &App, arguments: FolderToCheck) -> Result<FolderCheck, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn change_storage(app: &App, arguments: MoveStorage) -> Result<Moved, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn open(app: &App, arguments: FolderToOpen) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}
