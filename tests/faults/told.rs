//! What the window is told when this computer is at fault: of each failed request, and
//! of the sync that ends with it.

use std::path::Path;

use serde_json::json;
use sync_server::{ServerEvent, SyncFailure};
use sync_store::accounts::SyncKind;
use sync_tests::disks::SmallDisk;
use sync_tests::{
    Answer, Client, Events, NAME, PASSWORD, SEED_USN, TestServer, card, collection_of_schema_11,
    note, read_zip, seed, template, upload_zip,
};

use crate::scenarios::NOISE;

/// Whose request failed next, when it was this computer's fault.
#[track_caller]
fn failed_request(events: &mut Events) -> Option<String> {
    events.wait_for(|event| match event {
        ServerEvent::RequestFailed { account, address } => {
            assert!(address.is_loopback());
            Some(account.clone())
        }
        _ => None,
    })
}

/// The sync that this computer's fault ended before a request was answered with 500.
#[track_caller]
fn failed_sync(events: &mut Events, answer: &Answer) -> SyncKind {
    answer.refused(500);
    let kind = events.wait_for(|event| match event {
        ServerEvent::SyncFailed(summary, SyncFailure::ServerFault) => Some(Some(summary.kind)),
        ServerEvent::RequestFailed { .. } => Some(None),
        _ => None,
    });
    assert_eq!(failed_request(events).as_deref(), Some(NAME));
    kind.expect("the sync is told of first")
}

/// Puts a folder where a file was, which nobody can read or write.
fn obstruct(file: &Path) {
    if file.exists() {
        std::fs::rename(file, file.with_extension("away")).unwrap();
    }
    std::fs::create_dir(file).unwrap();
}

fn put_back(file: &Path) {
    std::fs::remove_dir(file).unwrap();
    let away = file.with_extension("away");
    if away.exists() {
        std::fs::rename(away, file).unwrap();
    }
}

#[test]
fn a_sync_that_ends_with_its_first_question_is_told_of() {
    let server = TestServer::start();
    let device = server.client();
    let file = server.account_folder(NAME).join("collection.anki2");
    let mut events = server.events();
    obstruct(&file);
    assert_eq!(failed_sync(&mut events, &device.meta()), SyncKind::Normal);
    put_back(&file);
    assert_eq!(device.meta().ok()["usn"], SEED_USN);
    let media = server.account_folder(NAME).join("media.db");
    server.wait(server.accounts().data_of(NAME).unwrap().close_data());
    obstruct(&media);
    assert_eq!(failed_sync(&mut events, &device.meta()), SyncKind::Normal);
    put_back(&media);
    assert_eq!(device.meta().ok()["media_usn"], 0);
}

/// Cards need not wait until the files are back.
#[test]
fn media_whose_folder_is_away_are_told_and_nothing_of_them_is_forgotten() {
    let server = TestServer::start();
    let mut device = server.client();
    device.send_media(&[("a.jpg", Some(b"a"))]);
    let folder = server.account_folder(NAME).join("media");
    let away = folder.with_extension("away");
    std::fs::rename(&folder, &away).unwrap();
    let mut events = server.events();
    let close = || server.wait(server.accounts().data_of(NAME).unwrap().close_data());
    for is_open in [true, false] {
        if !is_open {
            close();
        }
        for answer in [
            device.download_files(&["a.jpg"]),
            device.upload_changes(&upload_zip(&[("b.jpg", Some(b"b"))])),
        ] {
            assert_eq!(failed_sync(&mut events, &answer), SyncKind::Media);
        }
        assert_eq!(device.meta().ok()["media_usn"], 1);
        device.send_chunk(SEED_USN, json!({"notes": [note(1)], "cards": [card(1)]}));
        assert!(!folder.exists(), "an empty one would look like no media");
    }
    std::fs::rename(&away, &folder).unwrap();
    assert_eq!(read_zip(&device.download_files(&["a.jpg"]).body)["a.jpg"], b"a");
    device.send_media(&[("b.jpg", Some(b"b"))]);
}

#[test]
fn a_media_sync_is_told_of_before_a_file_has_moved() {
    let server = TestServer::start();
    let device = server.client();
    let file = server.account_folder(NAME).join("media.db");
    let mut events = server.events();
    obstruct(&file);
    let archive = upload_zip(&[("a.jpg", Some(b"a"))]);
    for answer in [
        device.media_begin(),
        device.media_changes(0),
        device.upload_changes(&archive),
        device.download_files(&["a.jpg"]),
        device.media_sanity(0),
    ] {
        assert_eq!(failed_sync(&mut events, &answer), SyncKind::Media);
    }
    put_back(&file);
    device.send_media(&[("a.jpg", Some(b"a"))]);
}

/// SQLite says the same of a file that is damaged and of a disk that cannot be read. To
/// blame the device would have it throw away what it has.
#[test]
fn a_file_that_cannot_be_read_is_no_fault_of_the_device() {
    let mut file = template(|collection| {
        seed(collection);
        for id in 1..=1000 {
            collection.add_note(id, 1000, SEED_USN);
        }
    });
    let is_of_notes = |page: &[u8]| page.windows(6).filter(|part| part == b"front ").count() > 10;
    for page in file.chunks_mut(4096).filter(|page| is_of_notes(page)) {
        page.fill(0);
    }
    let server = TestServer::builder().account(NAME, &file).start();
    let device = server.client();
    let mut events = server.events();
    device.start(SEED_USN).ok();
    device.apply_changes(&json!({"models": [], "decks": [[], []], "tags": []})).ok();
    assert_eq!(failed_sync(&mut events, &device.chunk()), SyncKind::Normal);
}

/// On a full disk, with everything that a device sends before anybody looks at it.
#[test]
fn what_a_full_disk_cannot_take_is_told_of() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let builder = TestServer::builder().empty_account(NAME);
    let server = builder.configured(|config| config.storage = disk.path().to_owned()).start();
    let mut device = server.client();
    device.upload(&template(seed)).text();
    device.media_begin().ok();
    device.start(SEED_USN).ok();
    let filler = disk.fill();
    let mut events = server.events();

    let large = upload_zip(&[("large.jpg", Some(&NOISE))]);
    assert_eq!(failed_sync(&mut events, &device.upload_changes(&large)), SyncKind::Media);
    // Its rows go to a file before they are looked at.
    let fields = format!("{}\u{1f}", hexadecimal(&NOISE));
    let rows = json!({"done": true, "notes": [note(1).with("fields", fields)]});
    assert_eq!(failed_sync(&mut events, &device.apply_chunk(&rows)), SyncKind::Normal);
    device.finish().refused(409);

    let old = device.old();
    let large = collection_of_schema_11(&template(|collection| {
        seed(collection);
        collection.add_note(9, 1000, 0);
        collection.batch("UPDATE notes SET flds = hex(randomblob(400000)) || char(31)");
    }));
    assert_eq!(failed_sync(&mut events, &old.upload(&large)), SyncKind::Upload);
    // The key may come last, and then nobody knows whose it is.
    let mut fields = old.form(Some(&large));
    fields.reverse();
    old.send_form("sync/upload", &fields).refused(500);
    assert_eq!(failed_request(&mut events), None);

    // Each takes some room in the log of `server.db` until there is none.
    let anyone = Client::new(server.address());
    let refused = (0..1000).map(|_| anyone.log_in(NAME, PASSWORD)).find(|it| it.status != 200);
    refused.expect("the disk is full").refused(500);
    assert_eq!(failed_request(&mut events), None);

    std::fs::remove_file(filler).unwrap();
    anyone.log_in(NAME, PASSWORD).ok();
    device.new_session();
    device.start(SEED_USN).ok();
    device.apply_chunk(&rows).ok();
    device.upload_changes(&upload_zip(&[("large.jpg", Some(&NOISE))])).ok();
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
