//! Stub.
#![allow(missing_docs, unused)]
use crate::app::App;
use crate::ipc::*;

pub async fn snapshot(app: &App, arguments: ()) -> Result<Snapshot, CommandError> {
    Ok(app.snapshot())
}

pub async fn start(app: &App, arguments: ()) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn stop(app: &App, arguments: ()) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn use_port(app: &App, arguments: PortToUse) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn copy_address(app: &App, arguments: AddressToCopy) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn copy_text(app: &App, arguments: TextToCopy) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn reset_ladder(app: &App, arguments: ()) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn quit(app: &App, arguments: Quit) -> Result<(), CommandError> {
    Err(CommandError::NotRunning)
}
