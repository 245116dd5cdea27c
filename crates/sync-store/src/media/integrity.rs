//! What `check` says about an account's media.

use std::collections::HashSet;

use super::MediaStore;
use super::entry::{MediaEntry, MediaMeta};
use super::names::check_media_name;
use super::stored_file::{hash_regular, regular_size};
use super::{MediaTotals, temporary};
use crate::StoreError;

/// Most problems of one kind that are told one by one.
const MAX_TOLD: usize = 20;

impl MediaStore {
    /// What is wrong with the files and their database, in words. Reads every
    /// file, which takes its time.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], [`StoreError::Io`].
    pub fn integrity_problems(&self) -> Result<Vec<String>, StoreError> {
        let mut problems: Vec<String> = self
            .db
            .prepare("PRAGMA integrity_check")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<Vec<String>, _>>()?
            .into_iter()
            .filter(|line| line != "ok")
            .map(|line| format!("media.db: {line}"))
            .collect();
        let meta = MediaMeta::read(&self.db)?;
        let mut counted = MediaTotals::default();
        let mut live_names = HashSet::new();
        let mut rows = Told::default();
        let mut files = Told::default();
        MediaEntry::for_each(&self.db, |entry| {
            let name = &entry.file_name;
            if entry.usn > meta.last_usn {
                rows.add(format!("media.db: {name:?} has a newer sequence number than the folder"));
            }
            if !entry.is_live() {
                return Ok(());
            }
            counted.files += 1;
            counted.bytes = counted.bytes.saturating_add(entry.size);
            if let Err(problem) = check_media_name(name) {
                rows.add(format!("media.db: {name:?}: {problem}"));
            }
            if let Some(problem) = self.file_problem(&entry)? {
                files.add(format!("media: {name:?} {problem}"));
            }
            live_names.insert(self.media_folder.key_of_row(&entry.file_name));
            Ok(())
        })?;
        if counted != meta.totals {
            problems.push(format!(
                "media.db: it states {} files with {} bytes, but lists {} with {}",
                meta.totals.files, meta.totals.bytes, counted.files, counted.bytes
            ));
        }
        rows.append_to(&mut problems);
        files.append_to(&mut problems);
        self.unknown_files(&live_names)?.append_to(&mut problems);
        Ok(problems)
    }

    fn file_problem(&self, entry: &MediaEntry) -> Result<Option<&'static str>, StoreError> {
        let Some(path) = self.media_folder.place(&entry.file_name) else {
            return Ok(Some("lies outside the folder"));
        };
        Ok(match regular_size(&path)? {
            None => Some("is missing; devices that have it will not get it back from here"),
            Some(size) if size != entry.size => Some("has another size than its row says"),
            Some(_) if hash_regular(&path)?.as_ref() != Some(&entry.sha1) => {
                Some("has another content than its row says")
            }
            Some(_) => None,
        })
    }

    fn unknown_files(&self, live_names: &HashSet<String>) -> Result<Told, StoreError> {
        let folder = self.media_folder.path();
        let mut unknown = Told::default();
        for item in std::fs::read_dir(folder).map_err(StoreError::io(folder))? {
            let name = item.map_err(StoreError::io(folder))?.file_name();
            let known = name.to_str().is_some_and(|name| {
                temporary::is_temporary(name)
                    || live_names.contains(&self.media_folder.key_of_file(name))
            });
            if !known {
                unknown.add(format!("media: {name:?} is in the folder, but no device gets it"));
            }
        }
        Ok(unknown)
    }
}

/// Problems of one kind: the first ones in full, then only their number.
#[derive(Default)]
struct Told {
    lines: Vec<String>,
    more: usize,
}

impl Told {
    fn add(&mut self, line: String) {
        if self.lines.len() < MAX_TOLD { self.lines.push(line) } else { self.more += 1 }
    }

    fn append_to(self, problems: &mut Vec<String>) {
        problems.extend(self.lines);
        if self.more > 0 {
            problems.push(format!("… and {} more like this", self.more));
        }
    }
}

#[cfg(test)]
mod tests;
