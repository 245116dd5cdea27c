//! The messages of the media sync, and the zip files they carry.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Answer, Client};

impl Client {
    /// Media `begin`.
    pub fn media_begin(&self) -> Answer {
        self.json("msync/begin", &json!({"v": "anki,26.09.3 (29bb700b),linux"}))
    }

    /// `mediaChanges` after a usn.
    pub fn media_changes(&self, last_usn: i64) -> Answer {
        self.json("msync/mediaChanges", &json!({"lastUsn": last_usn}))
    }

    /// `uploadChanges` with a zip.
    pub fn upload_changes(&self, zip: &[u8]) -> Answer {
        self.post("msync/uploadChanges", zip)
    }

    /// `downloadFiles`.
    pub fn download_files(&self, names: &[&str]) -> Answer {
        self.json("msync/downloadFiles", &json!({"files": names}))
    }

    /// `mediaSanity`.
    pub fn media_sanity(&self, count: u32) -> Answer {
        self.json("msync/mediaSanity", &json!({"local": count}))
    }

    /// Uploads files (`None` deletes) and returns `[processed, usn]`.
    #[track_caller]
    pub fn send_media(&self, files: &[(&str, Option<&[u8]>)]) -> Value {
        let answer = self.upload_changes(&upload_zip(files)).ok();
        assert_eq!(answer["err"], "");
        answer["data"].clone()
    }
}

/// A zip of entries, deflated.
#[must_use]
pub fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The zip that clients upload: files by name, `None` for a deletion.
#[must_use]
pub fn upload_zip(files: &[(&str, Option<&[u8]>)]) -> Vec<u8> {
    let meta: Vec<Value> = files
        .iter()
        .enumerate()
        .map(|(i, (name, content))| json!([name, content.map(|_| i.to_string())]))
        .collect();
    let meta = Value::Array(meta).to_string();
    let numbers: Vec<String> = (0..files.len()).map(|i| i.to_string()).collect();
    let mut entries: Vec<(&str, &[u8])> = files
        .iter()
        .zip(&numbers)
        .filter_map(|((_, content), number)| content.map(|c| (number.as_str(), c)))
        .collect();
    entries.push(("_meta", meta.as_bytes()));
    zip_of(&entries)
}

/// The files of a downloaded zip by their real names.
#[must_use]
pub fn read_zip(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut read = |name: &str| {
        let mut content = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    let meta: BTreeMap<String, String> = serde_json::from_slice(&read("_meta")).unwrap();
    let files: BTreeMap<_, _> =
        meta.into_iter().map(|(entry, name)| (name, read(&entry))).collect();
    assert_eq!(zip.len(), files.len() + 1, "every entry is listed");
    files
}
