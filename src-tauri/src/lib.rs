//! The tray app with the sync server inside, and the process of its window.

pub mod activity;
pub mod addresses;
pub mod app;
mod app_process;
pub mod arguments;
mod client_app;
pub mod commands;
pub mod desktop;
mod folder_check;
pub mod ipc;
mod ladder;
pub mod local_server;
mod log_file;
mod logging;
pub mod places;
mod signals;
mod start_problem;
mod storage_move;
mod suggested_password;
mod support_report;
mod text;
mod toolkit;
mod tray;
mod window;
mod window_process;

use std::process::ExitCode;

use places::Places;

pub use logging::LOG_FILE;

/// Threads for what waits; blocking work has threads of its own.
const WORKERS: usize = 2;

/// Where a window cannot be, a person wants the other program.
const NO_DESKTOP: &str = "There is no desktop here to show a tray icon or a window on. \
    `anki-sync-server` does the same without them: see `anki-sync-server --help`.";

/// Runs the app until somebody quits it.
///
/// # Errors
/// A sentence for the person, when it cannot even start.
pub fn run_app(hidden: bool) -> Result<ExitCode, String> {
    let places = Places::of_this_person()
        .ok_or("Your home folder cannot be found. Set HOME and start Anki Sync Tray again.")?;
    toolkit::do_without_opengl();
    if !toolkit::starts() {
        return Err(NO_DESKTOP.to_owned());
    }
    let log = logging::start(&places.logs);
    with_runtime(|| app_process::run(places, log, hidden))
}

/// Runs the window of an app that runs already, until it closes.
///
/// # Errors
/// A sentence for the person, when it cannot even start.
pub fn run_window() -> Result<ExitCode, String> {
    if !toolkit::starts() {
        return Err(NO_DESKTOP.to_owned());
    }
    with_runtime(window_process::run)
}

fn with_runtime(run: impl FnOnce() -> ExitCode) -> Result<ExitCode, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| format!("The system has no room for another program: {error}."))?;
    tauri::async_runtime::set(runtime.handle().clone());
    let code = run();
    // Nothing that still waits may hold the end up.
    runtime.shutdown_background();
    Ok(code)
}

/// What `tauri.conf.json` says, with the page and the icons.
fn context() -> tauri::Context {
    tauri::generate_context!()
}
