//! A fresh collection in a temporary folder, for tests.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::ops::{Deref, DerefMut};

use rusqlite::types::FromSql;
use sync_protocol::collection::{CardEntry, CardQueue, CardType, NoteEntry, RevlogEntry};
use sync_protocol::{CardId, DeckId, NoteId, NotetypeId, RevlogId};
use sync_protocol::{TimestampMillis, TimestampSecs, Usn};
use tempfile::TempDir;

use super::CollectionStore;

/// When the test collection was made.
pub(super) const CREATED: TimestampMillis = TimestampMillis(1_795_397_931_493);

/// The folder goes with the value.
pub(super) struct TestCollection {
    store: CollectionStore,
    _folder: TempDir,
}

impl TestCollection {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store =
            CollectionStore::open(&folder.path().join("collection.anki2"), CREATED).unwrap();
        Self { store, _folder: folder }
    }

    /// With a sync begun.
    pub(super) fn in_sync() -> Self {
        let mut collection = Self::new();
        collection.begin_sync().unwrap();
        collection
    }

    pub(super) fn run(&self, sql: &str) {
        self.db.execute_batch(sql).unwrap();
    }

    pub(super) fn value<T: FromSql>(&self, sql: &str) -> T {
        self.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// A stock notetype with two fields.
    pub(super) fn basic(&self) -> NotetypeId {
        NotetypeId(self.value("SELECT id FROM notetypes WHERE name = 'Basic'"))
    }

    /// A note of that notetype.
    pub(super) fn note(&self, id: i64, fields: &str) -> NoteEntry {
        NoteEntry {
            id: NoteId(id),
            guid: format!("guid{id}"),
            mid: self.basic(),
            modified: TimestampSecs(1000),
            usn: Usn(0),
            tags: String::new(),
            fields: fields.into(),
            sfld: String::new(),
            csum: String::new(),
            flags: 0,
            data: String::new(),
        }
    }
}

impl Deref for TestCollection {
    type Target = CollectionStore;

    fn deref(&self) -> &CollectionStore {
        &self.store
    }
}

impl DerefMut for TestCollection {
    fn deref_mut(&mut self) -> &mut CollectionStore {
        &mut self.store
    }
}

pub(super) fn card(id: i64) -> CardEntry {
    CardEntry {
        id: CardId(id),
        nid: NoteId(1),
        did: DeckId(1),
        ord: 0,
        mtime: TimestampSecs(1000),
        usn: Usn(0),
        ctype: CardType::New,
        queue: CardQueue::New,
        due: 1,
        interval: 0,
        factor: 0,
        reps: 0,
        lapses: 0,
        left: 0,
        odue: 0,
        odid: DeckId(0),
        flags: 0,
        data: "{}".into(),
    }
}

pub(super) fn review(id: i64) -> RevlogEntry {
    RevlogEntry {
        id: RevlogId(id),
        cid: CardId(1),
        usn: Usn(0),
        ease: 3,
        interval: -600,
        last_interval: 0,
        factor: 2500,
        taken_millis: 1234,
        kind: 0,
    }
}
