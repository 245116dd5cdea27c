//! The process that stays: server, tray, clipboard. It has no webview, so that
//! it stays small.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tauri::{AppHandle, Manager, RunEvent};

use crate::app::App;
use crate::arguments::HIDDEN;
use crate::desktop::Desktop;
use crate::logging::LogFeed;
use crate::places::Places;
use crate::window::Window;
use crate::{signals, tray};

/// How long the server may take to stop when the app is told to end at once.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// What the end of the process needs: the app, once it is open.
#[derive(Debug, Default)]
struct Running {
    app: OnceLock<Arc<App>>,
    has_shut_down: AtomicBool,
}

/// Runs the app until somebody quits it.
pub fn run(places: Places, log: LogFeed, hidden: bool) -> ExitCode {
    let window = Window::new(log);
    let of_second_start = window.clone();
    let app = tauri::Builder::default()
        // First, for nothing else may begin when another app is there already.
        .plugin(tauri_plugin_single_instance::init(move |_, arguments, _| {
            // At login both the desktop's memory and autostart may start it.
            if !arguments.iter().any(|argument| argument == HIDDEN) {
                of_second_start.open();
            }
        }))
        .plugin(tauri_plugin_clipboard_manager::init())
        .manage(Running::default())
        .setup(move |app| {
            #[cfg(target_os = "macos")]
            app.set_activation_policy(tauri::ActivationPolicy::Accessory);
            let handle = app.handle().clone();
            app.manage(window.clone());
            tauri::async_runtime::spawn(start(handle, places, window, hidden));
            Ok(())
        })
        .build(crate::context());
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(on_event)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the app could not start");
            ExitCode::FAILURE
        }
    }
}

async fn start(handle: AppHandle, places: Places, window: Window, hidden: bool) {
    let desktop = Desktop::new(handle.clone(), window.clone());
    let app = App::open(places, desktop.clone()).await;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), hidden, "the app is open");
    let _ = handle.state::<Running>().app.set(Arc::clone(&app));
    window.serve(Arc::clone(&app));
    // Nobody finds a tray icon that they have never seen.
    let starts_hidden = hidden && app.snapshot().settings.is_set_up;
    if !starts_hidden {
        window.open();
    }
    tauri::async_runtime::spawn(signals::end_on_signal(Arc::clone(&app), desktop.clone()));
    tray::run(handle, app, desktop, starts_hidden).await;
}

fn on_event(handle: &AppHandle, event: RunEvent) {
    match event {
        // The app has no window whose end could be its end.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        RunEvent::Exit => shut_down(handle),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => handle.state::<Window>().open(),
        _ => {}
    }
}

/// The last thing that happens, however the end came: a quit, which has stopped
/// the server already, or the end of the session.
fn shut_down(handle: &AppHandle) {
    let running = handle.state::<Running>();
    if running.has_shut_down.swap(true, Ordering::Relaxed) {
        return;
    }
    handle.state::<Window>().close();
    if let Some(app) = running.app.get() {
        let stopped = tauri::async_runtime::block_on(async {
            tokio::time::timeout(STOPS_WITHIN, app.shut_down()).await
        });
        if stopped.is_err() {
            tracing::warn!("the server took too long to stop; open syncs are rolled back");
        }
    }
    tracing::info!("the app ended");
}
