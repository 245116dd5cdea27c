//! Choosing the storage folder, and changing it later on.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sync_server::{is_storage_folder, with_causes};
use sync_store::StoreError;
use sync_store::accounts::FolderLock;
use tracing::{error, info, warn};

use super::App;
use crate::folder_check::check_folder;
use crate::ipc::{
    AppEvent, CommandError, FolderCheck, FolderProblem, MoveProgress, Moved, ServerStatus,
    Settings, StartProblem, StoragePlan,
};
use crate::local_server::{Wanted, try_storage};
use crate::start_problem::blocking;
use crate::storage_move::{self, Copied, MoveError};

/// Progress of a move is told this often at most.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

impl App {
    /// What there is to know about a folder before it is chosen.
    pub async fn check_folder(&self, folder: &str) -> FolderCheck {
        let folder = PathBuf::from(folder.trim());
        // Before the first run ends no folder is in use, unless the server runs.
        let is_used = self.settings().is_set_up || self.server.accounts().is_some();
        let current = is_used.then(|| self.storage());
        blocking(move || check_folder(&folder, current.as_deref())).await
    }

    /// Takes the storage folder of the first run and starts the server.
    ///
    /// # Errors
    /// [`CommandError::FolderRefused`], [`CommandError::Busy`],
    /// [`CommandError::System`].
    pub async fn set_up(&self, folder: &str) -> Result<(), CommandError> {
        let folder = folder.to_owned();
        self.to_the_end(|app| async move {
            let _changing = app.changing.change().await?;
            let check = app.check_folder(&folder).await;
            let folder = accepted(check)?.folder;
            let old = app.settings();
            app.keep(Settings { storage: folder, ..old })?;
            let wanted = Wanted::by(&app.settings());
            app.restart_with(wanted).await;
            Ok(())
        })
        .await
    }

    /// Takes another storage folder, with or without the present data. Whatever
    /// fails, the server goes on with the old one, and nothing is lost.
    ///
    /// # Errors
    /// [`CommandError::FolderRefused`], [`CommandError::FolderHasAccounts`],
    /// [`CommandError::TooLittleSpace`], [`CommandError::CopyDiffers`],
    /// [`CommandError::SettingsFromNewerVersion`], [`CommandError::Busy`],
    /// [`CommandError::System`].
    pub async fn change_storage(
        &self,
        folder: &str,
        plan: StoragePlan,
    ) -> Result<Moved, CommandError> {
        let folder = folder.to_owned();
        self.to_the_end(move |app| async move {
            let _changing = app.changing.change().await?;
            let check = accepted(app.check_folder(&folder).await)?;
            let new = PathBuf::from(&check.folder);
            if check.is_current {
                return app.take_again(new).await;
            }
            if app.state().file.is_left_alone() {
                // The next start would look for the data in the old folder.
                return Err(CommandError::SettingsFromNewerVersion);
            }
            let moved = match plan {
                StoragePlan::Switch => app.switch_storage(new).await,
                StoragePlan::Move => app.move_storage(new).await,
            }?;
            app.state().previous_storage = moved.previous.as_ref().map(PathBuf::from);
            Ok(moved)
        })
        .await
    }

    /// The folder that is chosen already. A person who says so once more when it
    /// is gone wants to begin anew in it.
    async fn take_again(&self, folder: PathBuf) -> Result<Moved, CommandError> {
        let wanted = Wanted { was_used: false, ..Wanted::by(&self.settings()) };
        if !blocking(move || is_storage_folder(&folder)).await {
            self.restart_with(wanted).await;
        }
        Ok(Moved { previous: None })
    }

    async fn switch_storage(&self, new: PathBuf) -> Result<Moved, CommandError> {
        let old = self.settings();
        let (here, there) = (PathBuf::from(&old.storage), new.clone());
        blocking(move || match is_storage_folder(&here) {
            // What is left of a move that was cut off is no data to switch to,
            true => storage_move::put_left_overs_aside(&there, local_now()),
            // unless it is all that is left.
            false => storage_move::take_left_overs(&there),
        })
        .await?;
        let was_wanted = self.is_wanted();
        self.stop_and_tell().await;
        if let Err(error) = self.settle(&old, &new, was_wanted).await {
            self.go_back(&old, was_wanted).await;
            return Err(error);
        }
        let previous = Some(old.storage).filter(|folder| is_storage_folder(Path::new(folder)));
        Ok(Moved { previous })
    }

    async fn move_storage(&self, new: PathBuf) -> Result<Moved, CommandError> {
        let old = self.settings();
        let from = PathBuf::from(&old.storage);
        let there = new.clone();
        if blocking(move || is_storage_folder(&there) && !storage_move::has_left_overs(&there))
            .await
        {
            return Err(CommandError::FolderHasAccounts);
        }
        let here = from.clone();
        if !blocking(move || is_storage_folder(&here)).await {
            // There is nothing to move, perhaps because a drive is not there.
            return Err(gone(&from));
        }
        let was_wanted = self.is_wanted();
        // Before the server stops, so that the tray never offers to start it.
        self.tell_moving(Some(MoveProgress { is_checking: false, done_bytes: 0, total_bytes: 0 }));
        self.stop_and_tell().await;
        info!(from = %from.display(), to = %new.display(), "moving the storage folder");
        let outcome = self.copy_and_settle(&old, from, new, was_wanted).await;
        if let Err(error) = &outcome {
            warn!(%error, "the storage folder was not moved");
            self.go_back(&old, was_wanted).await;
            // Whoever wanted to quit afterwards has to see that it failed.
            self.stay();
        }
        self.tell_moving(None);
        self.note_idle();
        outcome.map(|previous| Moved { previous: Some(previous.to_string_lossy().into_owned()) })
    }

    /// Copies the data, lets the server run on the copy, and puts the original
    /// aside. Tells where that is.
    async fn copy_and_settle(
        &self,
        old: &Settings,
        from: PathBuf,
        new: PathBuf,
        was_wanted: bool,
    ) -> Result<PathBuf, CommandError> {
        let _held = hold(&from).await?;
        // The drive may have gone meanwhile; then an empty folder is held.
        let here = from.clone();
        if !blocking(move || is_storage_folder(&here)).await {
            return Err(gone(&from));
        }
        let copied = self.copy(&from, &new).await?;
        if let Err(error) = self.settle(old, &new, was_wanted).await {
            blocking(move || copied.remove()).await;
            // A full disk has room for the settings now, if it had none before.
            self.take_back(old);
            return Err(error);
        }
        Ok(blocking(move || {
            copied.confirm();
            put_aside(&from, &copied)
        })
        .await)
    }

    async fn copy(&self, from: &Path, to: &Path) -> Result<Copied, CommandError> {
        let me = self.me.clone();
        let mut told: Option<(Instant, bool)> = None;
        let (from, to) = (from.to_owned(), to.to_owned());
        let tell = move |progress: MoveProgress| {
            let is_due = told.is_none_or(|(at, was_checking)| {
                at.elapsed() >= PROGRESS_INTERVAL || was_checking != progress.is_checking
            });
            if (is_due || progress.done_bytes == progress.total_bytes)
                && let Some(app) = me.upgrade()
            {
                told = Some((Instant::now(), progress.is_checking));
                app.tell_moving(Some(progress));
            }
        };
        Ok(blocking(move || storage_move::copy(&from, &to, local_now(), tell)).await?)
    }

    /// Takes the new folder into the settings and lets the server run on it, at
    /// least once. Where that fails, the server is stopped and the settings name
    /// the old folder.
    async fn settle(
        &self,
        old: &Settings,
        new: &Path,
        was_wanted: bool,
    ) -> Result<(), CommandError> {
        let outcome = self.run_on(old, new, was_wanted).await;
        if outcome.is_err() {
            self.stop_and_tell().await;
            self.take_back(old);
        }
        outcome
    }

    async fn run_on(
        &self,
        old: &Settings,
        new: &Path,
        was_wanted: bool,
    ) -> Result<(), CommandError> {
        let storage = new.to_string_lossy().into_owned();
        let settings = Settings { storage, ..old.clone() };
        let wanted = Wanted { was_used: false, ..Wanted::by(&settings) };
        self.keep(settings)?;
        if was_wanted {
            self.start_with(wanted.clone()).await;
            let status = self.status().borrow().clone();
            if let Some(problem) = of_the_folder(status) {
                return Err(problem);
            }
        }
        match self.server.storage() {
            Some(folder) if folder == wanted.storage => Ok(()),
            // It would go on with data that is about to be put aside.
            Some(_) => Err(CommandError::Busy),
            // Nobody wants it to run, or its port is taken: the data can be tried
            // without.
            None => try_storage(&wanted).await.map_err(as_command_error),
        }
    }

    /// Writes the former settings, even where they were never replaced in memory:
    /// when keeping others fails, the file may hold these all the same.
    fn take_back(&self, old: &Settings) {
        if let Err(error) = self.keep(old.clone()) {
            // The disk of the settings failed between two writes. The folder
            // that they name has been given up, so this must not go unseen.
            error!(%error, "the former storage folder cannot be written to the settings");
            self.state().settings = old.clone();
        }
    }

    /// Goes on with the folder that was used before.
    async fn go_back(&self, old: &Settings, was_wanted: bool) {
        if was_wanted {
            self.start_with(Wanted::by(old)).await;
        }
    }

    fn tell_moving(&self, moving: Option<MoveProgress>) {
        let was = std::mem::replace(&mut self.state().moving, moving.clone());
        if was != moving {
            self.tell(AppEvent::Moving(moving));
        }
    }
}

/// Holds the old folder while its data is copied and put aside: another server, or
/// a command on its accounts, would write what the copy does not have.
async fn hold(folder: &Path) -> Result<Option<FolderLock>, CommandError> {
    let folder = folder.to_owned();
    held(blocking(move || FolderLock::acquire(&folder)).await)
}

fn held(outcome: Result<FolderLock, StoreError>) -> Result<Option<FolderLock>, CommandError> {
    match outcome {
        Ok(lock) => Ok(Some(lock)),
        Err(StoreError::Busy { .. }) => {
            Err(CommandError::FolderRefused { problem: FolderProblem::InUse })
        }
        // Nobody can write there, and a failing disk is a reason to move.
        Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::ReadOnlyFilesystem => {
            Ok(None)
        }
        Err(error) => Err(CommandError::System { detail: with_causes(&error) }),
    }
}

/// Puts the old data aside. It has been copied, and the server runs on the copy:
/// where this fails, the old data stays where it is.
fn put_aside(folder: &Path, copied: &Copied) -> PathBuf {
    storage_move::put_aside(folder, copied, local_now()).unwrap_or_else(|error| {
        warn!(error = with_causes(&error), "the old data stays in its place");
        folder.to_owned()
    })
}

/// For the names of folders that a person looks at.
fn local_now() -> DateTime {
    TimeZone::system().to_datetime(Timestamp::now())
}

fn accepted(check: FolderCheck) -> Result<FolderCheck, CommandError> {
    match check.problem {
        Some(problem) => Err(CommandError::FolderRefused { problem }),
        None => Ok(check),
    }
}

/// The problem of a server that does not start on a new folder, if it is the
/// folder's.
fn of_the_folder(status: ServerStatus) -> Option<CommandError> {
    match status {
        ServerStatus::Failed { problem } => match problem {
            StartProblem::PortInUse { .. }
            | StartProblem::PortNotAllowed { .. }
            | StartProblem::AddressNotHere { .. }
            | StartProblem::NoAnswer { .. } => None,
            problem => Some(as_command_error(problem)),
        },
        _ => None,
    }
}

fn as_command_error(problem: StartProblem) -> CommandError {
    match problem {
        StartProblem::FolderRefused { problem, .. } => CommandError::FolderRefused { problem },
        StartProblem::FolderInUse { .. } => {
            CommandError::FolderRefused { problem: FolderProblem::InUse }
        }
        StartProblem::FolderGone { folder } => gone(Path::new(&folder)),
        StartProblem::StorageDamaged { detail, .. } | StartProblem::Other { detail } => {
            CommandError::System { detail }
        }
        StartProblem::PortInUse { port, .. } | StartProblem::PortNotAllowed { port, .. } => {
            CommandError::System { detail: format!("port {port} cannot be had") }
        }
        StartProblem::AddressNotHere { address } => {
            CommandError::System { detail: format!("{address} is not here") }
        }
        StartProblem::NoAnswer { url } => {
            CommandError::System { detail: format!("no answer from {url}") }
        }
    }
}

fn gone(folder: &Path) -> CommandError {
    CommandError::System { detail: format!("{} is not there", folder.display()) }
}

impl From<MoveError> for CommandError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::TooLittleSpace { needed_bytes, free_bytes } => {
                Self::TooLittleSpace { needed_bytes, free_bytes }
            }
            MoveError::CopyDiffers { file } => {
                Self::CopyDiffers { file: file.to_string_lossy().into_owned() }
            }
            error @ MoveError::Io { .. } => Self::System { detail: with_causes(&error) },
        }
    }
}

#[cfg(test)]
mod tests;
