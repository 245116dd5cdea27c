//! The settings and the first run.

use crate::app::App;
use crate::ipc::{CommandError, FolderToCheck, Settings};

pub(super) async fn save(app: &App, settings: Settings) -> Result<(), CommandError> {
    app.save_settings(settings).await
}

pub(super) async fn set_up(app: &App, folder: FolderToCheck) -> Result<(), CommandError> {
    app.set_up(&folder.folder).await
}

pub(super) async fn finish_set_up(app: &App, (): ()) -> Result<(), CommandError> {
    app.finish_set_up().await
}
