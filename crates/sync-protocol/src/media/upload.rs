//! `uploadChanges`: new and deleted files, as a zip.

use serde::{Deserialize, Serialize};

use crate::MediaUsn;

/// Response of `uploadChanges`, wrapped in [`super::MediaResult`].
/// Wire form: `[processed, current_usn]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadChangesResponse(
    /// How many entries were taken: all of them.
    pub u32,
    /// Last usn of the media folder.
    pub MediaUsn,
);
