//! Content put aside until it can be looked at: in memory while it is small, in
//! a temporary file from then on, so that no number of requests fills the memory.

use std::fs::File;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use sync_protocol::ProtocolError;
use sync_store::StoreError;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::blocking::blocking;
use super::status::RequestError;
use super::visitors::Visitor;
use crate::account::OperationError;

/// Content up to this size stays in memory.
const MEMORY_BYTES: usize = 256 * 1024;

/// Content that has arrived, still packed.
#[derive(Debug)]
pub(super) enum RawData {
    Memory(Bytes),
    /// A temporary file, positioned at its beginning.
    File(File),
}

/// Where and how much may be put aside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spool<'a> {
    /// Folder for temporary files.
    pub(super) folder: &'a Path,
    /// Limit of the content as it travels.
    pub(super) limit_bytes: u64,
    /// The client, if it has not shown a key yet.
    pub(super) visitor: Option<&'a Visitor<'a>>,
}

/// Content that is being put aside.
pub(super) struct Spooling<'a> {
    spool: Spool<'a>,
    is_known: bool,
    memory: BytesMut,
    file: Option<tokio::fs::File>,
    wire_bytes: u64,
}

impl<'a> Spool<'a> {
    /// Begins with content of a client that has shown its key, or has not.
    pub(super) fn begin(self, is_known: bool) -> Spooling<'a> {
        Spooling { spool: self, is_known, memory: BytesMut::new(), file: None, wire_bytes: 0 }
    }
}

impl Spooling<'_> {
    /// Adds a piece.
    pub(super) async fn push(&mut self, piece: &[u8]) -> Result<(), RequestError> {
        let limit_bytes = self.spool.limit_bytes;
        self.wire_bytes += piece.len() as u64;
        if self.wire_bytes > limit_bytes {
            return Err(ProtocolError::TooLarge { limit_bytes }.into());
        }
        if self.file.is_none() {
            self.memory.extend_from_slice(piece);
            if self.memory.len() <= MEMORY_BYTES {
                return Ok(());
            }
        }
        // What was in memory until now goes to the disk as well.
        let begun = std::mem::take(&mut self.memory);
        let piece = if begun.is_empty() { piece } else { &begun };
        if let Some(visitor) = self.spool.visitor.filter(|_| !self.is_known) {
            visitor.take(piece.len() as u64).await;
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = temporary_file(self.spool.folder).await?;
                none.insert(tokio::fs::File::from_std(file))
            }
        };
        file.write_all(piece).await.map_err(|error| OperationError::Spool(error).into())
    }

    /// All of it, and its size as it travelled.
    pub(super) async fn finish(self) -> Result<(RawData, u64), RequestError> {
        let data = match self.file {
            None => RawData::Memory(self.memory.freeze()),
            Some(mut file) => {
                // Seeking would pass over a write that failed behind it.
                file.flush().await.map_err(OperationError::Spool)?;
                file.rewind().await.map_err(OperationError::Spool)?;
                RawData::File(file.into_std().await)
            }
        };
        Ok((data, self.wire_bytes))
    }
}

async fn temporary_file(folder: &Path) -> Result<File, OperationError> {
    let folder = folder.to_owned();
    blocking(move || {
        let spooled = |()| tempfile::tempfile_in(&folder).map_err(StoreError::io(&folder));
        sync_store::create_folder(&folder).and_then(spooled).map_err(OperationError::Unavailable)
    })
    .await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::Read;

    use super::*;

    #[tokio::test]
    async fn large_content_is_in_a_file_and_small_content_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool { folder: folder.path(), limit_bytes: u64::MAX, visitor: None };
        let mut small = spool.begin(true);
        small.push(b"small").await.unwrap();
        let (data, wire_bytes) = small.finish().await.unwrap();
        assert!(matches!(data, RawData::Memory(bytes) if bytes == "small"));
        assert_eq!(wire_bytes, 5);

        let content = [7; 200_000];
        let mut large = spool.begin(true);
        for _ in 0..3 {
            large.push(&content).await.unwrap();
        }
        let (RawData::File(mut file), 600_000) = large.finish().await.unwrap() else { panic!() };
        let mut whole = Vec::new();
        file.read_to_end(&mut whole).unwrap();
        assert_eq!(whole, [7; 600_000]);
    }

    #[tokio::test]
    async fn content_over_the_limit_is_refused() {
        let folder = Path::new("/nowhere");
        let spool = Spool { folder, limit_bytes: 4, visitor: None };
        let mut spooling = spool.begin(true);
        spooling.push(b"1234").await.unwrap();
        assert!(spooling.push(b"5").await.unwrap_err().is_too_large());
    }
}
