//! The app: the server, the settings, and who listens.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use crate::desktop::Desktop;
use crate::ipc::{
    Addresses, AppEvent, CommandError, Reach, ServerStatus, Settings, Snapshot, Theme,
};
use crate::places::Places;

/// All that lives as long as the app.
#[derive(Debug)]
pub struct App {
    places: Places,
    desktop: Desktop,
    events: broadcast::Sender<AppEvent>,
    status: watch::Sender<ServerStatus>,
}

impl App {
    /// Stand-in.
    pub async fn open(places: Places, desktop: Desktop) -> Arc<Self> {
        Arc::new(Self {
            places,
            desktop,
            events: broadcast::Sender::new(64),
            status: watch::Sender::new(ServerStatus::Stopped),
        })
    }

    /// Stand-in.
    pub fn subscribe(&self) -> broadcast::Receiver<AppEvent> {
        self.events.subscribe()
    }

    /// Stand-in.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            status: self.status.borrow().clone(),
            addresses: Addresses::default(),
            syncing: Vec::new(),
            ladder: None,
            settings: Settings {
                is_set_up: true,
                storage: self.places.default_storage.display().to_string(),
                address: None,
                port: 8080,
                reach: Reach::LocalNetworks,
                upload_limit_mib: 100,
                starts_with_computer: false,
                starts_hidden: false,
                language: None,
                theme: Theme::System,
            },
            settings_notice: None,
            default_storage: self.places.default_storage.display().to_string(),
            moving: None,
            system_language: self.places.system_language,
            version: env!("CARGO_PKG_VERSION").into(),
            has_tray: self.desktop.has_tray(),
            asks_to_quit: false,
        }
    }

    /// Stand-in.
    pub fn status(&self) -> watch::Receiver<ServerStatus> {
        self.status.subscribe()
    }

    /// Stand-in.
    pub async fn start_server(&self) {
        self.set(ServerStatus::Running);
    }

    /// Stand-in.
    pub async fn stop_server(&self) {
        self.set(ServerStatus::Stopped);
    }

    fn set(&self, status: ServerStatus) {
        tracing::info!("the server is {status:?}");
        self.status.send_replace(status.clone());
        let _ = self.events.send(AppEvent::Status(status));
    }

    /// Stand-in.
    pub fn main_address(&self) -> Option<String> {
        (*self.status.borrow() == ServerStatus::Running)
            .then(|| "http://192.168.1.20:8080/".to_owned())
    }

    /// Stand-in.
    pub async fn copy_main_address(&self) -> Result<(), CommandError> {
        self.desktop.copy(&self.main_address().unwrap_or_default())
    }

    /// Stand-in.
    pub async fn request_quit(&self) {
        self.desktop.exit();
    }

    /// Stand-in.
    pub async fn shut_down(&self) {
        self.set(ServerStatus::Stopped);
    }
}
