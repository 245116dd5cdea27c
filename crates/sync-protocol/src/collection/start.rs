//! `start`: opens a normal sync. The response is the [`Graves`] that the client
//! does not know yet.

use serde::{Deserialize, Serialize};

use super::Graves;
use super::graves::deserialize_old_graves;
use crate::Usn;

/// Request of `start`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// The usn up to which the client is current.
    #[serde(rename = "minUsn")]
    pub client_usn: Usn,
    /// Whether the client's collection changed later than the server's; then it
    /// sends its config, otherwise it receives the server's.
    #[serde(rename = "lnewer")]
    pub client_is_newer: bool,
    /// What the client deleted, from old clients that never call `applyGraves`.
    /// Ids are all integers or, from old iOS versions, all strings.
    #[serde(default, deserialize_with = "deserialize_old_graves")]
    pub graves: Option<Graves>,
}
