//! `anki-sync-tray`: the sync server in the tray, with a window to look after it.

// Without it a console window would stay open beside the app.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use anki_sync_tray::arguments::{HELP, Start};

fn main() -> ExitCode {
    let outcome = match Start::read(std::env::args_os().skip(1)) {
        Start::Version => return say(&format!("anki-sync-tray {}", env!("CARGO_PKG_VERSION"))),
        Start::Help => return say(HELP),
        Start::Unknown(word) => Err(format!(
            "There is no argument {word}. See `anki-sync-tray --help` for those there are."
        )),
        Start::Window => anki_sync_tray::run_window(),
        Start::App { hidden } => anki_sync_tray::run_app(hidden),
    };
    outcome.unwrap_or_else(|sentence| complain(&sentence))
}

#[expect(clippy::print_stdout, reason = "the answer to a question on the command line")]
fn say(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "there is neither a window nor a log yet")]
fn complain(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::FAILURE
}
