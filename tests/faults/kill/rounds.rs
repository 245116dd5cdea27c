//! One kill after the other, and what has to be true after each.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;
use crate::pair::{Pair, media};
use crate::server::{Program, Server};
use crate::tables;

/// What is going on when the server dies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Normal,
    Upload,
    Download,
    MediaUp,
    MediaDown,
}

/// Normal syncs have the most steps.
const KINDS: [Kind; 8] = [
    Kind::Normal,
    Kind::Upload,
    Kind::MediaUp,
    Kind::Normal,
    Kind::Download,
    Kind::MediaDown,
    Kind::Normal,
    Kind::MediaUp,
];

/// Notes and files of one round: enough for several steps of a sync.
const NOTES: usize = 40;
const FILES: usize = 30;

/// Two devices, the server between them, and what happened so far.
pub struct Rounds {
    pair: Pair,
    random: u64,
    /// How long each kind takes when nothing happens, by who does it.
    usual: BTreeMap<(Kind, bool), Duration>,
    /// How often each kind was answered all the same, and how often it was not.
    outcomes: BTreeMap<(Kind, bool), u32>,
}

impl Rounds {
    /// Starts with two devices that have the same.
    pub fn start(versions: [&'static str; 2], seed: u64) -> Self {
        let pair = Pair::start_synced(versions);
        let mut rounds =
            Self { pair, random: seed, usual: BTreeMap::new(), outcomes: BTreeMap::new() };
        rounds.pair.first.call("add_deck", json!({ "name": "Killed" }));
        rounds.pair.converge();
        rounds
    }

    /// Kills once, and checks everything.
    pub fn round(&mut self, round: u64) {
        let kind = KINDS[(round as usize - 1) % KINDS.len()];
        let by_first = self.random().is_multiple_of(2);
        let tag = format!("round{round}");
        if !self.usual.contains_key(&(kind, by_first)) {
            // Once without a kill, to know how long it takes.
            let tag = format!("trial{round}");
            let command = self.prepare(kind, by_first, &tag);
            let started = Instant::now();
            self.actor(by_first).call(command.0, command.1);
            self.usual.insert((kind, by_first), started.elapsed());
            self.settle(kind, by_first, &tag);
        }
        let (name, arguments) = self.prepare(kind, by_first, &tag);
        let longest = self.usual[&(kind, by_first)];
        let moment = Duration::from_micros(self.random() % (longest.as_micros() as u64));
        self.actor(by_first).send(name, arguments);
        wait(moment);
        self.pair.server.kill();
        let answer = self.actor(by_first).answer(name);
        let is_answered = answer.is_ok();
        *self.outcomes.entry((kind, is_answered)).or_default() += 1;
        // So that the moments reach to the very end, and not far beyond.
        let nearer = if is_answered { longest.mul_f64(0.9) } else { longest.mul_f64(1.05) };
        self.usual.insert((kind, by_first), nearer);
        let at = format!("{kind:?} of {tag} after {moment:?}, answered: {is_answered}");

        self.assert_whole(kind, by_first, &tag, is_answered, &at);
        self.restart();
        self.settle(kind, by_first, &tag);
        self.assert_arrived(kind, &tag, &at);
    }

    /// What was killed, and what came of it, in words.
    pub fn told(&self) -> String {
        let parts: Vec<String> = self
            .outcomes
            .iter()
            .map(|((kind, is_answered), count)| {
                let outcome = if *is_answered { "answered" } else { "broken off" };
                format!("{count} {kind:?} {outcome}")
            })
            .collect();
        parts.join(", ")
    }

    /// Compares everything with everything.
    pub fn finish(mut self) {
        let count = |answered| {
            let of_these = self.outcomes.iter().filter(|((_, is), _)| *is == answered);
            of_these.map(|(_, count)| count).sum::<u32>()
        };
        // Of a few, all may have come too late.
        let is_many = count(true) + count(false) >= 50;
        assert!(!is_many || count(true) > 0 && count(false) > 0, "{}", self.told());
        for client in [&mut self.pair.first, &mut self.pair.second] {
            client.call("sync_media", json!({}));
        }
        self.pair.first.call("sync_media", json!({}));
        self.pair.finish();
    }

    /// Makes the changes of a round; returns the command that is to be killed.
    fn prepare(&mut self, kind: Kind, by_first: bool, tag: &str) -> (&'static str, Value) {
        let (actor, other) = self.pair.writer_and_reader(by_first);
        match kind {
            Kind::Normal => {
                add_notes(other, &format!("{tag}other"));
                other.sync();
                add_notes(actor, tag);
                actor.call("set_config", json!({ "key": "killed", "value": tag }));
                ("sync", json!({}))
            }
            Kind::Upload => {
                add_notes(actor, tag);
                add_field(actor, tag);
                assert_eq!(actor.try_sync().unwrap(), "FULL_SYNC");
                ("upload", json!({}))
            }
            Kind::Download => {
                add_notes(other, tag);
                add_field(other, tag);
                assert_eq!(other.try_sync().unwrap(), "FULL_SYNC");
                other.call("upload", json!({}));
                assert_eq!(actor.try_sync().unwrap(), "FULL_SYNC");
                ("download", json!({}))
            }
            Kind::MediaUp => {
                add_files(actor, tag);
                ("sync_media", json!({}))
            }
            Kind::MediaDown => {
                add_files(other, tag);
                other.call("sync_media", json!({}));
                ("sync_media", json!({}))
            }
        }
    }

    /// What the dead server left: all of what was answered, and all or nothing of
    /// what was not.
    fn assert_whole(&self, kind: Kind, by_first: bool, tag: &str, is_answered: bool, at: &str) {
        // Of a copy, since to look changes it: what is left to the next start is left to it.
        let folder = self.pair.server.account_folder();
        let copy = copy_of(folder.parent().unwrap());
        assert_eq!(self.pair.server.problems_in(copy.path()), None, "{at}");
        let folder = copy.path().join(folder.file_name().unwrap());
        let actor = if by_first { &self.pair.first } else { &self.pair.second };
        match kind {
            Kind::Normal | Kind::Upload => {
                let there = notes_with(&folder.join("collection.anki2"), tag);
                let whole = if is_answered { vec![NOTES] } else { vec![0, NOTES] };
                assert!(whole.contains(&there), "{at}: {there} notes");
                if kind == Kind::Normal {
                    let has_config =
                        config_of(&folder.join("collection.anki2")) == Some(json!(tag));
                    assert_eq!(has_config, there == NOTES, "{at}: the config is of another sync");
                }
            }
            Kind::MediaUp => {
                let (mine, there) = (media(&actor.media_folder()), media(&folder.join("media")));
                for (name, content) in &there {
                    assert!(mine.get(name).is_none_or(|own| own == content), "{at}: {name}");
                }
                let missing = mine.keys().filter(|name| !there.contains_key(*name)).count();
                assert!(!is_answered || missing == 0, "{at}: {missing} files");
            }
            // The server's side was acknowledged before.
            Kind::Download => {
                assert_eq!(notes_with(&folder.join("collection.anki2"), tag), NOTES, "{at}");
            }
            Kind::MediaDown => {
                let there = media(&folder.join("media"));
                let of_round = there.keys().filter(|name| name.starts_with(&format!("{tag} ")));
                assert_eq!(of_round.count(), FILES, "{at}");
            }
        }
    }

    /// The device tries again, and the other one follows. Only what is a full
    /// sync anyway asks for one.
    fn settle(&mut self, kind: Kind, by_first: bool, tag: &str) {
        let (actor, other) = self.pair.writer_and_reader(by_first);
        match kind {
            Kind::Normal => actor.sync(),
            Kind::Upload => {
                // Without a full sync the upload has happened, and its answer was lost.
                match actor.try_sync().unwrap().as_str() {
                    "NO_CHANGES" => {}
                    required => {
                        assert_eq!(required, "FULL_SYNC", "{tag}");
                        actor.call("upload", json!({}));
                    }
                }
                assert_eq!(other.try_sync().unwrap(), "FULL_SYNC", "{tag}");
                other.call("download", json!({}));
            }
            Kind::Download => match actor.try_sync().unwrap().as_str() {
                "NO_CHANGES" => {}
                required => {
                    assert_eq!(required, "FULL_SYNC", "{tag}");
                    actor.call("download", json!({}));
                }
            },
            Kind::MediaUp | Kind::MediaDown => {
                actor.call("sync_media", json!({}));
                other.call("sync_media", json!({}));
            }
        }
        self.pair.converge();
    }

    /// Both devices have all of it, once.
    fn assert_arrived(&mut self, kind: Kind, tag: &str, at: &str) {
        match kind {
            Kind::MediaUp | Kind::MediaDown => self.pair.assert_same_media(at),
            Kind::Normal | Kind::Upload | Kind::Download => {
                for client in [&mut self.pair.first, &mut self.pair.second] {
                    let query = json!({ "query": format!("tag:{tag}0") });
                    let found = client.call("find_notes", query);
                    let found = found.as_array().map_or(0, Vec::len);
                    assert_eq!(found, NOTES / 10, "{at}: client {}", client.version());
                }
            }
        }
    }

    fn restart(&mut self) {
        let storage = self.pair.folder().join("storage");
        self.pair.server = Server::start(Program::UnderTest, &storage);
        let address = self.pair.server.address();
        self.pair.first.use_server(&address);
        self.pair.second.use_server(&address);
    }

    fn actor(&mut self, by_first: bool) -> &mut Client {
        self.pair.writer_and_reader(by_first).0
    }

    /// The next number of a fixed row (splitmix).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.random;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }
}

/// Lets the moment come; here time itself is what is tested.
fn wait(time: Duration) {
    let (_sender, receiver) = channel::<()>();
    let _ = receiver.recv_timeout(time);
}

/// The driver gives each note a tag that ends with a digit of its number.
fn add_notes(client: &mut Client, tag: &str) {
    client.call(
        "add_notes",
        json!({ "deck": "Killed", "notetype": "Basic", "count": NOTES, "prefix": tag }),
    );
}

fn add_field(client: &mut Client, name: &str) {
    client.call("add_field", json!({ "notetype": "Cloze", "field": name }));
}

fn add_files(client: &mut Client, prefix: &str) {
    client.call("write_many_media", json!({ "prefix": prefix, "count": FILES, "size": 20_000 }));
}

/// How many notes of a round a collection file has, with its log.
fn notes_with(collection: &std::path::Path, tag: &str) -> usize {
    let tables = tables::read(collection);
    let beginning = format!("{tag} ");
    let is_of_round = |cell: &tables::Cell| match cell {
        tables::Cell::Text(fields) => fields.starts_with(&beginning),
        _ => false,
    };
    tables["notes"].values().filter(|row| is_of_round(&row["flds"])).count()
}

/// The value that each normal sync sets anew.
fn config_of(collection: &std::path::Path) -> Option<Value> {
    let tables = tables::read(collection);
    let row = tables["config"].get(&vec![tables::Cell::Text("killed".into())])?;
    match &row["val"] {
        tables::Cell::Blob(json) => serde_json::from_str(json).ok(),
        _ => None,
    }
}

fn copy_of(storage: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut cp = Command::new("cp");
    cp.arg("-a").arg(storage.join(".")).arg(copy.path());
    assert!(cp.status().unwrap().success());
    copy
}
