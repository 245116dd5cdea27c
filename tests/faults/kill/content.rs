//! What a device or the server has, as far as the rounds change it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::Client;
use crate::tables::{self, Cell};

/// The setting that every change of a collection sets anew.
pub const CONFIG: &str = "killed";

/// Most differences that are told one by one.
const MAX_TOLD: usize = 10;

/// A collection and its media.
#[derive(Clone)]
pub struct Content {
    pub collection: Collection,
    pub media: Media,
}

/// Media files by name.
pub type Media = BTreeMap<String, Vec<u8>>;

/// All notes by their first field, which no two of them share, and a setting.
#[derive(Clone, PartialEq, Eq)]
pub struct Collection {
    pub notes: BTreeMap<String, Note>,
    pub config: Option<Value>,
}

/// What is compared of a note.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    pub id: i64,
    pub back: String,
}

impl Collection {
    /// What a device has.
    pub fn of_device(client: &mut Client) -> Self {
        let notes = client.call("notes", json!({}));
        let notes = notes.as_array().unwrap().iter().map(|note| {
            let field = |index: usize| note["fields"][index].as_str().unwrap().to_owned();
            (field(0), Note { id: note["id"].as_i64().unwrap(), back: field(1) })
        });
        let config = client.call("config", json!({ "key": CONFIG }));
        Self { notes: by_front(notes), config: Some(config).filter(|value| !value.is_null()) }
    }

    /// What a file has, with its log.
    pub fn of_file(path: &Path) -> Self {
        let tables = tables::read(path);
        let notes = tables["notes"].values().map(|row| {
            let (Cell::Int(id), Cell::Text(fields)) = (&row["id"], &row["flds"]) else {
                panic!("{}: not a note: {row:?}", path.display())
            };
            let mut fields = fields.split('\x1f').map(str::to_owned);
            (fields.next().unwrap(), Note { id: *id, back: fields.next().unwrap() })
        });
        let config = tables["config"].get(&vec![Cell::Text(CONFIG.to_owned())]);
        let config = config.map(|row| match &row["val"] {
            Cell::Blob(json) => serde_json::from_str(json).unwrap(),
            other => panic!("{}: not a setting: {other:?}", path.display()),
        });
        Self { notes: by_front(notes), config }
    }

    /// What is otherwise than expected, in words.
    pub fn differences(&self, expected: &Self) -> Vec<String> {
        let mut found = differences(&self.notes, &expected.notes);
        if self.config != expected.config {
            found.push(format!("the setting is {:?}, not {:?}", self.config, expected.config));
        }
        found
    }
}

fn by_front(notes: impl Iterator<Item = (String, Note)>) -> BTreeMap<String, Note> {
    let mut by_front = BTreeMap::new();
    for (front, note) in notes {
        assert!(!by_front.contains_key(&front), "two notes {front:?}");
        by_front.insert(front, note);
    }
    by_front
}

/// What is otherwise than expected, in words; of much, the beginning.
pub fn differences<K: Ord + Debug, V: PartialEq>(
    found: &BTreeMap<K, V>,
    expected: &BTreeMap<K, V>,
) -> Vec<String> {
    let all: BTreeSet<&K> = found.keys().chain(expected.keys()).collect();
    let told = all.into_iter().filter_map(|key| match (found.get(key), expected.get(key)) {
        (None, _) => Some(format!("{key:?} is missing")),
        (_, None) => Some(format!("{key:?} should be gone")),
        (Some(one), Some(other)) => (one != other).then(|| format!("{key:?} differs")),
    });
    let mut told: Vec<String> = told.collect();
    let more = told.len().saturating_sub(MAX_TOLD);
    if more > 0 {
        told.truncate(MAX_TOLD);
        told.push(format!("{more} more"));
    }
    told
}
