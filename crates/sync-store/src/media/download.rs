//! `downloadFiles`: a zip of files asked for by name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};

use rusqlite::TransactionBehavior;
use sync_protocol::media::{DOWNLOAD_TARGET_BYTES, MAX_FILES_PER_ARCHIVE, META_ENTRY};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::entry::{MediaEntry, MediaMeta};
use super::stored_file::{BUFFER_BYTES, open_regular};
use super::{MediaDownloadOutcome, MediaStore};
use crate::StoreError;

/// A file that goes into the archive.
struct OpenFile<'a> {
    name: &'a str,
    file: File,
    size: u64,
}

impl MediaStore {
    /// Writes the files of these names to an empty archive, in their
    /// order, cut after the one that takes it over [`DOWNLOAD_TARGET_BYTES`].
    /// The archive is not flushed to the disk.
    ///
    /// # Errors
    /// [`StoreError::MediaArchive`] when more than [`MAX_FILES_PER_ARCHIVE`]
    /// are asked for; [`StoreError::MediaMissing`] when one is not there. A
    /// file that has vanished from the disk (or is empty, which no media file
    /// is) loses its row without a deletion mark, so that the loss does not
    /// spread and the client's next try works. [`StoreError::Io`] when files cannot be
    /// read, or when all are gone as with a disk that was taken away; no row is lost then.
    pub fn write_download(
        &mut self,
        files: &[String],
        archive: &mut (impl Write + Seek),
    ) -> Result<MediaDownloadOutcome, StoreError> {
        if files.len() > MAX_FILES_PER_ARCHIVE {
            return Err(StoreError::MediaArchive {
                reason: format!("{} files were asked for", files.len()),
            });
        }
        self.settle()?;
        let opened = self.open_files(files)?;
        write_archive(&opened, archive).map_err(|error| StoreError::Io {
            path: "the media archive for a download".into(),
            source: error.into(),
        })
    }

    /// Opens the files up to the cut. All that have vanished lose their rows at
    /// once, so that one further try is enough.
    fn open_files<'a>(&mut self, names: &'a [String]) -> Result<Vec<OpenFile<'a>>, StoreError> {
        let mut opened = Vec::new();
        let mut vanished = Vec::new();
        let mut total_bytes: u64 = 0;
        for name in names {
            let entry = MediaEntry::find(&self.db, name)?.filter(MediaEntry::is_live);
            let Some(entry) = entry else {
                self.forget(&vanished)?;
                return Err(StoreError::MediaMissing { file_name: name.clone() });
            };
            let Some((file, size)) = self.open_stored(&entry)? else {
                // A client may ask for the same name twice.
                if !vanished.contains(&entry) {
                    vanished.push(entry);
                }
                continue;
            };
            total_bytes = total_bytes.saturating_add(size);
            opened.push(OpenFile { name, file, size });
            if total_bytes > DOWNLOAD_TARGET_BYTES {
                break;
            }
        }
        self.forget(&vanished)?;
        match vanished.into_iter().next() {
            Some(entry) => Err(StoreError::MediaMissing { file_name: entry.file_name }),
            None => Ok(opened),
        }
    }

    fn open_stored(&self, entry: &MediaEntry) -> Result<Option<(File, u64)>, StoreError> {
        let Some(path) = self.media_folder.place(&entry.file_name) else { return Ok(None) };
        if !self.media_folder.is_its_own(entry)? {
            return Ok(None);
        }
        Ok(open_regular(&path)?.filter(|(_, size)| *size > 0))
    }

    fn forget(&mut self, vanished: &[MediaEntry]) -> Result<(), StoreError> {
        if vanished.is_empty() {
            return Ok(());
        }
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut meta = MediaMeta::read(&transaction)?;
        self.media_folder
            .check_vanished(meta.totals.files.saturating_sub(vanished.len() as u64))?;
        for entry in vanished {
            MediaEntry::forget(&transaction, &entry.file_name)?;
            meta.totals.files = meta.totals.files.saturating_sub(1);
            meta.totals.bytes = meta.totals.bytes.saturating_sub(entry.size);
        }
        meta.write(&transaction)?;
        transaction.commit()?;
        for entry in vanished {
            self.media_folder.note_forgotten(&entry.file_name);
        }
        tracing::warn!(media.files = vanished.len(), "media files have vanished from the disk");
        Ok(())
    }
}

fn write_archive(
    files: &[OpenFile<'_>],
    archive: &mut (impl Write + Seek),
) -> Result<MediaDownloadOutcome, zip::result::ZipError> {
    // Most media is compressed already.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(BufWriter::with_capacity(BUFFER_BYTES, archive));
    let mut names = BTreeMap::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut bytes = 0;
    for (n, open) in files.iter().enumerate() {
        zip.start_file(n.to_string(), options.large_file(open.size >= u64::from(u32::MAX)))?;
        let mut content = &open.file;
        loop {
            let read = content.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            zip.write_all(&buffer[..read])?;
            bytes += read as u64;
        }
        names.insert(n.to_string(), open.name);
    }
    zip.start_file(META_ENTRY, options)?;
    serde_json::to_writer(&mut zip, &names).map_err(std::io::Error::from)?;
    zip.finish()?.flush()?;
    Ok(MediaDownloadOutcome { files: files.len() as u32, bytes })
}

#[cfg(test)]
mod tests;
