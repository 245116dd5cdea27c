//! What one upload changes, as a log holds it: a header, a list of files in JSON, and
//! the contents of the small ones in the list's order.

use std::io::{self, ErrorKind, Read};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sync_protocol::media::MAX_FILES_PER_ARCHIVE;

use crate::StoreError;
use crate::media::upload::{FileChange, Lasting};

/// Contents up to this size are logged. Writing more twice would take longer than
/// flushing the file.
pub(in crate::media) const SMALL_BYTES: u64 = 128 * 1024;

/// The mark, the log's id (8 bytes), the list's length (4 bytes, little-endian both)
/// and its SHA-1 (20 bytes).
pub(super) const HEADER_BYTES: usize = MARK.len() + 8 + 4 + 20;
const MARK: [u8; 8] = *b"MediaLog";
/// More than 25 of the longest names need, in bytes.
const MAX_LIST_BYTES: usize = 64 * 1024;

/// What happened to one file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LoggedChange {
    pub(super) file_name: String,
    /// SHA-1 of its new content, in hexadecimal; none when it was deleted.
    pub(super) sha1: Option<String>,
    /// How much of the log is its content, in bytes.
    logged_bytes: u64,
    /// The name under which its content was flushed, when it is not logged.
    pub(super) temporary: Option<String>,
}

/// What a log tells of an upload: each change, with its content if that was logged.
pub(super) type Record = Vec<(LoggedChange, Option<Vec<u8>>)>;

/// The record of an upload, for the log with this id.
pub(super) fn encode(log_id: u64, changes: &[FileChange]) -> Result<Vec<u8>, StoreError> {
    let mut list = Vec::new();
    let mut contents: Vec<&[u8]> = Vec::new();
    for change in changes {
        let mut logged = LoggedChange {
            file_name: change.file_name.clone(),
            sha1: change.new.as_ref().map(|new| new.sha1.to_hex()),
            logged_bytes: 0,
            temporary: None,
        };
        match change.new.as_ref().map(|new| (&new.lasting, &new.temporary)) {
            Some((Lasting::ByLog(content), _)) => {
                logged.logged_bytes = content.len() as u64;
                contents.push(content);
            }
            Some((Lasting::ByFlush(_), temporary)) => logged.temporary = Some(temporary.name()),
            None => {}
        }
        list.push(logged);
    }
    let list = serde_json::to_vec(&list)
        .map_err(|error| StoreError::Io { path: "the media log".into(), source: error.into() })?;
    let logged_bytes: usize = contents.iter().map(|content| content.len()).sum();
    let mut record = Vec::with_capacity(HEADER_BYTES + list.len() + logged_bytes);
    record.extend_from_slice(&MARK);
    record.extend_from_slice(&log_id.to_le_bytes());
    record.extend_from_slice(&(list.len() as u32).to_le_bytes());
    record.extend_from_slice(&Sha1::digest(&list));
    record.extend_from_slice(&list);
    contents.iter().for_each(|content| record.extend_from_slice(content));
    Ok(record)
}

/// Reads the records of a log, up to the first that is not whole or of an earlier use.
pub(super) struct Records<R> {
    log: R,
    id: Option<u64>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(log: R) -> Self {
        Self { log, id: None }
    }

    /// The next record.
    ///
    /// # Errors
    /// When reading fails, other than by the file's end.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        match self.read() {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            result => result,
        }
    }

    fn read(&mut self) -> io::Result<Option<Record>> {
        let (mark, id, length, sha1) =
            (self.bytes::<8>()?, self.bytes()?, self.bytes()?, self.bytes::<20>()?);
        let id = u64::from_le_bytes(id);
        let length = u32::from_le_bytes(length) as usize;
        if mark != MARK || *self.id.get_or_insert(id) != id || length > MAX_LIST_BYTES {
            return Ok(None);
        }
        let mut list = vec![0; length];
        self.log.read_exact(&mut list)?;
        if Sha1::digest(&list)[..] != sha1 {
            return Ok(None);
        }
        let Ok(list) = serde_json::from_slice::<Vec<LoggedChange>>(&list) else {
            return Ok(None);
        };
        if list.len() > MAX_FILES_PER_ARCHIVE {
            return Ok(None);
        }
        let mut changes = Vec::with_capacity(list.len());
        for change in list {
            if change.logged_bytes == 0 {
                changes.push((change, None));
                continue;
            }
            if change.logged_bytes > SMALL_BYTES {
                return Ok(None);
            }
            let mut content = vec![0; change.logged_bytes as usize];
            self.log.read_exact(&mut content)?;
            if change.sha1 != Some(hex::encode(Sha1::digest(&content))) {
                return Ok(None);
            }
            changes.push((change, Some(content)));
        }
        Ok(Some(changes))
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.log.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
