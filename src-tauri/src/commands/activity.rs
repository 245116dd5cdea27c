//! Stub.
#![allow(missing_docs, unused)]
use crate::app::App;
use crate::ipc::*;

pub async fn syncs(app: &App, arguments: SyncsWanted) -> Result<Vec<SyncRow>, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn log(app: &App, arguments: LogWanted) -> Result<LogLines, CommandError> {
    Err(CommandError::NotRunning)
}

pub async fn support_report(app: &App, arguments: ()) -> Result<SupportReport, CommandError> {
    Err(CommandError::NotRunning)
}
