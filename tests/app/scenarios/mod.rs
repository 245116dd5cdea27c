//! One file for each thing a person goes through.

mod accessibility;
mod anki_desktop;
mod damaged_settings;
mod existing_data;
mod first_run;
mod folder_moved;
mod port_taken;
mod quiet;
mod quit_during_sync;
mod second_start;
mod tray;

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::client::{Client, NEWEST};
use crate::support::{Desktop, Window};

/// The account of most scenarios: a blank, a capital, and letters outside ASCII.
pub const NAME: &str = "Anna Müller";
/// Its password.
pub const PASSWORD: &str = "quiet river 27";

/// Gives the app an account, where adding one is not the point.
pub fn add_user(window: &Window<'_>) {
    window.until_running();
    window.call("add_user", json!({ "name": NAME, "password": PASSWORD }));
}

/// The newest Anki client, signed in, after its first upload.
pub fn synced_client(desktop: &Desktop, address: &str) -> Client {
    let mut client = new_client(desktop, "device");
    client.log_in(address, NAME, PASSWORD);
    first_upload(&mut client);
    client
}

/// A new device with one note.
pub fn new_client(desktop: &Desktop, device: &str) -> Client {
    let mut client = Client::start(NEWEST, &desktop.folder().join(device));
    add_note(&mut client, "What travels?", "This card.");
    client
}

/// Adds a note, so that there is something to sync.
pub fn add_note(client: &mut Client, front: &str, back: &str) {
    let note = json!({ "deck": "Default", "notetype": "Basic", "fields": [front, back] });
    client.call("add_note", note);
}

/// Syncs a device that the server knows nothing of yet.
pub fn first_upload(client: &mut Client) {
    assert_eq!(client.try_sync().expect("the server is reached"), "FULL_UPLOAD");
    client.call("upload", json!({}));
}

/// Fails when a file in the folder holds the word; gives the number of files.
#[track_caller]
pub fn assert_in_no_file(folder: &Path, word: &str) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let entry = entry.expect("its entries too");
        let path = entry.path();
        let kind = entry.file_type().expect("an entry has a kind");
        if kind.is_dir() {
            files += assert_in_no_file(&path, word);
        } else if kind.is_file() {
            // What goes meanwhile, such as the web engine's notes, holds nothing for long.
            let Ok(content) = fs::read(&path) else { continue };
            let holds = content.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!holds, "{word:?} is in {}", path.display());
            files += 1;
        }
    }
    files
}
