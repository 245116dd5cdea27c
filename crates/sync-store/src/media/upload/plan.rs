//! What an upload changes, worked out before anything is changed.

use std::io::{Read, Seek};
use std::path::PathBuf;

use sync_protocol::media::UploadChangesResponse;
use sync_protocol::{MediaUsn, TimestampSecs};

use super::archive::{Lasting, NewContent, UploadArchive};
use crate::StoreError;
use crate::media::entry::{MediaEntry, MediaMeta};
use crate::media::places::PlacesChange;
use crate::media::stored_file::hash_regular;
use crate::media::{MediaStore, MediaUploadOutcome};

/// The changes of one upload, with each name at most once in each list.
#[derive(Debug)]
pub(super) struct UploadPlan {
    pub(super) files: Vec<FileChange>,
    /// Rows to write.
    pub(super) rows: Vec<MediaEntry>,
    /// The new row of `meta`.
    pub(super) meta: MediaMeta,
    pub(super) outcome: MediaUploadOutcome,
    pub(super) places: PlacesChange,
}

/// What happens to one file.
#[derive(Debug)]
pub(in crate::media) struct FileChange {
    pub(in crate::media) file_name: String,
    pub(super) path: PathBuf,
    /// Its new content; `None` deletes it.
    pub(in crate::media) new: Option<NewContent>,
}

impl UploadPlan {
    /// Leaves large files that are not in their places to the next opening. Small ones
    /// are in the log.
    pub(super) fn keep_large_files(&mut self) {
        for new in self.files.iter_mut().filter_map(|change| change.new.as_mut()) {
            if matches!(new.lasting, Lasting::ByFlush(_)) {
                new.temporary.keep();
            }
        }
    }
}

/// A name's state while the entries are gone through: the zip may mention it
/// more than once.
struct NameState {
    file_name: String,
    entry: Option<MediaEntry>,
    /// Whether the file was there before.
    was_live: bool,
    row_changed: bool,
    file_removed: bool,
    new: Option<NewContent>,
}

impl MediaStore {
    /// Unpacks the files next to their future place and works out all changes.
    pub(super) fn plan_upload(
        &self,
        mut archive: UploadArchive<impl Read + Seek>,
        now: TimestampSecs,
    ) -> Result<UploadPlan, StoreError> {
        let meta = MediaMeta::read(&self.db)?;
        let mut planner = Planner { store: self, now, meta, states: Vec::new(), counts: [0; 3] };
        let entries = std::mem::take(&mut archive.entries);
        for entry in &entries {
            match &entry.zip_entry {
                Some(zip_entry) => {
                    let content = archive.extract(zip_entry, self.media_folder.path())?;
                    planner.take_content(&entry.file_name, content)?;
                }
                None => planner.take_deletion(&entry.file_name)?,
            }
        }
        planner.finish(entries.len() as u32)
    }
}

struct Planner<'a> {
    store: &'a MediaStore,
    now: TimestampSecs,
    meta: MediaMeta,
    states: Vec<NameState>,
    /// Files added, replaced, removed.
    counts: [u32; 3],
}

impl Planner<'_> {
    fn take_content(&mut self, name: &str, content: NewContent) -> Result<(), StoreError> {
        let n = self.state_of(name)?;
        let live = self.states[n].entry.clone().filter(MediaEntry::is_live);
        if let Some(live) = &live
            && live.sha1 == content.sha1
        {
            // Nothing new, but if the stored file got lost or damaged, this is the
            // chance to have it whole again. The row already says so.
            if self.states[n].new.is_none() && !self.store.has_file_of(live)? {
                self.states[n].new = Some(content);
            }
            return Ok(());
        }
        let usn = self.next_usn()?;
        let totals = &mut self.meta.totals;
        match &live {
            Some(old) => {
                totals.bytes = totals.bytes.saturating_sub(old.size);
                self.counts[1] += 1;
            }
            None => {
                totals.files += 1;
                self.counts[0] += 1;
            }
        }
        totals.bytes = totals.bytes.saturating_add(content.size);
        let state = &mut self.states[n];
        state.entry = Some(MediaEntry {
            file_name: name.to_owned(),
            sha1: content.sha1.clone(),
            size: content.size,
            usn,
            modified: self.now,
        });
        state.row_changed = true;
        state.new = Some(content);
        Ok(())
    }

    fn take_deletion(&mut self, name: &str) -> Result<(), StoreError> {
        let n = self.state_of(name)?;
        let Some(mut entry) = self.states[n].entry.clone().filter(MediaEntry::is_live) else {
            return Ok(());
        };
        self.meta.totals.bytes = self.meta.totals.bytes.saturating_sub(entry.size);
        self.meta.totals.files = self.meta.totals.files.saturating_sub(1);
        self.counts[2] += 1;
        entry.size = 0;
        entry.usn = self.next_usn()?;
        entry.modified = self.now;
        let state = &mut self.states[n];
        state.entry = Some(entry);
        state.row_changed = true;
        state.file_removed = true;
        state.new = None;
        Ok(())
    }

    /// Index of the name's state, which is read from the database at first.
    fn state_of(&mut self, name: &str) -> Result<usize, StoreError> {
        if let Some(n) = self.states.iter().position(|state| state.file_name == name) {
            return Ok(n);
        }
        let entry = MediaEntry::find(&self.store.db, name)?;
        self.states.push(NameState {
            file_name: name.to_owned(),
            was_live: entry.as_ref().is_some_and(MediaEntry::is_live),
            entry,
            row_changed: false,
            file_removed: false,
            new: None,
        });
        Ok(self.states.len() - 1)
    }

    fn next_usn(&mut self) -> Result<MediaUsn, StoreError> {
        let next = self.meta.last_usn.0.checked_add(1).ok_or_else(|| StoreError::Corrupt {
            reason: "the media database has used up its sequence numbers".to_owned(),
        })?;
        self.meta.last_usn = MediaUsn(next);
        Ok(self.meta.last_usn)
    }

    fn finish(self, processed: u32) -> Result<UploadPlan, StoreError> {
        let mut files = Vec::new();
        let mut rows = Vec::new();
        let mut bytes = 0;
        let folder = &self.store.media_folder;
        let mut places = PlacesChange::default();
        for state in self.states {
            let name = state.file_name;
            if let Some(new) = state.new {
                let path = folder
                    .place_of_new(&name, state.was_live, &mut places)
                    .ok_or_else(|| super::refused("a file name leaves the folder"))?;
                bytes += new.size;
                files.push(FileChange { file_name: name, path, new: Some(new) });
            } else if state.file_removed
                && let Some(path) = folder.place_of_deleted(&name, state.was_live, &mut places)
            {
                files.push(FileChange { file_name: name, path, new: None });
            }
            rows.extend(state.entry.filter(|_| state.row_changed));
        }
        let [added, replaced, removed] = self.counts;
        let response = UploadChangesResponse(processed, self.meta.last_usn);
        let outcome = MediaUploadOutcome { response, added, replaced, removed, bytes };
        Ok(UploadPlan { files, rows, meta: self.meta, outcome, places })
    }
}

impl MediaStore {
    fn has_file_of(&self, entry: &MediaEntry) -> Result<bool, StoreError> {
        match self.media_folder.place(&entry.file_name) {
            Some(path) => Ok(hash_regular(&path)?.as_ref() == Some(&entry.sha1)),
            None => Ok(true),
        }
    }
}
