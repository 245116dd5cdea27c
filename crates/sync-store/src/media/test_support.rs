//! What the tests of this module share.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sync_protocol::TimestampSecs;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{MediaStore, MediaUploadOutcome};
use crate::StoreError;

pub(super) const NOW: TimestampSecs = TimestampSecs(1_800_000_000);

/// An account's folder with its media opened.
pub(super) struct Account {
    pub(super) folder: tempfile::TempDir,
    pub(super) media: MediaStore,
}

impl Account {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let media = MediaStore::open(folder.path()).unwrap();
        Self { folder, media }
    }

    /// Opens the media anew, as after a restart.
    pub(super) fn reopened(self) -> Self {
        let Self { folder, media } = self;
        drop(media);
        let media = MediaStore::open(folder.path()).unwrap();
        Self { folder, media }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("media").join(name)
    }

    pub(super) fn content(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// Names in the media folder, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        names_in(&self.folder.path().join("media"))
    }

    /// Uploads files: a name with its content, or `None` for a deletion.
    pub(super) fn upload(
        &mut self,
        files: &[(&str, Option<&str>)],
    ) -> Result<MediaUploadOutcome, StoreError> {
        self.media.apply_upload(archive_of(files), NOW)
    }

    /// `[fname, usn, sha1]` of everything, with only whether there is a hash.
    pub(super) fn rows(&self) -> Vec<(String, i32, bool)> {
        let changes = self.media.changes_since(sync_protocol::MediaUsn(0)).unwrap();
        changes.into_iter().map(|c| (c.0, c.1.0, !c.2.is_empty())).collect()
    }

    pub(super) fn totals(&self) -> (u64, u64) {
        let totals = self.media.totals().unwrap();
        (totals.files, totals.bytes)
    }
}

pub(super) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A well-formed upload.
pub(super) fn archive_of(files: &[(&str, Option<&str>)]) -> File {
    let mut entries = Vec::new();
    let mut list = Vec::new();
    for (n, (name, content)) in files.iter().enumerate() {
        let entry = content.map(|_| n.to_string());
        list.push((name.to_string(), entry.clone()));
        if let (Some(entry), Some(content)) = (entry, content) {
            entries.push((entry, content.as_bytes().to_vec()));
        }
    }
    entries.push(("_meta".to_owned(), serde_json::to_vec(&list).unwrap()));
    zip_of(&entries)
}

/// A zip of any entries.
pub(super) fn zip_of(entries: &[(String, Vec<u8>)]) -> File {
    let mut zip = ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, content) in entries {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    let mut file = zip.finish().unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}
