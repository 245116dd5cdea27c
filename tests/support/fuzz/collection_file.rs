//! A collection file from outside: it is refused, or it is one that syncs and
//! can be sent to devices of every age.

use std::fs;
use std::path::Path;

use sync_protocol::TimestampMillis;
use sync_store::StoreError;
use sync_store::collection::{CollectionStore, check_upload, downgrade_to_schema_11};

use super::{scratch, sync};

const NOW: TimestampMillis = TimestampMillis(1_800_000_000_000);

pub(super) fn run(data: &[u8]) {
    let thread = format!("{:?}", std::thread::current().id());
    let upload = scratch().join(format!("upload {thread}.anki2"));
    fs::write(&upload, data).unwrap();
    take(&upload, "an upload");
    // A file that a person put there is opened without the check.
    let found = scratch().join(format!("found {thread}.anki2"));
    remove(&found);
    fs::write(&found, data).unwrap();
    if let Ok(store) = CollectionStore::open(&found, NOW) {
        let _ = store.integrity_problems();
        let _ = store.counts();
    }
    remove(&found);
}

/// Checks an upload, and uses it when it is taken.
pub(super) fn take(upload: &Path, what: &str) {
    match check_upload(upload, NOW) {
        Ok(_) => use_it(upload),
        Err(StoreError::Corrupt { .. } | StoreError::UnsupportedSchema { .. }) => {}
        Err(error) => panic!("{what} failed in a way that is not its own fault: {error:?}"),
    }
    remove(upload);
}

fn use_it(collection: &Path) {
    let mut store = CollectionStore::open(collection, NOW).expect("it was just checked");
    assert_eq!(store.integrity_problems().unwrap(), Vec::<String>::new());
    store.stamps().unwrap();
    store.client_requirements().unwrap();
    let usn = store.stamps().unwrap().usn;
    store.begin_sync().unwrap();
    store.roll_over_day(usn, NOW.as_secs()).expect("the day turns");
    sync::send_everything(&mut store);
    store.finish_sync(NOW).expect("a sync ends");
    store.close().unwrap();
    downgrade_to_schema_11(collection).expect("an old device can have it");
}

fn remove(file: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(name);
    }
}
