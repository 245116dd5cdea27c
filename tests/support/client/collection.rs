//! The messages of the collection sync, one method each.

use serde_json::{Value, json};

use super::{Answer, Client, Framing};

impl Client {
    /// `meta`, as a current client; an old one states version 10.
    pub fn meta(&self) -> Answer {
        let version = match self.framing {
            Framing::Header(version) => version,
            Framing::Multipart => 10,
        };
        self.meta_of_version(json!(version))
    }

    /// `meta` with anything as the version.
    pub fn meta_of_version(&self, version: impl Into<Value>) -> Answer {
        self.json("sync/meta", &json!({"v": version.into(), "cv": "anki,26.09.3 (29bb700b),linux"}))
    }

    /// `start` of a client that is current up to `usn` and not newer.
    pub fn start(&self, usn: i32) -> Answer {
        self.json("sync/start", &json!({"minUsn": usn, "lnewer": false, "graves": null}))
    }

    /// `start` of a client whose collection changed last: it neither receives
    /// the config nor must it send one.
    pub fn start_newer(&self, usn: i32) -> Answer {
        self.json("sync/start", &json!({"minUsn": usn, "lnewer": true, "graves": null}))
    }

    /// `start` as a client that sends its graves with it.
    pub fn start_with_graves(&self, usn: i32, graves: &Value) -> Answer {
        self.json("sync/start", &json!({"minUsn": usn, "lnewer": true, "graves": graves}))
    }

    /// `applyGraves`.
    pub fn apply_graves(&self, graves: &Value) -> Answer {
        self.json("sync/applyGraves", &json!({"chunk": graves}))
    }

    /// `applyChanges`. What is not in `changes` is sent as empty.
    pub fn apply_changes(&self, changes: &Value) -> Answer {
        let mut all = json!({"models": [], "decks": [[], []], "tags": []});
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.json("sync/applyChanges", &json!({"changes": all}))
    }

    /// `chunk`.
    pub fn chunk(&self) -> Answer {
        self.json("sync/chunk", &json!({"_pad": null}))
    }

    /// `applyChunk`.
    pub fn apply_chunk(&self, chunk: &Value) -> Answer {
        self.json("sync/applyChunk", &json!({"chunk": chunk}))
    }

    /// `sanityCheck2`.
    pub fn sanity_check(&self, counts: &Value) -> Answer {
        self.json("sync/sanityCheck2", &json!({"client": counts}))
    }

    /// `finish`.
    pub fn finish(&self) -> Answer {
        self.json("sync/finish", &json!({"_pad": null}))
    }

    /// `abort`.
    pub fn abort(&self) -> Answer {
        self.json("sync/abort", &json!({"_pad": null}))
    }

    /// `upload`.
    pub fn upload(&self, collection: &[u8]) -> Answer {
        self.post("sync/upload", collection)
    }

    /// `download`.
    pub fn download(&self) -> Answer {
        self.json("sync/download", &json!({"_pad": null}))
    }
}
