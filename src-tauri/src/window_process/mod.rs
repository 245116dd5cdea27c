//! The process of the window: one webview and a pipe to the app, nothing else.
//! It ends when the window closes and when the app does.

mod commands;
mod pipe;
mod webview;

use std::io::{BufReader, IsTerminal, stdin, stdout};
use std::process::ExitCode;
use std::thread;

use tauri::{AppHandle, Emitter, Manager, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::ipc::{AppEvent, FromWindow, Language, Settings, Theme, ToWindow};
use crate::places::FOLDER;
use crate::{logging, text};
use pipe::{Pipe, messages};

/// The label of the one window, to which `capabilities/main.json` grants.
const MAIN: &str = "main";

/// Where its size and place are kept, beside the settings.
const GEOMETRY_FILE: &str = "window.json";

/// The name of the event with which the page hears from the app.
const APP_EVENT: &str = "app";

/// Runs the window until it closes.
pub fn run() -> ExitCode {
    if stdin().is_terminal() {
        // Somebody tried the argument by hand. Nobody would answer the window.
        return ExitCode::from(2);
    }
    logging::start_for_window();
    let mut from_app = messages(BufReader::new(stdin()));
    // The app sends its settings first of all.
    let settings = loop {
        match from_app.next() {
            Some(ToWindow::Event { event }) => {
                if let AppEvent::Settings(settings) = *event {
                    break settings;
                }
            }
            Some(_) => {}
            None => return ExitCode::SUCCESS,
        }
    };

    let pipe = Pipe::new(stdout());
    let mut context = crate::context();
    // What the window keeps lies in the same folders as all the rest.
    context.config_mut().identifier = FOLDER.to_owned();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(GEOMETRY_FILE)
                .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
                .build(),
        )
        .manage(pipe.clone())
        .invoke_handler(tauri::generate_handler![commands::call, commands::choose_folder])
        .on_window_event(|window, event| {
            if let WindowEvent::Destroyed = event {
                window.state::<Pipe>().say(FromWindow::CLOSING);
            }
        })
        .setup(move |app| {
            app.manage(commands::DialogLanguage::new(language_of(&settings)));
            webview::open(app, settings.theme)?;
            let handle = app.handle().clone();
            thread::Builder::new().name("from-app".to_owned()).spawn(move || {
                for message in from_app {
                    obey(&handle, message);
                }
                handle.exit(0);
            })?;
            Ok(())
        })
        .build(context);
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(reopened)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the window could not be made");
            ExitCode::FAILURE
        }
    }
}

/// Does what the app says.
fn obey(handle: &AppHandle, message: ToWindow) {
    match message {
        ToWindow::Answer { id, outcome } => handle.state::<Pipe>().answer(id, outcome),
        ToWindow::Event { event } => {
            if let AppEvent::Settings(settings) = &*event {
                handle.state::<commands::DialogLanguage>().set(language_of(settings));
                webview::set_theme(handle, settings.theme);
            }
            if let Err(error) = handle.emit(APP_EVENT, event) {
                tracing::warn!(%error, "the page did not get an event");
            }
        }
        ToWindow::Show => {
            webview::show(handle);
            handle.state::<Pipe>().say(FromWindow::SHOWN);
        }
        ToWindow::Close => handle.exit(0),
    }
}

fn language_of(settings: &Settings) -> Language {
    settings.language.unwrap_or_else(text::system_language)
}

/// The theme in Tauri's terms; none follows the system.
fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

#[cfg(target_os = "macos")]
fn reopened(handle: &AppHandle, event: RunEvent) {
    if let RunEvent::Reopen { .. } = event {
        webview::show(handle);
    }
}

#[cfg(not(target_os = "macos"))]
fn reopened(_handle: &AppHandle, _event: RunEvent) {}
