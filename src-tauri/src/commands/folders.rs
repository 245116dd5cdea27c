//! Storage folders.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::ipc::{CommandError, FolderCheck, FolderToCheck, FolderToOpen, MoveStorage, Moved};
use crate::start_problem::blocking;

pub(super) async fn check(app: &App, folder: FolderToCheck) -> Result<FolderCheck, CommandError> {
    Ok(app.check_folder(&folder.folder).await)
}

pub(super) async fn change_storage(app: &App, wanted: MoveStorage) -> Result<Moved, CommandError> {
    app.change_storage(&wanted.folder, wanted.plan).await
}

pub(super) async fn open(app: &App, folder: FolderToOpen) -> Result<(), CommandError> {
    let storage = app.storage();
    let folder = match folder {
        FolderToOpen::Storage => storage,
        FolderToOpen::PreviousStorage => app.previous_storage().ok_or_else(|| {
            CommandError::System { detail: "no other folder was chosen before".to_owned() }
        })?,
        FolderToOpen::Log => app.places.logs.clone(),
        FolderToOpen::Inside { folder } => {
            blocking(move || inside(&storage, Path::new(&folder))).await?
        }
    };
    app.desktop()?.open_folder(&folder)
}

/// A folder with its links followed, if it then lies inside the storage folder:
/// the window shows what clients sent, and must not open anything else by it.
fn inside(storage: &Path, folder: &Path) -> Result<PathBuf, CommandError> {
    let refused = |error: std::io::Error| CommandError::System { detail: error.to_string() };
    let storage = storage.canonicalize().map_err(refused)?;
    let folder = folder.canonicalize().map_err(refused)?;
    if folder.is_dir() && folder.starts_with(&storage) {
        Ok(folder)
    } else {
        Err(CommandError::System { detail: "it is not inside the storage folder".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_folders_inside_the_storage_folder_are_opened() {
        let home = tempfile::tempdir().unwrap();
        let storage = home.path().join("storage");
        std::fs::create_dir_all(storage.join(".removed/anna")).unwrap();
        std::fs::write(storage.join("program"), "").unwrap();
        let opened = inside(&storage, &storage.join(".removed/anna")).unwrap();
        assert_eq!(opened, storage.canonicalize().unwrap().join(".removed/anna"));
        for other in ["storage/..", "storage/program", "storage/none"] {
            assert!(inside(&storage, &home.path().join(other)).is_err(), "{other}");
        }
    }
}
