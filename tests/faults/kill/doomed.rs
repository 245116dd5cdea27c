//! The sync that the server does not survive.

use serde_json::json;

use crate::changes::{change_collection, change_media};
use crate::client::Client;
use crate::content::Content;
use crate::pair::Pair;
use crate::random::Random;

/// What is going on when the server dies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Normal,
    Upload,
    Download,
    MediaUp,
    MediaDown,
}

/// Normal syncs have the most steps.
pub const KINDS: [Kind; 8] = [
    Kind::Normal,
    Kind::Upload,
    Kind::MediaUp,
    Kind::Normal,
    Kind::Download,
    Kind::MediaDown,
    Kind::Normal,
    Kind::MediaUp,
];

/// The sync that the kill is for.
pub struct Doomed {
    pub kind: Kind,
    pub by_first: bool,
    pub command: &'static str,
    /// What the server has before, all of it acknowledged.
    pub before: Content,
    /// What the server has afterwards. A sync that only fetches changes nothing there.
    pub after: Content,
}

impl Doomed {
    /// Makes the changes of a round, up to the sync that is to be killed.
    pub fn prepare(
        kind: Kind,
        by_first: bool,
        tag: &str,
        pair: &mut Pair,
        agreed: &Content,
        random: &mut Random,
    ) -> Self {
        let (actor, other) = pair.writer_and_reader(by_first);
        let mut before = agreed.clone();
        if kind == Kind::Normal {
            // So that it both sends and fetches.
            change_collection(other, &format!("{tag}other"), agreed, &mut before, random);
            other.sync();
        }
        let mut after = before.clone();
        match kind {
            Kind::Normal => change_collection(actor, tag, agreed, &mut after, random),
            Kind::Upload => {
                change_collection(actor, tag, agreed, &mut after, random);
                need_full_sync(actor, tag);
            }
            Kind::Download => {
                change_collection(other, tag, agreed, &mut after, random);
                need_full_sync(other, tag);
                other.call("upload", json!({}));
                assert_eq!(actor.try_sync().unwrap(), "FULL_SYNC", "{tag}");
            }
            Kind::MediaUp => change_media(actor, tag, agreed, &mut after, random),
            Kind::MediaDown => {
                change_media(other, tag, agreed, &mut after, random);
                other.call("sync_media", json!({}));
            }
        }
        if matches!(kind, Kind::Download | Kind::MediaDown) {
            before = after.clone();
        }
        let command = match kind {
            Kind::Normal => "sync",
            Kind::Upload => "upload",
            Kind::Download => "download",
            Kind::MediaUp | Kind::MediaDown => "sync_media",
        };
        Self { kind, by_first, command, before, after }
    }
}

/// Changes a notetype in a way that no normal sync carries.
fn need_full_sync(client: &mut Client, field: &str) {
    client.call("add_field", json!({ "notetype": "Cloze", "field": field }));
    assert_eq!(client.try_sync().unwrap(), "FULL_SYNC", "{field}");
}
