//! A whole sync on a collection: whatever a client sends, the other devices can
//! be sent what was made of it.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use sync_protocol::collection::{
    ApplyChangesRequest, ApplyChunkRequest, ApplyGravesRequest, SanityCheckRequest,
};
use sync_protocol::{TimestampMillis, TimestampSecs, Usn};
use sync_store::StoreError;
use sync_store::collection::CollectionStore;

use super::scratch;
use crate::{SEED_USN, seed, template};

const SERVER_USN: Usn = Usn(SEED_USN);
const NOW: TimestampSecs = TimestampSecs(1_800_000_000);

thread_local! {
    /// Opened once: each input's writes are rolled back.
    static STORE: RefCell<Option<CollectionStore>> = const { RefCell::new(None) };
}

/// Each line is a letter for the method and its JSON.
pub(super) fn run(data: &[u8]) {
    STORE.with_borrow_mut(|store| {
        let store = store.get_or_insert_with(open);
        store.begin_sync().expect("no sync is running");
        store.roll_over_day(SERVER_USN, NOW).expect("the day turns");
        for line in data.split(|byte| *byte == b'\n') {
            let Some((method, json)) = line.split_first() else { continue };
            if let Err(error) = call(store, *method, json) {
                assert!(!error.is_environment(), "{error:?}");
                store.roll_back();
                return;
            }
        }
        send_everything(store);
        store.roll_back();
    });
}

fn open() -> CollectionStore {
    let path = scratch().join(format!("sync {:?}.anki2", std::thread::current().id()));
    let file = template(|collection| {
        seed(collection);
        collection.add_note(1, 1000, 0);
        collection.add_card(1, 1000, 0);
        collection.add_review(1, 1, 0);
    });
    std::fs::write(&path, file).unwrap();
    CollectionStore::open(&path, TimestampMillis(NOW.0 * 1000)).unwrap()
}

fn call(store: &mut CollectionStore, method: u8, json: &[u8]) -> Result<(), StoreError> {
    match method {
        b'g' => match read::<ApplyGravesRequest>(json) {
            Some(request) => store.apply_graves(&request.chunk, SERVER_USN),
            None => Ok(()),
        },
        b'c' => match read::<ApplyChangesRequest>(json) {
            Some(request) => store.apply_changes(request.changes, SERVER_USN, NOW),
            None => Ok(()),
        },
        b'k' => match read::<ApplyChunkRequest>(json) {
            Some(request) => store.apply_chunk(request.chunk, Usn(0), SERVER_USN),
            None => Ok(()),
        },
        b'n' => {
            if let Some(request) = read::<SanityCheckRequest>(json) {
                store.sanity_check(request.client).unwrap();
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn read<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_slice(json).ok()
}

/// Reads all there is, as for a device that has nothing yet.
pub(super) fn send_everything(store: &mut CollectionStore) {
    let nothing = Usn(0);
    store.pending_graves(nothing).expect("graves can be sent");
    let changes = store.pending_changes(nothing, true).expect("changes can be sent");
    serde_json::to_vec(&changes).expect("changes can be written");
    let mut pending = store.pending_ids(nothing).expect("ids can be listed");
    loop {
        let chunk = store.next_chunk(&mut pending).expect("a chunk can be sent");
        serde_json::to_vec(&chunk).expect("a chunk can be written");
        if chunk.done {
            break;
        }
    }
}
