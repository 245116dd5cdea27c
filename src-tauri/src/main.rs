//! `anki-sync-tray`: the sync server in the tray, with a window to look after it.

// Without it a console window would stay open beside the app.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    println!("not yet");
}
