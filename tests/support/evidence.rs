//! What a run of all tests leaves for the search after it: everything that the programs
//! wrote or said, and the secrets that must be nowhere in it.
//!
//! `cargo xtask test` names a folder for it and searches it at the end. Without one,
//! nothing is kept.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha1::{Digest, Sha1};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Name of the environment variable with the folder.
const FOLDER: &str = "TEST_EVIDENCE";
/// Shorter ones are also words of a log.
const SHORTEST_SECRET: usize = 8;
/// Larger files hold cards or pictures.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Notes a password or key.
pub fn secret(text: &str) {
    let Some(folder) = folder("secrets") else { return };
    if text.len() < SHORTEST_SECRET || text.contains('\n') {
        return;
    }
    let path = folder.join(std::process::id().to_string());
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.unwrap().write_all(format!("{text}\n").as_bytes()).unwrap();
}

/// Notes a password, and the key that the official server computes from it.
pub fn password(name: &str, password: &str) {
    secret(password);
    secret(&hex::encode(Sha1::digest(format!("{name}:{password}"))));
}

/// Keeps what a program said: a log, an answer, a report.
pub fn said(kind: &str, text: &[u8]) {
    let Some(folder) = folder(kind) else { return };
    let path = folder.join(std::process::id().to_string());
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(&[text, b"\n"].concat()).unwrap();
}

/// Keeps everything of a storage folder or a home that is no card and no picture. The
/// token for commands is the one secret that is in a file; it is noted, and may be
/// nowhere else.
pub fn files(kind: &str, from: &Path) {
    if let Some(folder) = folder(kind) {
        copy(from, &folder.join(unique()));
    }
}

/// Has the log of everything that runs in this process kept, with all details.
pub(crate) fn log_of_this_process() {
    static STARTED: std::sync::Once = std::sync::Once::new();
    STARTED.call_once(|| {
        let Some(folder) = folder("logs") else { return };
        let file = File::create(folder.join(unique())).unwrap();
        let ours = ["sync_protocol", "sync_store", "sync_server", "anki_sync_tray"];
        let filter = Targets::new()
            .with_targets(ours.map(|name| (name, LevelFilter::TRACE)))
            .with_default(LevelFilter::INFO);
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
        // Somebody else's log is as good.
        let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
    });
}

fn copy(from: &Path, to: &Path) {
    // What goes meanwhile holds nothing for long.
    let Ok(entries) = fs::read_dir(from) else { return };
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        if name == "server.control" {
            note_token(&path);
        } else if metadata.is_dir() && name != "media" {
            copy(&path, &to.join(&*name));
        } else if metadata.is_file() && metadata.len() < LARGEST_FILE && !holds_cards(&name) {
            fs::create_dir_all(to).unwrap();
            let _ = fs::copy(&path, to.join(&*name));
        }
    }
}

fn holds_cards(name: &str) -> bool {
    name.contains(".anki2") || name.starts_with("media.")
}

fn note_token(path: &Path) {
    let content = fs::read_to_string(path).unwrap_or_default();
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&content) else { return };
    if let Some(token) = json["token"].as_str() {
        secret(token);
    }
}

fn folder(kind: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os(FOLDER)?).join(kind);
    fs::create_dir_all(&folder).unwrap();
    Some(folder)
}

/// A text that is different each time, in every process.
pub(crate) fn unique() -> String {
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}
