//! Where the files lie.
//!
//! Each in the folder under its own name, as the official server has them. But on Windows
//! and macOS, and on most memory sticks, `A.jpg` and `a.jpg` are one file, while devices
//! with Linux or Android may well have both. There, the second one lies under another
//! name, so that neither takes the place of the other (ADR 11).

mod opened_folder;
mod other_name;
#[cfg(test)]
mod tests;

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::entry::{MediaEntry, Sha1Sum};
use super::names::path_in_folder;
use super::stored_file::{hash_regular, remove_if_there};
use super::temporary::{TemporaryFile, is_temporary};
use crate::StoreError;
use crate::durable::create_folder;
use opened_folder::OpenedFolder;
pub use other_name::other_name;
use other_name::{folded, is_other_name};

const FOLDER: &str = "media";

/// The folder of an account's media files.
#[derive(Debug)]
pub(super) struct MediaFolder {
    folder: OpenedFolder,
    known: Mutex<Known>,
}

/// What is known of the folder while its account is open.
#[derive(Debug, Default)]
struct Known {
    /// Whether names that differ only in capitals are one file.
    ignores_case: bool,
    /// Names of the files that lie under another name, as [`other_name`] makes them.
    others: HashSet<String>,
    /// How many live rows have their file in a place under its own name, by what the names
    /// of one place have in common. Empty where capitals count.
    owners: HashMap<u64, u32>,
}

/// What an upload will change of what is known.
#[derive(Debug, Default)]
pub(super) struct PlacesChange {
    /// Places that get an owner or lose one.
    owners: Vec<(u64, bool)>,
    /// Files that get a place under another name.
    others: Vec<String>,
}

impl MediaFolder {
    /// The folder inside an account's, created if it is missing and no files should be in
    /// it. Nothing is known of it before [`MediaFolder::look`].
    pub(super) fn open(account_folder: &Path, files: u64) -> Result<Self, StoreError> {
        let path = account_folder.join(FOLDER);
        if files == 0 {
            create_folder(&path)?;
        }
        Ok(Self { folder: OpenedFolder::open(path)?, known: Mutex::default() })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// # Errors
    /// [`StoreError::Io`] when the folder is gone, or another is in its place.
    pub(super) fn check_is_there(&self) -> Result<(), StoreError> {
        self.folder.check_is_there()
    }

    /// Fails when files that are not there need not have vanished, since the folder may
    /// be a wrong one. `others` tells how many more there should be.
    pub(super) fn check_vanished(&self, others: u64) -> Result<(), StoreError> {
        self.check_is_there()?;
        if others > 0 && !self.holds_files()? {
            return Err(self.folder.error("the folder is empty, while media.db lists more files"));
        }
        Ok(())
    }

    fn holds_files(&self) -> Result<bool, StoreError> {
        for item in std::fs::read_dir(self.path()).map_err(StoreError::io(self.path()))? {
            let item = item.map_err(StoreError::io(self.path()))?;
            let is_folder = item.file_type().map_err(StoreError::io(item.path()))?.is_dir();
            if !is_folder && !item.file_name().to_str().is_some_and(is_temporary) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at the whole folder. Gives the names of temporary files in it.
    pub(super) fn look(&self, db: &Connection) -> Result<Vec<String>, StoreError> {
        let mut known = Known::default();
        let mut temporary = Vec::new();
        let mut probe = Probe::default();
        for item in std::fs::read_dir(self.path()).map_err(StoreError::io(self.path()))? {
            let name = item.map_err(StoreError::io(self.path()))?.file_name();
            let Some(name) = name.to_str() else { continue };
            probe.see(name);
            if is_temporary(name) {
                temporary.push(name.to_owned());
            } else if is_other_name(name) {
                known.others.insert(name.to_ascii_lowercase());
            }
        }
        known.ignores_case = probe.ignores_case(self.path());
        if known.ignores_case || !known.others.is_empty() {
            MediaEntry::for_each(db, |entry| {
                if known.others.contains(&other_name(&entry.file_name)) && !self.trusts(&entry)? {
                    known.others.remove(&other_name(&entry.file_name));
                }
                if known.ignores_case && entry.is_live() && !known.has_other(&entry.file_name) {
                    *known.owners.entry(key(&entry.file_name)).or_default() += 1;
                }
                Ok(())
            })?;
        }
        *self.known() = known;
        Ok(temporary)
    }

    /// Whether a file under another name is still what its row means. Another program may
    /// have served the folder meanwhile, or a deletion not have reached the disk; then it
    /// is removed.
    fn trusts(&self, entry: &MediaEntry) -> Result<bool, StoreError> {
        let other = self.path().join(other_name(&entry.file_name));
        let is_its_content = hash_regular(&other)?.as_ref() == Some(&entry.sha1);
        let is_stale = if entry.is_live() {
            match path_in_folder(self.path(), &entry.file_name) {
                Some(plain) => !is_its_content && has_content(&plain, &entry.sha1)?,
                None => false,
            }
        } else {
            is_its_content
        };
        Ok(!(is_stale && remove_if_there(&other)))
    }

    /// Where the file of a row lies; `None` when its name would leave the folder.
    pub(super) fn place(&self, name: &str) -> Option<PathBuf> {
        self.place_as_known(name, &self.known())
    }

    fn place_as_known(&self, name: &str, known: &Known) -> Option<PathBuf> {
        let plain = path_in_folder(self.path(), name)?;
        Some(if known.has_other(name) { self.path().join(other_name(name)) } else { plain })
    }

    /// Where new content of a row that is live from now on goes: to the file's place, if
    /// that is not another's. `is_ours` tells whether the row is live already.
    pub(super) fn place_of_new(
        &self,
        name: &str,
        is_ours: bool,
        change: &mut PlacesChange,
    ) -> Option<PathBuf> {
        let known = self.known();
        let place = self.place_as_known(name, &known)?;
        if !known.ignores_case || known.has_other(name) {
            return Some(place);
        }
        let others = known.owners_of(name, change).saturating_sub(u32::from(is_ours));
        // What nobody owns may be another's under a name that only the system knows.
        if others == 0 && (is_ours || !is_there(&place)) {
            if !is_ours {
                change.owners.push((key(name), true));
            }
            return Some(place);
        }
        if is_ours {
            change.owners.push((key(name), false));
        }
        change.others.push(other_name(name));
        Some(self.path().join(other_name(name)))
    }

    /// Where the file of a row lies that is deleted from now on, if that is not another's.
    /// `is_ours` tells whether the row was live before.
    pub(super) fn place_of_deleted(
        &self,
        name: &str,
        is_ours: bool,
        change: &mut PlacesChange,
    ) -> Option<PathBuf> {
        let known = self.known();
        let place = self.place_as_known(name, &known)?;
        if !known.ignores_case || known.has_other(name) {
            return Some(place);
        }
        if !is_ours {
            return None;
        }
        let owners = known.owners_of(name, change);
        change.owners.push((key(name), false));
        (owners <= 1).then_some(place)
    }

    /// Where a log's content of a live row goes.
    pub(super) fn place_of_logged(
        &self,
        entry: &MediaEntry,
    ) -> Result<Option<PathBuf>, StoreError> {
        let name = &entry.file_name;
        let Some(plain) = path_in_folder(self.path(), name) else { return Ok(None) };
        // What is in its place already stays there.
        if self.is_shared(name) && !has_content(&plain, &entry.sha1)? {
            let (owners, others) = (vec![(key(name), false)], vec![other_name(name)]);
            self.note(PlacesChange { owners, others });
        }
        Ok(self.place(name))
    }

    /// Whether several live rows mean the same file, which is only one's.
    fn is_shared(&self, name: &str) -> bool {
        let known = self.known();
        known.ignores_case
            && !known.has_other(name)
            && known.owners_of(name, &PlacesChange::default()) > 1
    }

    /// Where a log's deleted row had its file, if that is not another's now.
    pub(super) fn place_of_logged_deletion(&self, name: &str) -> Option<PathBuf> {
        let place = self.place(name)?;
        let known = self.known();
        let is_free = known.has_other(name) || known.owners_of(name, &PlacesChange::default()) == 0;
        is_free.then_some(place)
    }

    /// Whether the file in a row's place is that row's. Costs nothing but where several
    /// rows mean one file.
    pub(super) fn is_its_own(&self, entry: &MediaEntry) -> Result<bool, StoreError> {
        if !self.is_shared(&entry.file_name) {
            return Ok(true);
        }
        match self.place(&entry.file_name) {
            Some(place) => has_content(&place, &entry.sha1),
            None => Ok(false),
        }
    }

    /// Notes what an upload has changed.
    pub(super) fn note(&self, change: PlacesChange) {
        let mut known = self.known();
        for (key, is_more) in change.owners {
            let owners = known.owners.entry(key).or_default();
            *owners = if is_more { *owners + 1 } else { owners.saturating_sub(1) };
        }
        known.others.extend(change.others);
    }

    /// Notes that a live row was dropped.
    pub(super) fn note_forgotten(&self, name: &str) {
        if !self.known().has_other(name) {
            self.note(PlacesChange { owners: vec![(key(name), false)], ..PlacesChange::default() });
        }
    }

    /// Notes that a file is gone.
    pub(super) fn note_removed(&self, path: &Path) {
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            self.known().others.remove(name);
        }
    }

    /// What the file of a row has in common with [`MediaFolder::key_of_file`].
    pub(super) fn key_of_row(&self, name: &str) -> String {
        if self.known().has_other(name) { other_name(name) } else { self.key_of_file(name) }
    }

    /// By what a file that the folder lists is known.
    pub(super) fn key_of_file(&self, name: &str) -> String {
        if is_other_name(name) {
            name.to_ascii_lowercase()
        } else if self.known().ignores_case {
            folded(name)
        } else {
            name.to_owned()
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        // Every change of it is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn has_other(&self, name: &str) -> bool {
        // A device cannot choose where another name's file lies.
        is_other_name(name) || (!self.others.is_empty() && self.others.contains(&other_name(name)))
    }

    /// How many have their file under this name, once a change is made.
    fn owners_of(&self, name: &str, change: &PlacesChange) -> u32 {
        let key = key(name);
        let now = self.owners.get(&key).copied().unwrap_or_default();
        let changed = change.owners.iter().filter(|(changed, _)| *changed == key);
        changed.fold(
            now,
            |owners, (_, is_more)| {
                if *is_more { owners + 1 } else { owners.saturating_sub(1) }
            },
        )
    }
}

/// Finds out whether capitals make a difference, from what is there.
#[derive(Default)]
struct Probe {
    /// The first name with a letter, and the same with other capitals.
    names: Option<(String, String)>,
    /// Whether that other one is a file of its own.
    differs: bool,
}

impl Probe {
    fn see(&mut self, name: &str) {
        match &self.names {
            Some((_, other)) => self.differs |= other == name,
            None => {
                let other = other_capitals(name);
                self.names = (other != name).then(|| (name.to_owned(), other));
            }
        }
    }

    fn ignores_case(self, folder: &Path) -> bool {
        match self.names {
            Some((_, other)) => !self.differs && is_there(&folder.join(other)),
            // Where nothing can be made now, something may be later. That capitals make no
            // difference is wrong at the cost of some other names only.
            None => TemporaryFile::create(folder).map_or(true, |(temporary, _)| {
                is_there(&folder.join(other_capitals(&temporary.name())))
            }),
        }
    }
}

fn other_capitals(name: &str) -> String {
    let other = |c: char| {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    name.chars().map(other).collect()
}

/// What names of one place have in common. Two that no file system takes for one may
/// have it too, which does no harm.
fn key(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    folded(name).hash(&mut hasher);
    hasher.finish()
}

/// Whether there is a regular file of that content. One that cannot be read may be.
fn has_content(path: &Path, sha1: &Sha1Sum) -> Result<bool, StoreError> {
    Ok(hash_regular(path)?.as_ref() == Some(sha1))
}

/// Whether anything is there. What cannot be looked at counts, so that nothing takes its
/// place.
fn is_there(path: &Path) -> bool {
    !matches!(std::fs::symlink_metadata(path), Err(error) if error.kind() == ErrorKind::NotFound)
}
