//! Requests that change something, and what has to be true after them whether
//! they were answered or not.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use sync_tests::{
    Answer, Client, Collection, NAME, SEED_MODIFIED, SEED_USN, card, note, read_zip, seed,
    template, upload_zip,
};

use crate::program::{self, Program};

/// Time of the collection that is uploaded.
const UPLOADED: i64 = 1_800_000_000_000;

/// Bytes that nothing can compress.
pub static NOISE: [u8; 300_000] = noise();

const fn noise() -> [u8; 300_000] {
    let mut bytes = [0; 300_000];
    let (mut i, mut number) = (0, 1_u32);
    while i < bytes.len() {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes[i] = (number >> 24) as u8;
        i += 1;
    }
    bytes
}

/// One request on a storage folder that is prepared for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// A whole collection takes the place of another.
    Upload,
    /// A sync is committed.
    Finish,
    /// Media files are added, replaced and deleted.
    Media,
    /// A device gets a key.
    LogIn,
}

impl Scenario {
    pub const ALL: [Self; 4] = [Self::Upload, Self::Finish, Self::Media, Self::LogIn];

    /// A storage folder with a collection, media, and a device that is signed in;
    /// what it holds, copied for each try.
    pub fn storage() -> (tempfile::TempDir, String) {
        let storage = program::storage();
        let program = Program::start(storage.path());
        let client = program.client();
        client.upload(&template(seed)).text();
        client.send_media(&[("a.jpg", Some(b"old")), ("b.jpg", Some(b"bye"))]);
        drop(program);
        // Started once more and ended in order, so that no log is left of it.
        program::command(storage.path(), &["check"]);
        (storage, client.host_key)
    }

    /// Brings the device to where the request comes.
    pub fn prepare(self, client: &mut Client) {
        client.new_session();
        if self == Self::Finish {
            client.start_newer(SEED_USN).ok();
            client.apply_chunk(&json!({"cards": [card(1)], "notes": [note(1)]})).ok();
        } else {
            // So that the account's files are open, as they mostly are.
            client.meta().ok();
        }
    }

    /// The request itself.
    pub fn request(self, client: &Client) -> Option<Answer> {
        match self {
            Self::Upload => {
                let file = template(|collection| {
                    seed(collection);
                    collection.add_note(7, 1000, 0);
                    collection.add_card(7, 1000, 0);
                    collection.batch(&format!("UPDATE col SET mod = {UPLOADED}"));
                });
                client.try_post("sync/upload", &file)
            }
            Self::Finish => client.try_post("sync/finish", b"{}"),
            Self::Media => {
                let files: [(&str, Option<&[u8]>); 3] =
                    [("a.jpg", Some(b"new")), ("b.jpg", None), ("c.jpg", Some(b"c"))];
                client.try_post("msync/uploadChanges", &upload_zip(&files))
            }
            Self::LogIn => {
                let body = json!({"u": NAME, "p": sync_tests::PASSWORD});
                client.try_post("sync/hostKey", body.to_string().as_bytes())
            }
        }
    }

    /// Whether an answer says that the change was made.
    pub fn is_confirmed(answer: Option<&Answer>) -> bool {
        answer.is_some_and(|answer| answer.status == 200)
    }

    /// Asks a server that works whether the change was made, and fails when it was
    /// made in part.
    #[track_caller]
    pub fn has_happened(self, client: &Client, answer: Option<&Answer>, at: &str) -> bool {
        match self {
            Self::Upload => {
                let modified = client.meta().ok()["mod"].as_i64().unwrap();
                assert!([SEED_MODIFIED, UPLOADED].contains(&modified), "{at}: mod {modified}");
                modified == UPLOADED
            }
            Self::Finish => {
                let meta = client.meta().ok();
                let is_newer = meta["mod"] != SEED_MODIFIED;
                assert_eq!(meta["usn"] != SEED_USN, is_newer, "{at}: time and usn go together");
                is_newer
            }
            Self::Media => {
                let names: Vec<String> = client.media_changes(0).ok()["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|change| change[2] != "")
                    .map(|change| change[0].as_str().unwrap().to_owned())
                    .collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let files = read_zip(&client.download_files(&names).body);
                let before: BTreeMap<String, Vec<u8>> =
                    [("a.jpg".into(), b"old".to_vec()), ("b.jpg".into(), b"bye".to_vec())].into();
                let after: BTreeMap<String, Vec<u8>> =
                    [("a.jpg".into(), b"new".to_vec()), ("c.jpg".into(), b"c".to_vec())].into();
                assert!(files == before || files == after, "{at}: {:?}", files.keys());
                files == after
            }
            Self::LogIn => {
                let Some(answer) = answer.filter(|answer| answer.status == 200) else {
                    return false;
                };
                let mut device = client.twin();
                device.host_key = answer.ok()["key"].as_str().unwrap().to_owned();
                device.meta().status == 200
            }
        }
    }

    /// What a server that does not run must not have left.
    #[track_caller]
    pub fn assert_tidy(storage: &Path, at: &str) {
        assert_eq!(program::problems(storage), None, "{at}");
        let account = storage.join(NAME);
        for folder in [account.clone(), account.join("media")] {
            for name in names(&folder) {
                let is_ours = ["collection.anki2", "media", "media.db", "replaced"];
                let is_known = is_ours.contains(&name.as_str()) || name.len() == 5;
                assert!(is_known, "{at}: {name} is left");
            }
        }
        for name in names(&account.join("replaced")) {
            assert!(name.ends_with(".anki2"), "{at}: {name}");
            let kept = Collection::open(&account.join("replaced").join(&name));
            kept.assert_sound();
            let modified: i64 = kept.one("SELECT mod FROM col");
            assert_ne!(modified, UPLOADED, "{at}: the copy is of what is there");
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
