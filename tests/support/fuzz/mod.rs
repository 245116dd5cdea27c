//! What the fuzzer calls, and what the saved inputs are replayed through.
//!
//! Each target takes any bytes, does with them what the server would, and panics
//! when something happens that never may: a panic further down, an answer that
//! blames the server, something stored that cannot be read back.
//!
//! `fuzz/` at the top of the repository runs these with libFuzzer; `faults`
//! replays `fuzz/corpus` as ordinary tests.

mod collection_file;
mod http;
mod media_zip;
mod messages;
mod schema_11;
mod sync;

use std::path::{Path, PathBuf};

/// A target and its name, which is also that of its folder of saved inputs.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("direct_post", http::direct_post),
    ("multipart", http::multipart),
    ("messages", messages::run),
    ("sync", sync::run),
    ("media_zip", media_zip::run),
    ("collection_file", collection_file::run),
    ("schema_11", schema_11::run),
];

/// Runs the target of this name.
///
/// # Panics
/// When there is none, and when the target finds something.
pub fn run(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a known target");
    target(data);
}

/// A folder of its own for each process, in memory where the system has such a
/// thing: a fuzzer writes thousands of files a second.
fn scratch() -> &'static Path {
    static FOLDER: std::sync::OnceLock<(PathBuf, tempfile::TempDir)> = std::sync::OnceLock::new();
    let (path, _) = FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        }
        .unwrap();
        (folder.path().to_owned(), folder)
    });
    path
}
