//! What the app asks of the desktop.

use std::path::Path;

use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::ipc::CommandError;

/// The desktop. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Desktop {
    handle: tauri::AppHandle,
}

impl Desktop {
    /// Puts a text onto the clipboard.
    ///
    /// # Errors
    /// [`CommandError::System`] when there is no clipboard.
    pub fn copy(&self, text: &str) -> Result<(), CommandError> {
        self.handle.clipboard().write_text(text).map_err(refused)
    }

    /// Shows a folder in the file manager.
    ///
    /// # Errors
    /// [`CommandError::System`] when nothing can show it.
    pub fn open_folder(&self, folder: &Path) -> Result<(), CommandError> {
        tauri_plugin_opener::open_path(folder, None::<&str>).map_err(refused)
    }

    /// Lets the app start when the person logs in, or not.
    ///
    /// # Errors
    /// [`CommandError::System`] when the system does not keep that.
    pub fn set_starts_with_computer(&self, _on: bool, _hidden: bool) -> Result<(), CommandError> {
        Ok(())
    }

    /// Shows the window, or brings it to the front.
    pub fn show_window(&self) {}

    /// Whether the tray is on a panel right now.
    #[must_use]
    pub fn has_tray(&self) -> bool {
        true
    }

    /// Ends the app.
    pub fn exit(&self) {
        self.handle.exit(0);
    }
}

fn refused(error: impl ToString) -> CommandError {
    CommandError::System { detail: error.to_string() }
}
