//! An app in a home of its own.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anki_sync_tray::app::App;
use anki_sync_tray::commands;
use anki_sync_tray::ipc::{AppEvent, CommandError, Language, ServerStatus, SyncRow};
use anki_sync_tray::places::Places;
use serde_json::{Value, json};
use sync_tests::{Client, PASSWORD, evidence};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

/// Only a failing test ever waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running app. Its server stops when dropped.
pub struct TestApp {
    pub app: Arc<App>,
    pub home: Arc<TempDir>,
    events: Receiver<AppEvent>,
    // Last, for the others need it to the end.
    runtime: Arc<Runtime>,
}

pub fn home() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

/// Settings of a computer that was set up: this computer alone, any free port.
pub fn settings(storage: &Path) -> Value {
    json!({
        "version": 1, "is_set_up": true, "storage": storage, "port": 0, "reach": "this_computer",
    })
}

pub fn places(home: &Path) -> Places {
    Places {
        settings: home.join("settings"),
        logs: home.join("logs"),
        default_storage: home.join(".syncserver"),
        system_language: Language::En,
    }
}

impl TestApp {
    /// A computer that was never set up.
    pub fn new() -> Self {
        Self::open(home())
    }

    /// The app in a home, as after a login.
    pub fn open(home: Arc<TempDir>) -> Self {
        let runtime = Arc::new(Runtime::new().unwrap());
        let app = runtime.block_on(App::open(places(home.path()), None));
        let events = app.subscribe();
        Self { app, home, events, runtime }
    }

    /// An app that was set up with an account, and runs.
    pub fn running() -> Self {
        let home = home();
        let storage = home.path().join("cards");
        sync_store::accounts::ServerDb::open(&storage).unwrap();
        write_settings(home.path(), &settings(&storage));
        let test = Self::open(home);
        test.wait_until(ServerStatus::Running);
        test.ask("add_user", json!({ "name": "anna", "password": PASSWORD }));
        test
    }

    /// Carries out a command as the window would.
    pub fn try_ask(&self, command: &str, arguments: Value) -> Result<Value, CommandError> {
        self.wait(commands::run(Arc::clone(&self.app), command, arguments))
    }

    #[track_caller]
    pub fn ask(&self, command: &str, arguments: Value) -> Value {
        self.try_ask(command, arguments).unwrap()
    }

    #[track_caller]
    pub fn refused(&self, command: &str, arguments: Value) -> CommandError {
        self.try_ask(command, arguments).unwrap_err()
    }

    #[track_caller]
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        let outcome = self.runtime.block_on(async { timeout(PATIENCE, work).await });
        outcome.expect("an answer in time")
    }

    #[track_caller]
    pub fn wait_until(&self, wanted: ServerStatus) {
        let mut status = self.app.status();
        let is_it = |now: &ServerStatus| *now == wanted || is_failed(now);
        let seen = self.wait(async { status.wait_for(is_it).await.unwrap().clone() });
        assert_eq!(seen, wanted);
    }

    /// The status once the server runs or cannot.
    #[track_caller]
    pub fn settled(&self) -> ServerStatus {
        let mut status = self.app.status();
        let is_settled = |now: &ServerStatus| *now == ServerStatus::Running || is_failed(now);
        self.wait(async { status.wait_for(is_settled).await.unwrap().clone() })
    }

    pub fn status(&self) -> ServerStatus {
        self.app.status().borrow().clone()
    }

    /// The next event for which `wanted` gives something.
    #[track_caller]
    pub fn next<T>(&mut self, mut wanted: impl FnMut(&AppEvent) -> Option<T>) -> T {
        let Self { runtime, events, .. } = self;
        let mut seen = Vec::new();
        let search = async {
            loop {
                let event = events.recv().await.unwrap();
                if let Some(found) = wanted(&event) {
                    return found;
                }
                seen.push(event);
            }
        };
        let found = runtime.block_on(async { timeout(PATIENCE, search).await });
        found.unwrap_or_else(|_| panic!("the event did not come; others did: {seen:?}"))
    }

    /// The next sync that ends.
    #[track_caller]
    pub fn next_ended(&mut self) -> SyncRow {
        self.next(|event| match event {
            AppEvent::SyncEnded(row) => Some(row.clone()),
            _ => None,
        })
    }

    pub fn storage(&self) -> PathBuf {
        self.app.storage()
    }

    /// A device that knows the shown address.
    #[track_caller]
    pub fn device(&self) -> Client {
        let url = self.app.main_address().unwrap();
        let address = url.strip_prefix("http://").unwrap().trim_end_matches('/');
        Client::new(address.parse().unwrap())
    }

    /// A device that is signed in as `name`.
    #[track_caller]
    pub fn signed_in(&self, name: &str) -> Client {
        let mut device = self.device();
        let key = device.log_in(name, PASSWORD).ok()["key"].as_str().unwrap().to_owned();
        device.host_key = key;
        device
    }

    /// Ends the app and leaves its home.
    pub fn close(self) -> Arc<TempDir> {
        Arc::clone(&self.home)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let app = Arc::clone(&self.app);
        if let Ok(report) = self.runtime.block_on(async {
            timeout(PATIENCE, commands::run(Arc::clone(&app), "support_report", json!(null))).await
        }) {
            let text =
                report.map_or_else(|error| format!("{error:?}"), |report| report.to_string());
            evidence::said("support", text.as_bytes());
        }
        let _ = self.runtime.block_on(async { timeout(PATIENCE, app.shut_down()).await });
        evidence::files("homes", self.home.path());
    }
}

fn is_failed(status: &ServerStatus) -> bool {
    matches!(status, ServerStatus::Failed { .. })
}

pub fn write_settings(home: &Path, settings: &Value) {
    let folder = home.join("settings");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("settings.json"), settings.to_string()).unwrap();
}

/// A collection with one card.
pub fn collection() -> Vec<u8> {
    sync_tests::template(|collection| {
        sync_tests::seed(collection);
        collection.add_note(1, 1000, 0);
        collection.add_card(1, 1000, 0);
    })
}
