//! Which folders can be the storage folder, and which are a doubtful choice.

use std::path::{Component, Path};

use sync_store::accounts::found_folders;
use thiserror::Error;

use crate::network_drive::is_network_drive;

/// Below this the next large upload may not fit, in bytes.
const LITTLE_SPACE_BYTES: u64 = 1024 * 1024 * 1024;

/// How the folders of programs that copy files between computers begin, in
/// small letters, and what those programs are called.
const FILE_SYNC_FOLDERS: [(&str, &str); 9] = [
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("iclouddrive", "iCloud"),
    ("icloud drive", "iCloud"),
    ("mobile documents", "iCloud"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("cloudstorage", "a cloud drive"),
];

/// Files that such programs put into the top folder of what they copy.
const FILE_SYNC_MARKS: [(&str, &str); 3] =
    [(".stfolder", "Syncthing"), (".dropbox", "Dropbox"), (".dropbox.cache", "Dropbox")];

/// Whether a folder is there and has been a storage folder. Where a drive is not
/// plugged in, its empty mount point may still be there. Blocking.
#[must_use]
pub fn is_storage_folder(folder: &Path) -> bool {
    folder.join("server.db").is_file() || found_folders(folder).is_ok_and(|found| !found.is_empty())
}

/// A folder cannot be the storage folder. Each text is the end of a sentence
/// for the person who chose it, with what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FolderProblem {
    /// The top of a file system.
    #[error("it is the top of a file system. Choose or make a folder inside it.")]
    Root,
    /// The data folder of Anki itself, or of one of its profiles.
    #[error(
        "it is Anki's own data folder, which the server must not touch. Choose another one; Anki \
         sends your collection there when it syncs."
    )]
    AnkiData,
}

/// A folder that works, but not for long or not well. Each text is a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FolderWarning {
    /// Another program copies the folder's files.
    #[error(
        "The storage folder is inside {program}, which copies files while they change and can \
         damage collections. Choose a folder outside of it."
    )]
    FileSync {
        /// The program.
        program: &'static str,
    },
    /// The folder lies on another computer.
    #[error(
        "The storage folder is on a network drive, where a broken connection can damage \
         collections. Choose a folder on a disk of this computer."
    )]
    NetworkDrive,
    /// The disk is almost full.
    #[error(
        "There are only {} MiB free for the storage folder. Large syncs may fail; make room.",
        free_bytes / (1024 * 1024)
    )]
    LittleSpace {
        /// What is left, in bytes.
        free_bytes: u64,
    },
}

/// Whether a folder, which need not exist, can be the storage folder.
///
/// # Errors
/// The rule it breaks.
pub fn check_storage_folder(folder: &Path) -> Result<(), FolderProblem> {
    // A link, or `..`, may lead to a folder of another kind.
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let has = |name: &str| folder.join(name).exists();
    if folder.is_absolute() && folder.parent().is_none() {
        return Err(FolderProblem::Root);
    }
    if has("prefs21.db") || (has("collection.anki2") && has("collection.media")) {
        return Err(FolderProblem::AnkiData);
    }
    Ok(())
}

/// What a person should know about a storage folder that exists.
#[must_use]
pub fn folder_warnings(folder: &Path) -> Vec<FolderWarning> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let file_sync = file_sync_program(&folder).map(|program| FolderWarning::FileSync { program });
    // A file system that does not tell gives no reason to warn.
    let space = fs4::available_space(&folder).ok().and_then(little_space);
    let network = is_network_drive(&folder).then_some(FolderWarning::NetworkDrive);
    file_sync.into_iter().chain(network).chain(space).collect()
}

fn little_space(free_bytes: u64) -> Option<FolderWarning> {
    (free_bytes < LITTLE_SPACE_BYTES).then_some(FolderWarning::LittleSpace { free_bytes })
}

fn file_sync_program(folder: &Path) -> Option<&'static str> {
    let by_name = folder.components().find_map(|component| {
        let Component::Normal(name) = component else { return None };
        let name = name.to_string_lossy().to_lowercase();
        FILE_SYNC_FOLDERS
            .iter()
            .find_map(|(beginning, program)| name.starts_with(beginning).then_some(*program))
    });
    by_name.or_else(|| {
        folder.ancestors().find_map(|ancestor| {
            FILE_SYNC_MARKS
                .iter()
                .find_map(|(mark, program)| ancestor.join(mark).exists().then_some(*program))
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn ankis_own_folders_are_refused() {
        for names in [["prefs21.db"].as_slice(), &["collection.anki2", "collection.media"]] {
            let folder = tempfile::tempdir().unwrap();
            for name in names {
                std::fs::write(folder.path().join(name), "").unwrap();
            }
            assert_eq!(check_storage_folder(folder.path()), Err(FolderProblem::AnkiData));
        }
    }

    #[test]
    fn a_folder_of_accounts_and_one_that_does_not_exist_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("anna")).unwrap();
        std::fs::write(folder.path().join("anna/collection.anki2"), "").unwrap();
        assert_eq!(check_storage_folder(folder.path()), Ok(()));
        assert_eq!(check_storage_folder(&folder.path().join("new")), Ok(()));
    }

    #[test]
    fn the_top_of_a_file_system_is_refused_in_every_spelling() {
        let top = std::env::temp_dir().ancestors().last().unwrap().to_owned();
        assert_eq!(check_storage_folder(&top), Err(FolderProblem::Root));
        let roundabout =
            std::env::temp_dir().ancestors().fold(std::env::temp_dir(), |path, _| path.join(".."));
        assert_eq!(check_storage_folder(&roundabout), Err(FolderProblem::Root));
    }

    #[test]
    fn folders_of_file_sync_programs_are_recognised() {
        for (path, program) in [
            ("/home/anna/Dropbox (Personal)/anki", Some("Dropbox")),
            ("/home/anna/OneDrive - School/anki", Some("OneDrive")),
            ("/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/anki", Some("iCloud")),
            ("/home/anna/.syncserver", None),
        ] {
            assert_eq!(file_sync_program(Path::new(path)), program, "{path}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".stfolder")).unwrap();
        assert_eq!(file_sync_program(&folder.path().join("anki")), Some("Syncthing"));
    }

    #[test]
    fn little_space_is_worth_a_warning() {
        assert_eq!(little_space(LITTLE_SPACE_BYTES), None);
        let warning = little_space(300 * 1024 * 1024).unwrap();
        assert!(warning.to_string().contains("300 MiB"), "{warning}");
    }
}
