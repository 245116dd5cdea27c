//! `upload` and `download`: the whole file, one way. The bodies are the bytes
//! of the collection file; the response of `upload` is one of these texts, with
//! status 200, and clients show any but [`UPLOAD_OK`] to the person.

/// The upload replaced the collection.
pub const UPLOAD_OK: &str = "OK";
/// The uploaded file was refused; the collection is as before.
pub const UPLOAD_CORRUPT: &str =
    "Your upload was corrupt. Please use Check Database, or restore from backup.";
/// The uploaded file is as large as the limit or larger; the collection is as before.
pub const UPLOAD_TOO_LARGE: &str = "collection exceeds size limit";
