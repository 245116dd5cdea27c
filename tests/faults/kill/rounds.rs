//! One kill after the other, and what has to be true after each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::changes::add_files;
use crate::client::Client;
use crate::content::{Collection, Content, differences};
use crate::doomed::{Doomed, KINDS, Kind};
use crate::pair::{Pair, media};
use crate::random::Random;
use crate::server::{Program, Server};

/// How the sync ended.
#[derive(Clone, Copy)]
struct Ending {
    /// Whether the device was told of a success.
    is_answered: bool,
    /// Whether the server has the collection as it is to be afterwards.
    has_arrived: bool,
}

/// Two devices, the server between them, and what happened so far.
pub struct Rounds {
    pair: Pair,
    random: Random,
    /// What both devices and the server have between two rounds.
    agreed: Content,
    /// How long each kind takes when nothing happens, by who does it.
    usual: BTreeMap<(Kind, bool), Duration>,
    /// How often each kind was answered all the same, and how often it was not.
    outcomes: BTreeMap<(Kind, bool), u32>,
}

impl Rounds {
    /// Starts with two devices that have the same.
    pub fn start(versions: [&'static str; 2], seed: u64) -> Self {
        let mut pair = Pair::start_synced(versions);
        let random = Random::new(seed);
        let Pair { first, second, .. } = &mut pair;
        first.call("add_deck", json!({ "name": "Killed" }));
        let collection = Collection::of_device(first);
        let mut agreed = Content { collection, media: BTreeMap::new() };
        add_files(first, "start", &mut agreed.media);
        for client in [first, second] {
            client.call("sync_media", json!({}));
        }
        pair.converge();
        Self { pair, random, agreed, usual: BTreeMap::new(), outcomes: BTreeMap::new() }
    }

    /// Kills once, and checks everything.
    pub fn round(&mut self, round: u64) {
        let kind = KINDS[(round as usize - 1) % KINDS.len()];
        let by_first = self.random.number().is_multiple_of(2);
        if !self.usual.contains_key(&(kind, by_first)) {
            // Once without a kill, to know how long it takes.
            let tag = format!("trial{round}");
            let sync = self.prepare(kind, by_first, &tag);
            let started = Instant::now();
            self.actor(by_first).call(sync.command, json!({}));
            self.usual.insert((kind, by_first), started.elapsed());
            self.settle(sync, Ending { is_answered: true, has_arrived: true }, &tag);
        }
        let tag = format!("round{round}");
        let doomed = self.prepare(kind, by_first, &tag);
        let longest = self.usual[&(kind, by_first)];
        let moment = Duration::from_micros(self.random.number() % (longest.as_micros() as u64));
        self.actor(by_first).send(doomed.command, json!({}));
        wait(moment);
        self.pair.server.kill();
        let answer = self.actor(by_first).answer(doomed.command);
        let is_answered = answer.is_ok();
        *self.outcomes.entry((kind, is_answered)).or_default() += 1;
        // So that the moments reach to the very end, and not far beyond.
        let nearer = if is_answered { longest.mul_f64(0.9) } else { longest.mul_f64(1.05) };
        self.usual.insert((kind, by_first), nearer);
        let at = format!("{kind:?} of {tag} after {moment:?}, answered: {is_answered}");
        if let (Kind::Normal, Ok(answer)) = (kind, answer) {
            assert_eq!(answer["required"], "NO_CHANGES", "{at}");
        }

        let has_arrived = self.assert_whole(&doomed, is_answered, &at);
        self.restart();
        self.settle(doomed, Ending { is_answered, has_arrived }, &at);
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

    fn prepare(&mut self, kind: Kind, by_first: bool, tag: &str) -> Doomed {
        Doomed::prepare(kind, by_first, tag, &mut self.pair, &self.agreed, &mut self.random)
    }

    /// What the dead server left: all of what was answered, and of the rest each
    /// collection as a whole, and each media file as a whole. Returns whether the
    /// collection is as it is to be afterwards.
    fn assert_whole(&self, doomed: &Doomed, is_answered: bool, at: &str) -> bool {
        // Of a copy, since to look changes it: what is left to the next start is left to it.
        let folder = self.pair.server.account_folder();
        let copy = copy_of(folder.parent().unwrap());
        assert_eq!(self.pair.server.problems_in(copy.path()), None, "{at}");
        let folder = copy.path().join(folder.file_name().unwrap());
        let Doomed { before, after, .. } = doomed;

        let collection = Collection::of_file(&folder.join("collection.anki2"));
        let missing = collection.differences(&after.collection);
        let changed = collection.differences(&before.collection);
        let is_whole = missing.is_empty() || !is_answered && changed.is_empty();
        assert!(is_whole, "{at}: not yet {missing:?}, no longer {changed:?}");

        let media = media(&folder.join("media"));
        if is_answered {
            assert_eq!(differences(&media, &after.media), Vec::<String>::new(), "{at}");
        }
        // Requests carry some of the files each, so some can be there without the others.
        let names: BTreeSet<&String> =
            media.keys().chain(before.media.keys()).chain(after.media.keys()).collect();
        for name in names {
            let contents = [before.media.get(name), after.media.get(name)];
            assert!(contents.contains(&media.get(name)), "{at}: {name} is neither old nor new");
        }
        missing.is_empty()
    }

    /// The device tries again, and the other one follows. Then both have all of it, once.
    fn settle(&mut self, sync: Doomed, ending: Ending, at: &str) {
        let (actor, other) = self.pair.writer_and_reader(sync.by_first);
        if ending.is_answered {
            assert_has(actor, &sync.after, at);
        }
        match sync.kind {
            Kind::Normal => actor.sync(),
            // Before it uploads, a device sets the times that its collection and the
            // server's are compared by. So if the upload has happened, both are the same,
            // even if the answer was lost.
            Kind::Upload => sync_fully_unless(ending.has_arrived, actor, "upload", at),
            // A device takes a downloaded collection once all of it is there and was
            // found to be sound. Then it is answered.
            Kind::Download => sync_fully_unless(ending.is_answered, actor, "download", at),
            Kind::MediaUp | Kind::MediaDown => {
                actor.call("sync_media", json!({}));
                other.call("sync_media", json!({}));
            }
        }
        if sync.kind == Kind::Upload {
            assert_eq!(other.try_sync().unwrap(), "FULL_SYNC", "{at}");
            other.call("download", json!({}));
        }
        self.pair.converge();
        self.agreed = sync.after;
        for client in [&mut self.pair.first, &mut self.pair.second] {
            assert_has(client, &self.agreed, at);
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
}

/// Syncs, and runs the full sync that has to be asked for, unless everything is the same
/// already: then none may be.
fn sync_fully_unless(is_same: bool, client: &mut Client, command: &str, at: &str) {
    let required = client.try_sync().unwrap();
    assert_eq!(required, if is_same { "NO_CHANGES" } else { "FULL_SYNC" }, "{at}");
    if !is_same {
        client.call(command, json!({}));
    }
}

/// Fails unless a device has just that.
fn assert_has(client: &mut Client, expected: &Content, at: &str) {
    let mut wrong = Collection::of_device(client).differences(&expected.collection);
    wrong.extend(differences(&media(&client.media_folder()), &expected.media));
    assert_eq!(wrong, Vec::<String>::new(), "{at}: client {}", client.version());
}

/// Lets the moment come; here time itself is what is tested.
fn wait(time: Duration) {
    let (_sender, receiver) = channel::<()>();
    let _ = receiver.recv_timeout(time);
}

fn copy_of(storage: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut cp = Command::new("cp");
    cp.arg("-a").arg(storage.join(".")).arg(copy.path());
    assert!(cp.status().unwrap().success());
    copy
}
