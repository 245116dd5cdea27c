//! The log, and what to send to somebody who helps.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How much of the log to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogWanted {
    /// At most so many lines, the newest.
    pub lines: u32,
}

/// The end of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogLines {
    /// The lines, the oldest first.
    pub lines: Vec<String>,
    /// The folder of the log files.
    pub folder: String,
}

/// A text for somebody who helps, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupportReport {
    /// The text.
    pub text: String,
}
