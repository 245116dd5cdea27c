//! One log: a file that is written from its beginning over and over.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::record::{HEADER_BYTES, encode};
use crate::StoreError;
use crate::durable::sync_folder;
use crate::media::upload::FileChange;
use crate::random::random_u64;

/// A log with this much in it, or so many files, is full.
const FULL_BYTES: u64 = 8 * 1024 * 1024;
const FULL_FILES: usize = 1000;
/// The size that a log has at first; it doubles when it has to.
const FIRST_BYTES: u64 = 256 * 1024;

/// A log.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    /// Tells this use's records from those of earlier ones that are still there.
    id: u64,
    /// Where the next record goes.
    end: u64,
    /// Size of the file.
    size: u64,
    /// Whether its name is on the disk.
    is_named: bool,
    /// Names of the files that are changed and not yet flushed.
    pub(super) file_names: Vec<String>,
}

impl Log {
    /// A new one. Whatever has its name is not ours, and goes.
    pub(super) fn create(path: PathBuf) -> Result<Self, StoreError> {
        let _ = std::fs::remove_file(&path);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        let id = random_u64()?;
        Ok(Self { path, file, id, end: 0, size: 0, is_named: false, file_names: Vec::new() })
    }

    /// Whether its files are to be flushed before more comes.
    pub(super) fn is_full(&self) -> bool {
        self.end >= FULL_BYTES || self.file_names.len() >= FULL_FILES
    }

    /// Adds a record, durably.
    pub(super) fn append(&mut self, changes: &[FileChange]) -> Result<(), StoreError> {
        let record = encode(self.id, changes)?;
        let end = self.end + record.len() as u64;
        self.write_and_flush(&record, end).map_err(StoreError::io(&self.path))?;
        if !self.is_named {
            self.path.parent().map_or(Ok(()), sync_folder)?;
            self.is_named = true;
        }
        self.end = end;
        self.file_names.extend(changes.iter().map(|change| change.file_name.clone()));
        Ok(())
    }

    fn write_and_flush(&mut self, record: &[u8], end: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(record)?;
        if end > self.size {
            self.size = end;
            let wanted = end.next_power_of_two().clamp(FIRST_BYTES, FULL_BYTES).max(end);
            // A full disk may still have room for the record itself, and gets back what
            // was more than that.
            match io::copy(&mut io::repeat(0).take(wanted - end), &mut self.file) {
                Ok(_) => self.size = wanted,
                Err(_) => self.file.set_len(end)?,
            }
        }
        self.file.sync_data()
    }

    /// Begins anew, once its files are flushed. Need not last: to settle what is
    /// flushed already changes nothing.
    pub(super) fn empty(&mut self) -> Result<(), StoreError> {
        self.id = random_u64()?;
        let written = self.file.rewind().and_then(|()| self.file.write_all(&[0; HEADER_BYTES]));
        written.map_err(StoreError::io(&self.path))?;
        self.end = 0;
        self.file_names.clear();
        Ok(())
    }

    /// Removes the file.
    pub(super) fn remove(self) -> Result<(), StoreError> {
        drop(self.file);
        std::fs::remove_file(&self.path).map_err(StoreError::io(&self.path))
    }
}
