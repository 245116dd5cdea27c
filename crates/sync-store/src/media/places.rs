//! Where the files lie.
//!
//! Each in the folder under its own name, as the official server has them. But on Windows
//! and macOS, and on most memory sticks, `A.jpg` and `a.jpg` are one file, while devices
//! with Linux or Android may well have both. There, the second one lies under another
//! name, so that neither takes the place of the other (ADR 11).

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use sha1::{Digest, Sha1};
use unicode_normalization::UnicodeNormalization;

use super::names::path_in_folder;
use crate::StoreError;
use crate::durable::create_folder;

const FOLDER: &str = "media";
const PREFIX: &str = ".anki-sync-tray-";
const SUFFIX: &str = ".other";
/// SHA-1 of the name, in hex.
const HASH_DIGITS: usize = 40;

/// The folder of an account's media files.
#[derive(Debug)]
pub(super) struct MediaFolder {
    path: PathBuf,
    /// Whether names that differ only in capitals are one file.
    ignores_case: bool,
    /// Whether there may be files under other names.
    has_others: AtomicBool,
}

impl MediaFolder {
    /// Creates the folder if it is missing.
    pub(super) fn open(account_folder: &Path) -> Result<Self, StoreError> {
        let path = account_folder.join(FOLDER);
        create_folder(&path)?;
        // Looking is enough: nobody has another folder of this name there.
        let ignores_case = account_folder.join(FOLDER.to_uppercase()).is_dir();
        Ok(Self { path, ignores_case, has_others: AtomicBool::new(true) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Tells whether any file lies under another name, which spares looking for each.
    pub(super) fn set_has_others(&self, has_others: bool) {
        self.has_others.store(has_others, Ordering::Relaxed);
    }

    /// Where the file of a row lies; `None` when its name would leave the folder.
    pub(super) fn place(&self, name: &str) -> Option<PathBuf> {
        let plain = path_in_folder(&self.path, name)?;
        if is_other_name(name) {
            return Some(self.other(name));
        }
        if self.has_others.load(Ordering::Relaxed) {
            let other = self.other(name);
            if is_there(&other) {
                return Some(other);
            }
        }
        Some(plain)
    }

    /// Where new content of a name goes: to the file's place, if that is not another's.
    pub(super) fn place_of_new(&self, name: &str, neighbours: &Neighbours) -> Option<PathBuf> {
        let place = self.place(name)?;
        if !neighbours.have_place_of(name) {
            return Some(place);
        }
        self.set_has_others(true);
        Some(self.other(name))
    }

    /// Where a deleted name's file lies, if that is not another's.
    pub(super) fn place_of_deleted(&self, name: &str, neighbours: &Neighbours) -> Option<PathBuf> {
        let place = self.place(name)?;
        (!neighbours.have_place_of(name) || place == self.other(name)).then_some(place)
    }

    /// Names that a listing of the folder shows for a live file.
    pub(super) fn key(&self, name: &str) -> String {
        if self.ignores_case { folded(name) } else { name.to_owned() }
    }

    /// Whose places those of these names are.
    pub(super) fn neighbours_of<'a>(
        &self,
        db: &Connection,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Neighbours, StoreError> {
        if !self.ignores_case {
            return Ok(Neighbours::default());
        }
        let wanted: HashSet<String> = names
            .filter(|name| path_in_folder(&self.path, name).is_some_and(|path| is_there(&path)))
            .map(folded)
            .collect();
        if wanted.is_empty() { Ok(Neighbours::default()) } else { self.read(db, Some(&wanted)) }
    }

    /// Likewise of all names there are.
    pub(super) fn all_neighbours(&self, db: &Connection) -> Result<Neighbours, StoreError> {
        if self.ignores_case { self.read(db, None) } else { Ok(Neighbours::default()) }
    }

    fn read(
        &self,
        db: &Connection,
        wanted: Option<&HashSet<String>>,
    ) -> Result<Neighbours, StoreError> {
        let mut by_place: HashMap<String, Vec<String>> = HashMap::new();
        let mut statement = db.prepare_cached("SELECT fname FROM media WHERE size > 0")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let key = folded(&name);
            if wanted.is_none_or(|wanted| wanted.contains(&key)) && !is_there(&self.other(&name)) {
                by_place.entry(key).or_default().push(name);
            }
        }
        Ok(Neighbours { by_place })
    }

    fn other(&self, name: &str) -> PathBuf {
        self.path.join(other_name(name))
    }
}

/// Live files, by the place that they have under their own names.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    by_place: HashMap<String, Vec<String>>,
}

impl Neighbours {
    /// Notes where a file will lie.
    pub(super) fn add(&mut self, folder: &MediaFolder, name: &str, place: &Path) {
        if folder.ignores_case && place != folder.other(name) {
            self.by_place.entry(folded(name)).or_default().push(name.to_owned());
        }
    }

    fn have_place_of(&self, name: &str) -> bool {
        let owners = if self.by_place.is_empty() { None } else { self.by_place.get(&folded(name)) };
        owners.is_some_and(|owners| owners.iter().any(|owner| owner != name))
    }
}

/// What names of one place have in common. Two that no file system takes for one may
/// have it too, which does no harm.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase().nfc().collect()
}

/// The name of the file of a name whose place is another's.
pub(super) fn other_name(name: &str) -> String {
    format!("{PREFIX}{}{SUFFIX}", hex::encode(Sha1::digest(name.as_bytes())))
}

/// Whether a name is one that [`other_name`] makes.
pub(super) fn is_other_name(name: &str) -> bool {
    // In whatever capitals, where these make no difference.
    let is_alike = |a: Option<&str>, b: &str| a.is_some_and(|a| a.eq_ignore_ascii_case(b));
    let hash = name.get(PREFIX.len()..PREFIX.len() + HASH_DIGITS);
    name.len() == PREFIX.len() + HASH_DIGITS + SUFFIX.len()
        && is_alike(name.get(..PREFIX.len()), PREFIX)
        && is_alike(name.get(PREFIX.len() + HASH_DIGITS..), SUFFIX)
        && hash.is_some_and(|hash| hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;
    use crate::media::test_support::Account;

    fn folder(ignores_case: bool) -> (tempfile::TempDir, MediaFolder) {
        let account = tempfile::tempdir().unwrap();
        let folder = MediaFolder { ignores_case, ..MediaFolder::open(account.path()).unwrap() };
        (account, folder)
    }

    fn owners(folder: &MediaFolder, names: &[&str]) -> Neighbours {
        let mut neighbours = Neighbours::default();
        for name in names {
            neighbours.add(folder, name, &folder.path.join(name));
        }
        neighbours
    }

    #[test]
    fn only_the_place_of_another_name_is_avoided() {
        let (_account, folder) = folder(true);
        for (name, owner) in
            [("a.jpg", "A.jpg"), ("É", "é"), ("ΣΑΣ", "σας"), ("ｂ", "Ｂ"), ("A.jpg", "a.JPG")]
        {
            let neighbours = owners(&folder, &[owner]);
            let place = folder.place_of_new(name, &neighbours).unwrap();
            assert_eq!(place, folder.other(name), "{name}");
            assert_eq!(folder.place_of_deleted(name, &neighbours), None, "{name}");
            for neighbours in [owners(&folder, &[name]), owners(&folder, &["other"])] {
                let plain = Some(folder.path.join(name));
                assert_eq!(folder.place_of_new(name, &neighbours), plain);
                assert_eq!(folder.place_of_deleted(name, &neighbours), plain);
            }
        }
    }

    #[test]
    fn where_capitals_count_each_has_its_own() {
        let (_account, folder) = folder(false);
        let neighbours = owners(&folder, &["A.jpg"]);
        assert_eq!(folder.place_of_new("a.jpg", &neighbours), Some(folder.path.join("a.jpg")));
    }

    #[test]
    fn a_file_that_lies_elsewhere_is_found_and_removed_there() {
        let (_account, folder) = folder(true);
        let other = folder.other("a.jpg");
        fs::write(&other, "x").unwrap();
        let neighbours = owners(&folder, &["A.jpg"]);
        for place in [
            folder.place("a.jpg"),
            folder.place_of_new("a.jpg", &neighbours),
            folder.place_of_deleted("a.jpg", &neighbours),
        ] {
            assert_eq!(place.as_ref(), Some(&other));
        }
        assert_eq!(folder.place("A.jpg"), Some(folder.path.join("A.jpg")));
    }

    /// On whatever disk this runs.
    #[test]
    fn both_of_two_names_keep_their_contents() {
        let mut account = Account::new();
        account.upload(&[("A.jpg", Some("large")), ("a.jpg", Some("small"))]).unwrap();
        account.upload(&[("b.jpg", Some("b"))]).unwrap();
        account.upload(&[("B.jpg", Some("b")), ("b.jpg", None)]).unwrap();
        let account = account.reopened();
        let content = |name| fs::read_to_string(account.media.media_folder.place(name).unwrap());
        assert_eq!(content("A.jpg").unwrap(), "large");
        assert_eq!(content("a.jpg").unwrap(), "small");
        assert_eq!(content("B.jpg").unwrap(), "b");
        assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new());
    }

    /// A folder that was copied from such a disk.
    #[test]
    fn a_file_elsewhere_is_found_where_capitals_count_too() {
        let mut account = Account::new();
        account.upload(&[("A.jpg", Some("large")), ("a.jpg", Some("small"))]).unwrap();
        let plain = account.media.media_folder.place("a.jpg").unwrap();
        let other = account.media.media_folder.other("a.jpg");
        fs::rename(plain, &other).unwrap();
        let account = account.reopened();
        assert_eq!(account.media.media_folder.place("a.jpg"), Some(other));
        assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_device_cannot_choose_the_place_of_another_file() {
        let (_account, folder) = folder(true);
        let name = other_name("a.jpg");
        for name in [name.clone(), name.to_uppercase()] {
            assert!(is_other_name(&name));
            assert_eq!(folder.place(&name), Some(folder.other(&name)));
        }
        for name in ["", "a.jpg", &name[1..], &name.replace("other", "oth\u{e9}r")] {
            assert!(!is_other_name(name), "{name}");
        }
    }
}
