//! A whole normal sync in one call, for tests that are about its outcome.

use serde_json::{Value, json};

use super::Client;

/// What a client sends in a sync; `Default` is nothing.
#[derive(Debug, Default)]
pub struct Outgoing {
    /// Deleted objects.
    pub graves: Option<Value>,
    /// Notetypes, decks, tags, config: the keys that are not empty.
    pub changes: Option<Value>,
    /// Review log entries, cards and notes.
    pub chunk: Option<Value>,
}

/// What a client received in a sync.
#[derive(Debug)]
pub struct Received {
    /// Deleted objects.
    pub graves: Value,
    /// Notetypes, decks, tags, config.
    pub changes: Value,
    /// Review log entries.
    pub revlog: Vec<Value>,
    /// Cards.
    pub cards: Vec<Value>,
    /// Notes.
    pub notes: Vec<Value>,
    /// What `finish` returned, in milliseconds.
    pub modified: i64,
}

impl Received {
    /// Whether no object came at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.graves == json!({"cards": [], "decks": [], "notes": []})
            && self.changes == json!({"models": [], "decks": [[], []], "tags": []})
            && self.revlog.is_empty()
            && self.cards.is_empty()
            && self.notes.is_empty()
    }

    /// The notetype of this id.
    #[track_caller]
    pub fn notetype(&self, id: i64) -> Value {
        by_id(&self.changes["models"], id)
    }

    /// The deck of this id.
    #[track_caller]
    pub fn deck(&self, id: i64) -> Value {
        by_id(&self.changes["decks"][0], id)
    }

    /// The deck config of this id.
    #[track_caller]
    pub fn deck_config(&self, id: i64) -> Value {
        by_id(&self.changes["decks"][1], id)
    }

    /// The card of this id.
    #[track_caller]
    pub fn card(&self, id: i64) -> Value {
        by_id(&Value::Array(self.cards.clone()), id)
    }

    /// The note of this id.
    #[track_caller]
    pub fn note(&self, id: i64) -> Value {
        by_id(&Value::Array(self.notes.clone()), id)
    }
}

#[track_caller]
fn by_id(list: &Value, id: i64) -> Value {
    list.as_array()
        .unwrap()
        .iter()
        .find(|object| object["id"] == id || object[0] == id)
        .unwrap_or_else(|| panic!("no object {id} in {list}"))
        .clone()
}

impl Client {
    /// One normal sync without a sanity check, from `start` to `finish`, with a
    /// new session key, of a client that is current up to `usn`.
    #[track_caller]
    pub fn sync(&mut self, usn: i32, outgoing: &Outgoing) -> Received {
        self.new_session();
        let graves = self.start_newer(usn).ok();
        self.sync_after_start(graves, outgoing)
    }

    /// The rest of a sync after its `start`, which answered `graves`.
    #[track_caller]
    pub fn sync_after_start(&mut self, graves: Value, outgoing: &Outgoing) -> Received {
        if let Some(graves) = &outgoing.graves {
            assert_eq!(self.apply_graves(graves).ok(), Value::Null);
        }
        let changes = self.apply_changes(outgoing.changes.as_ref().unwrap_or(&json!({}))).ok();
        let mut received = Received {
            graves,
            changes,
            revlog: Vec::new(),
            cards: Vec::new(),
            notes: Vec::new(),
            modified: 0,
        };
        loop {
            let mut chunk = self.chunk().ok();
            for (key, list) in [
                ("revlog", &mut received.revlog),
                ("cards", &mut received.cards),
                ("notes", &mut received.notes),
            ] {
                if let Some(Value::Array(rows)) = chunk.get_mut(key).map(Value::take) {
                    list.extend(rows);
                }
            }
            if chunk["done"] == true {
                break;
            }
        }
        let mut chunk = outgoing.chunk.clone().unwrap_or_else(|| json!({}));
        chunk["done"] = json!(true);
        assert_eq!(self.apply_chunk(&chunk).ok(), Value::Null);
        received.modified = self.finish().ok().as_i64().expect("a time");
        received
    }

    /// One normal sync that sends nothing.
    #[track_caller]
    pub fn fetch(&mut self, usn: i32) -> Received {
        self.sync(usn, &Outgoing::default())
    }

    /// One normal sync that sends notetypes, decks, tags or config.
    #[track_caller]
    pub fn send_changes(&mut self, usn: i32, changes: Value) -> Received {
        self.sync(usn, &Outgoing { changes: Some(changes), ..Outgoing::default() })
    }

    /// One normal sync that sends review log entries, cards and notes.
    #[track_caller]
    pub fn send_chunk(&mut self, usn: i32, chunk: Value) -> Received {
        self.sync(usn, &Outgoing { chunk: Some(chunk), ..Outgoing::default() })
    }

    /// One normal sync that sends deletions.
    #[track_caller]
    pub fn send_graves(&mut self, usn: i32, graves: Value) -> Received {
        self.sync(usn, &Outgoing { graves: Some(graves), ..Outgoing::default() })
    }
}
