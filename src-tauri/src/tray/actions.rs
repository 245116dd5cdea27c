//! What the entries of the tray's menu do: the same as the window's buttons.

use std::sync::Arc;

use serde_json::json;

use super::menu::Action;
use crate::app::App;
use crate::commands;
use crate::desktop::Desktop;
use crate::ipc::CommandError;

/// Carries actions out.
#[derive(Debug, Clone)]
pub struct Actions {
    app: Arc<App>,
    desktop: Desktop,
}

impl Actions {
    /// Acts on that app and desktop.
    pub fn new(app: Arc<App>, desktop: Desktop) -> Self {
        Self { app, desktop }
    }

    /// Carries an action out in the background. Where it fails, the log says why:
    /// a tray has no place for words, and its state line shows what became of it.
    pub fn run(&self, action: Action) {
        let Self { app, desktop } = self.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = carry_out(app, &desktop, action).await {
                tracing::warn!(?action, %error, "an action of the tray failed");
            }
        });
    }
}

async fn carry_out(app: Arc<App>, desktop: &Desktop, action: Action) -> Result<(), CommandError> {
    match action {
        Action::CopyAddress => app.copy_main_address().await?,
        Action::OpenWindow => desktop.show_window(),
        Action::Start => app.start_server().await?,
        Action::Stop => app.stop_server().await,
        Action::OpenStorage => {
            commands::run(app, "open_folder", json!({ "which": "storage" })).await?;
        }
        Action::Quit => app.request_quit().await,
    }
    Ok(())
}
