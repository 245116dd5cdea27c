//! Two devices of one account and the server between them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::client::Client;
use crate::compare::{self, Written};
use crate::server::{NAME, PASSWORD, Program, Server};

/// Two clients, signed in to one account of one server.
pub struct Pair {
    /// The device that had a collection before the server knew the account.
    pub first: Client,
    /// The device that came later.
    pub second: Client,
    /// The server under test.
    pub server: Server,
    // Last, so that the programs in it end before it is removed.
    folder: TempDir,
}

impl Pair {
    /// Starts a server and both clients, with empty collections, not yet signed in.
    pub fn start(versions: [&'static str; 2]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::start_in(folder, Program::UnderTest, versions)
    }

    /// Likewise with this server, and with what the folder holds already.
    pub fn start_in(folder: TempDir, program: Program, versions: [&'static str; 2]) -> Self {
        let server = Server::start(program, &folder.path().join("storage"));
        let first = Client::start(versions[0], &folder.path().join("first"));
        let second = Client::start(versions[1], &folder.path().join("second"));
        let mut pair = Self { first, second, server, folder };
        pair.first.use_server(&pair.server.address());
        pair.second.use_server(&pair.server.address());
        pair
    }

    /// Signs both clients in.
    pub fn log_in(&mut self) {
        let address = self.server.address();
        self.first.log_in(&address, NAME, PASSWORD);
        self.second.log_in(&address, NAME, PASSWORD);
    }

    /// Starts with the first device's collection uploaded and on the second device too.
    pub fn start_synced(versions: [&'static str; 2]) -> Self {
        let mut pair = Self::start(versions);
        pair.log_in();
        seed(&mut pair.first);
        assert_eq!(pair.first.try_sync().expect("the sync works"), "FULL_UPLOAD");
        pair.first.call("upload", json!({}));
        assert_eq!(pair.second.try_sync().expect("the sync works"), "FULL_DOWNLOAD");
        pair.second.call("download", json!({}));
        pair
    }

    /// Replaces the running server by another program on the same storage folder, as a
    /// person does who moves. The devices learn of the new address only.
    pub fn move_to(&mut self, program: Program) {
        self.server.stop();
        self.server = Server::start(program, &self.folder.path().join("storage"));
        let address = self.server.address();
        self.first.use_server(&address);
        self.second.use_server(&address);
    }

    /// The folder that holds the storage folder and those of the devices.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The device that writes and the one that reads, in both roles.
    pub fn writer_and_reader(&mut self, first_writes: bool) -> (&mut Client, &mut Client) {
        if first_writes {
            (&mut self.first, &mut self.second)
        } else {
            (&mut self.second, &mut self.first)
        }
    }

    /// Syncs until each device has seen what the other one did.
    #[track_caller]
    pub fn converge(&mut self) {
        self.first.sync();
        self.second.sync();
        self.first.sync();
    }

    /// Compares the devices' collections, which stay usable afterwards.
    #[track_caller]
    pub fn assert_same(&mut self) {
        self.first.close();
        self.second.close();
        let [first, second] = devices(&mut self.first, &mut self.second);
        compare::assert_same(first, second);
        self.first.open();
        self.second.open();
    }

    /// Compares the devices' media folders.
    #[track_caller]
    pub fn assert_same_media(&self, what: &str) {
        assert_same_media(what, &self.first.media_folder(), &self.second.media_folder());
    }

    /// Syncs to the end and compares everything with everything: both collections with each
    /// other and with the server's file, the media folders likewise, and lets each client
    /// and the server check their own.
    #[track_caller]
    pub fn finish(mut self) {
        self.converge();
        self.first.close();
        self.second.close();
        self.server.stop();
        assert_eq!(self.server.problems(), None, "what the server says of its own files");
        let [first, second] = devices(&mut self.first, &mut self.second);
        compare::assert_same(first, second);
        for device in devices(&mut self.first, &mut self.second) {
            let file = self.server.account_folder().join("collection.anki2");
            compare::assert_same(device, Written { name: "the server", file, writer: None });
        }
        let media = self.server.account_folder().join("media");
        for client in [&self.first, &self.second] {
            // A device that never synced media has an empty folder, and so has its server.
            assert_same_media(client.version(), &client.media_folder(), &media);
        }
        for client in [&mut self.first, &mut self.second] {
            client.open();
            let problems = client.call("check_database", json!({}));
            let problems: Vec<&str> =
                problems.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
            // Not damage: it adds to cards what the other device is too old to write.
            let worse = problems.iter().any(|line| !line.starts_with("Added last review time"));
            assert!(!worse, "client {}: {problems:?}", client.version());
            client.close();
        }
    }
}

fn devices<'a>(first: &'a mut Client, second: &'a mut Client) -> [Written<'a>; 2] {
    [
        Written { name: "the first device", file: first.collection(), writer: Some(first) },
        Written { name: "the second device", file: second.collection(), writer: Some(second) },
    ]
}

/// Fails unless two media folders hold the same files.
#[track_caller]
pub fn assert_same_media(what: &str, one: &Path, other: &Path) {
    let [one, other] = [media(one), media(other)];
    for (a, b) in [(&one, &other), (&other, &one)] {
        let missing: Vec<&String> = a.keys().filter(|name| !b.contains_key(*name)).collect();
        assert!(missing.is_empty(), "{what}: only one has {missing:?}");
    }
    for (name, bytes) in &one {
        assert!(other[name] == *bytes, "{what}: {name} differs");
    }
}

/// The files of a media folder by name. A folder that is not there has none.
pub fn media(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let entry = entry.expect("the folder can be read");
            let name = entry.file_name().into_string().expect("names are Unicode");
            (name, std::fs::read(entry.path()).expect("the file can be read"))
        })
        .collect()
}

/// A collection as a person has it after some weeks: decks, options, tags, notes of several
/// notetypes, reviews, a filtered deck, and settings.
pub fn seed(client: &mut Client) {
    client.call("add_deck", json!({ "name": "Languages::日本語", "description": "<b>かな</b>" }));
    client.call("add_deck", json!({ "name": "Languages::Ελληνικά" }));
    for number in 0..12 {
        let fields = [format!("語 {number}"), format!("word &amp; <i>{number}</i> [sound:a.mp3]")];
        let tags = ["weeks::one", if number % 2 == 0 { "even" } else { "odd" }];
        client.call(
            "add_note",
            json!({ "deck": "Languages::日本語", "notetype": "Basic (and reversed card)", "fields": fields, "tags": tags }),
        );
    }
    client.call(
        "add_notes",
        json!({ "deck": "Bulk", "notetype": "Basic", "count": 30, "prefix": "seed" }),
    );
    let cloze = ["{{c1::Αθήνα}} is the capital of {{c2::Greece::country}}"];
    client.call(
        "add_note",
        json!({ "deck": "Languages::Ελληνικά", "notetype": "Cloze", "fields": cloze, "tags": [] }),
    );
    let answered = client.call("answer", json!({ "deck": "Bulk", "ratings": [3, 1, 4, 2, 3, 3] }));
    assert_eq!(answered, 6, "the seed has cards to answer");
    let options = client.call("add_options", json!({ "name": "Hard", "deck": "Bulk" }));
    client.call("edit_options", json!({ "id": options, "new_per_day": 33, "steps": [1.5, 12.0] }));
    client
        .call("add_filtered_deck", json!({ "name": "Cramming", "search": "tag:even", "limit": 3 }));
    client.call("set_config", json!({ "key": "seed", "value": { "list": [1, 2.5, "ü", null] } }));
}
