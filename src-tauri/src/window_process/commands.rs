//! What the page may ask of this process: to pass a command on, and to show the
//! system's folder dialog.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tauri::{State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use super::pipe::Pipe;
use crate::ipc::{CommandError, Language};
use crate::text::Text;

/// The language of the system's dialogs.
#[derive(Debug)]
pub struct DialogLanguage(Mutex<Language>);

impl DialogLanguage {
    /// Dialogs in that language.
    pub fn new(language: Language) -> Self {
        Self(Mutex::new(language))
    }

    /// From now on another one.
    pub fn set(&self, language: Language) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = language;
    }

    fn text(&self) -> &'static Text {
        Text::of(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Passes a command on to the app.
#[tauri::command]
pub async fn call(
    command: String,
    arguments: Value,
    pipe: State<'_, Pipe>,
) -> Result<Value, CommandError> {
    pipe.call(command, arguments).await
}

/// Lets a person choose a folder; none when they cancel.
#[tauri::command]
pub async fn choose_folder(
    start: Option<PathBuf>,
    window: WebviewWindow,
    language: State<'_, DialogLanguage>,
) -> Result<Option<String>, CommandError> {
    let mut dialog =
        window.dialog().file().set_parent(&window).set_title(&language.text().dialog.choose_folder);
    // A folder that is yet to be made is looked for where it would be.
    if let Some(start) = start.as_deref().and_then(|start| start.ancestors().find(|f| f.is_dir())) {
        dialog = dialog.set_directory(start);
    }
    let (chosen, answer) = oneshot::channel();
    dialog.pick_folder(move |folder| {
        // Nobody waits any more when the window has closed meanwhile.
        let _ = chosen.send(folder);
    });
    let Ok(Some(folder)) = answer.await else { return Ok(None) };
    let folder =
        folder.into_path().map_err(|error| CommandError::System { detail: error.to_string() })?;
    Ok(Some(folder.display().to_string()))
}
