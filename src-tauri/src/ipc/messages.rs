//! The lines on the pipe between the app and the process of its window. One
//! line is one message, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AppEvent, CommandError};

/// What the window's process writes to its standard output.
#[derive(Debug, Serialize, Deserialize)]
pub struct FromWindow {
    /// Tells the answer apart from others.
    pub id: u64,
    /// A name from the table of commands.
    pub command: String,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Value,
}

impl FromWindow {
    /// No command but the last word of a window that closes. Its process takes a
    /// moment to end, and whoever opens the window then wants a new one.
    pub const CLOSING: &str = "closing";

    /// No command but the answer to [`ToWindow::Show`]: without it, somebody who wanted
    /// to see a window just when it ended would wait for it in vain.
    pub const SHOWN: &str = "shown";
}

/// What the window's process reads from its standard input.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToWindow {
    /// The outcome of a command.
    Answer {
        /// The command's number.
        id: u64,
        /// Its answer.
        outcome: Result<Value, CommandError>,
    },
    /// Something changed.
    Event {
        /// What.
        event: Box<AppEvent>,
    },
    /// Come to the front, and say [`FromWindow::SHOWN`].
    Show,
    /// Close.
    Close,
}
