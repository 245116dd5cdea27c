//! The zip of media files: an entry `_meta` lists what the others hold.

use crate::ProtocolError;

/// Name of the entry that lists the files.
pub const META_ENTRY: &str = "_meta";
/// Most files in one archive, either way.
pub const MAX_FILES_PER_ARCHIVE: usize = 25;
/// Largest `_meta` of an upload, in bytes.
pub const MAX_ARCHIVE_META_BYTES: u64 = 50 * 1024;

/// One line of an upload's `_meta`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadEntry {
    /// Name of the media file.
    pub file_name: String,
    /// Zip entry with its content; `None` when the file was deleted.
    pub zip_entry: Option<String>,
}

/// Reads an upload's `_meta`: `[[name, "0"], [name, null], …]`, where `""`
/// counts as `null`.
///
/// # Errors
/// [`ProtocolError::Json`] when it is anything else.
pub fn parse_upload_meta(json: &[u8]) -> Result<Vec<UploadEntry>, ProtocolError> {
    let lines: Vec<(String, Option<String>)> =
        serde_json::from_slice(json).map_err(ProtocolError::Json)?;
    Ok(lines
        .into_iter()
        .map(|(file_name, zip_entry)| UploadEntry {
            file_name,
            zip_entry: zip_entry.filter(|name| !name.is_empty()),
        })
        .collect())
}
