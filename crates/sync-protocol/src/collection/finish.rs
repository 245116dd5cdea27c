//! `finish`: commits the sync. The request has no arguments.

use serde::{Deserialize, Serialize};

use crate::TimestampMillis;

/// Response of `finish`: the collection's new modification time, a bare number.
/// The client stores it as its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FinishResponse(pub TimestampMillis);
