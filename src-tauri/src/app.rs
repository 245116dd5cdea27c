//! The app: the server, the settings, and who listens.

mod changing;
mod following;
mod quitting;
mod storage;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use sync_server::account::Accounts;
use sync_server::{LanAddress, with_causes};
use tokio::sync::{broadcast, watch};
use tracing::{info, warn};
use tray_settings::SettingsFile;

use crate::activity::Activity;
use crate::addresses::{self, CopiedAddress};
use crate::desktop::Desktop;
use crate::ipc::{
    Addresses, AppEvent, CommandError, Ladder, MoveProgress, Quitting, ServerStatus, Settings,
    SettingsNotice, Snapshot, StartProblem,
};
use crate::local_server::{LocalServer, Wanted};
use crate::places::Places;
use changing::Changing;

/// Events that a slow listener may fall behind before it misses some.
const EVENT_BUFFER: usize = 256;

/// Limits of the upload limit, in mebibytes.
const UPLOAD_LIMITS_MIB: std::ops::RangeInclusive<u32> = 1..=100_000;

/// All that lives as long as the app.
#[derive(Debug)]
pub struct App {
    me: Weak<App>,
    pub(crate) places: Places,
    desktop: Option<Desktop>,
    events: broadcast::Sender<AppEvent>,
    pub(crate) server: LocalServer,
    state: Mutex<State>,
    changing: Changing,
}

/// What the window shows besides the server's own state.
#[derive(Debug)]
struct State {
    settings: Settings,
    file: SettingsFile,
    notice: Option<SettingsNotice>,
    copied: CopiedAddress,
    /// Those that were told last.
    addresses: Addresses,
    activity: Activity,
    ladder: Option<Ladder>,
    moving: Option<MoveProgress>,
    /// The storage folder before the last one was chosen, while the app runs.
    previous_storage: Option<PathBuf>,
    quitting: Quitting,
}

impl App {
    /// Loads the settings and starts the server in the background, if the first
    /// run is finished. Without a desktop there is no clipboard, file manager or
    /// window, and the commands that need one say so.
    pub async fn open(places: Places, desktop: impl Into<Option<Desktop>>) -> Arc<Self> {
        let default = Settings::new(places.default_storage.to_string_lossy().into_owned());
        // A small file or two: not worth a thread, and the start waits for it.
        let (file, settings, notice) = SettingsFile::load(&places.settings, default);
        if let Some(notice) = &notice {
            warn!(?notice, "something is odd about the settings file");
        }
        let copied = CopiedAddress::load(&places.settings);
        let is_set_up = settings.is_set_up;
        let desktop = desktop.into();
        let app = Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            places,
            desktop,
            events: broadcast::Sender::new(EVENT_BUFFER),
            server: LocalServer::default(),
            state: Mutex::new(State {
                settings,
                file,
                notice,
                copied,
                addresses: Addresses::default(),
                activity: Activity::default(),
                ladder: None,
                moving: None,
                previous_storage: None,
                quitting: Quitting::default(),
            }),
            changing: Changing::default(),
        });
        if is_set_up {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let _starting = app.changing.start_later().await;
                app.start_with(Wanted::by(&app.settings())).await;
            });
        }
        following::spawn(&app);
        app
    }

    /// What changes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<AppEvent> {
        self.events.subscribe()
    }

    /// Everything the window shows from the first moment on.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let status = self.server.status().borrow().clone();
        let addresses = self.addresses();
        let state = self.state();
        Snapshot {
            status,
            addresses,
            syncing: state.activity.running().to_vec(),
            ladder: state.ladder.clone(),
            settings: state.settings.clone(),
            settings_notice: state.notice.clone(),
            default_storage: self.places.default_storage.to_string_lossy().into_owned(),
            moving: state.moving.clone(),
            system_language: self.places.system_language,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            has_tray: self.desktop.as_ref().is_some_and(Desktop::has_tray),
            quitting: state.quitting,
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.state().settings.clone()
    }

    /// Whether the server runs, now and from now on.
    pub fn status(&self) -> watch::Receiver<ServerStatus> {
        self.server.status()
    }

    /// Starts the server, or asks a running one for a sign of life. The outcome
    /// is its status.
    ///
    /// # Errors
    /// [`CommandError::Busy`] while the settings change or the data moves.
    pub async fn start_server(&self) -> Result<(), CommandError> {
        self.to_the_end(|app| async move {
            let _starting = app.changing.start()?;
            app.start_with(Wanted::by(&app.settings())).await;
            Ok(())
        })
        .await
    }

    /// Stops the server: what runs may end first.
    pub async fn stop_server(&self) {
        self.to_the_end(|app| async move { app.stop_and_tell().await }).await;
    }

    /// The address to type into clients, while there is one.
    #[must_use]
    pub fn main_address(&self) -> Option<String> {
        self.server.addresses().first().map(LanAddress::url)
    }

    fn addresses(&self) -> Addresses {
        addresses::shown(&self.server.addresses(), self.state().copied.url())
    }

    /// Puts the address to type into clients onto the clipboard.
    ///
    /// # Errors
    /// [`CommandError::NotRunning`] while there is none, [`CommandError::System`].
    pub async fn copy_main_address(&self) -> Result<(), CommandError> {
        let address = self.main_address().ok_or(CommandError::NotRunning)?;
        self.copy_address(&address)
    }

    /// Puts an address onto the clipboard, and remembers which, to tell when it
    /// is not right any more.
    ///
    /// # Errors
    /// [`CommandError::System`].
    pub fn copy_address(&self, url: &str) -> Result<(), CommandError> {
        self.desktop()?.copy(url)?;
        self.remember_copied(url);
        Ok(())
    }

    /// Remembers the address that was typed into devices.
    pub fn remember_copied(&self, url: &str) {
        let is_ours = self.server.addresses().iter().any(|address| address.url() == url);
        if !is_ours {
            return;
        }
        if let Err(error) = self.state().copied.set(url) {
            // It only serves a hint later on.
            warn!(%error, "the copied address cannot be remembered");
        }
        self.tell_addresses();
    }

    /// The desktop.
    ///
    /// # Errors
    /// [`CommandError::System`] when the app runs without one.
    pub fn desktop(&self) -> Result<&Desktop, CommandError> {
        let none = || CommandError::System { detail: "there is no desktop".to_owned() };
        self.desktop.as_ref().ok_or_else(none)
    }

    /// The accounts of the running server.
    ///
    /// # Errors
    /// [`CommandError::NotRunning`].
    pub fn accounts(&self) -> Result<Accounts, CommandError> {
        self.server.accounts().ok_or(CommandError::NotRunning)
    }

    /// The storage folder.
    #[must_use]
    pub fn storage(&self) -> PathBuf {
        PathBuf::from(&self.state().settings.storage)
    }

    /// The storage folder before the last one was chosen, or what a move left of it.
    #[must_use]
    pub fn previous_storage(&self) -> Option<PathBuf> {
        self.state().previous_storage.clone()
    }

    /// Forgets how far the last device got.
    pub fn reset_ladder(&self) {
        self.state().ladder = None;
        self.tell(AppEvent::Ladder(None));
    }

    /// Keeps other settings and lets the server and the desktop follow. Neither
    /// the storage folder nor the first run changes in this way.
    ///
    /// # Errors
    /// [`CommandError::SettingRefused`], [`CommandError::Busy`],
    /// [`CommandError::System`]; nothing has changed then.
    pub async fn save_settings(&self, new: Settings) -> Result<(), CommandError> {
        self.to_the_end(|app| async move {
            let _changing = app.changing.change().await?;
            let old = app.settings();
            let new = checked(&old, new)?;
            let starts =
                |settings: &Settings| (settings.starts_with_computer, settings.starts_hidden);
            if starts(&new) != starts(&old) {
                let (on, hidden) = starts(&new);
                app.desktop()?.set_starts_with_computer(on, hidden)?;
            }
            app.keep(new.clone())?;
            if Wanted::by(&new) != Wanted::by(&old) && app.is_wanted() {
                app.restart_with(Wanted::by(&new)).await;
            }
            Ok(())
        })
        .await
    }

    /// Takes another port, keeps it, and starts the server on it.
    ///
    /// # Errors
    /// As [`App::save_settings`].
    pub async fn use_port(&self, port: u16) -> Result<(), CommandError> {
        self.to_the_end(move |app| async move {
            let _changing = app.changing.change().await?;
            let old = app.settings();
            let new = checked(&old, Settings { port, ..old.clone() })?;
            app.keep(new.clone())?;
            app.restart_with(Wanted::by(&new)).await;
            Ok(())
        })
        .await
    }

    /// Ends the first run: from now on the server starts with the app.
    ///
    /// # Errors
    /// [`CommandError::Busy`], [`CommandError::System`] when that cannot be kept.
    pub async fn finish_set_up(&self) -> Result<(), CommandError> {
        let _changing = self.changing.change().await?;
        self.keep(Settings { is_set_up: true, ..self.settings() })
    }

    /// Whether the server runs or should.
    fn is_wanted(&self) -> bool {
        !matches!(*self.server.status().borrow(), ServerStatus::Stopped | ServerStatus::Stopping)
    }

    async fn restart_with(&self, wanted: Wanted) {
        self.stop_and_tell().await;
        self.start_with(wanted).await;
    }

    /// Starts the server and follows its events.
    async fn start_with(&self, wanted: Wanted) {
        if let Some(events) = self.server.start(wanted).await {
            following::follow(&self.me, events);
        }
        self.tell_addresses();
    }

    async fn stop_and_tell(&self) {
        self.server.stop().await;
        if self.state().activity.clear() {
            self.tell(AppEvent::Syncing(Vec::new()));
        }
        self.tell_addresses();
    }

    /// Tells the addresses if they are others than before.
    fn tell_addresses(&self) {
        let now = self.addresses();
        let before = std::mem::replace(&mut self.state().addresses, now.clone());
        if before != now {
            self.tell(AppEvent::Addresses(now));
        }
    }

    /// Writes the settings to the disk, then takes them.
    fn keep(&self, new: Settings) -> Result<(), CommandError> {
        {
            let mut state = self.state();
            match state.file.save(&new) {
                Ok(None) => {}
                Ok(Some(error)) => {
                    warn!(error = with_causes(&error), "the copy of the settings is an older one");
                }
                Err(error) => {
                    return Err(CommandError::System { detail: with_causes(&error) });
                }
            }
            state.settings = new.clone();
        }
        info!("the settings have changed");
        self.tell(AppEvent::Settings(new));
        Ok(())
    }

    /// Runs work of several steps that must not stop in the middle when whoever
    /// asked for it goes away.
    async fn to_the_end<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        work: impl FnOnce(Arc<Self>) -> F,
    ) -> T {
        let Some(me) = self.me.upgrade() else { return std::future::pending().await };
        match tokio::spawn(work(me)).await {
            Ok(value) => value,
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime ends, and the caller with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

    fn tell(&self, event: AppEvent) {
        // Nobody listens while there is neither window nor tray.
        let _ = self.events.send(event);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The settings that a person asks for, if each can be had.
fn checked(old: &Settings, new: Settings) -> Result<Settings, CommandError> {
    let refused = |field: &str| Err(CommandError::SettingRefused { field: field.to_owned() });
    if new.storage != old.storage {
        return refused("storage");
    }
    if new.port == 0 {
        return refused("port");
    }
    if !UPLOAD_LIMITS_MIB.contains(&new.upload_limit_mib) {
        return refused("upload_limit_mib");
    }
    let address = match new.address.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(address) => match address.parse::<IpAddr>() {
            Ok(address) if !address.is_unspecified() && !address.is_multicast() => {
                Some(address.to_string())
            }
            _ => return refused("address"),
        },
    };
    Ok(Settings { is_set_up: old.is_set_up, address, ..new })
}

/// Whether time alone may mend the problem: a network that comes up, a drive
/// that is plugged in.
fn may_pass(status: &ServerStatus) -> bool {
    matches!(
        status,
        ServerStatus::Failed {
            problem: StartProblem::AddressNotHere { .. }
                | StartProblem::FolderGone { .. }
                | StartProblem::NoAnswer { .. }
        }
    )
}
