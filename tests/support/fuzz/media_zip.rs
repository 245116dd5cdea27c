//! An uploaded zip: it is applied as a whole or not at all, and nothing is left
//! of it besides its files.

use std::cell::RefCell;
use std::io::Write;
use std::path::PathBuf;

use sync_protocol::{MediaUsn, TimestampSecs};
use sync_store::StoreError;
use sync_store::media::MediaStore;

use super::scratch;

const NOW: TimestampSecs = TimestampSecs(1_800_000_000);
/// So many files are kept before the next input gets a fresh folder.
const MANY_FILES: u64 = 500;

thread_local! {
    static MEDIA: RefCell<Option<(MediaStore, PathBuf)>> = const { RefCell::new(None) };
}

pub(super) fn run(data: &[u8]) {
    MEDIA.with_borrow_mut(|media| {
        let (store, folder) = media.get_or_insert_with(open);
        let before = store.last_usn().unwrap();
        let mut archive = tempfile::tempfile_in(scratch()).unwrap();
        archive.write_all(data).unwrap();
        match store.apply_upload(archive, NOW) {
            Ok(outcome) => {
                assert_eq!(outcome.response.1, store.last_usn().unwrap());
                store.changes_since(MediaUsn(0)).unwrap();
            }
            Err(StoreError::MediaArchive { .. }) => {
                assert_eq!(store.last_usn().unwrap(), before, "a refusal changes nothing");
            }
            Err(error) => panic!("{error:?}"),
        }
        let files = store.totals().unwrap().files;
        let on_disk = std::fs::read_dir(folder.join("media")).unwrap().count() as u64;
        assert_eq!(on_disk, u64::from(files), "each file has its row");
        if u64::from(files) > MANY_FILES {
            assert_eq!(store.integrity_problems().unwrap(), Vec::<String>::new());
            std::fs::remove_dir_all(&folder).unwrap();
            *media = None;
        }
    });
}

fn open() -> (MediaStore, PathBuf) {
    let folder = scratch().join(format!("media {:?}", std::thread::current().id()));
    std::fs::create_dir_all(&folder).unwrap();
    (MediaStore::open(&folder).unwrap(), folder)
}
