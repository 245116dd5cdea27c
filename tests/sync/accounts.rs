//! Accounts, devices and their keys, changed while the server runs.

use serde_json::json;
use sha1::{Digest, Sha1};
use sync_protocol::Password;
use sync_server::account::DevicesAfterChange;
use sync_server::{ServerEvent, SyncFailure};
use sync_tests::{Client, NAME, PASSWORD, SEED_USN, TestServer, card};

fn password(text: &str) -> Password {
    Password::new(text)
}

#[test]
fn names_of_every_script_work() {
    let names =
        ["Ünal Özgür", "花子", "Анна Каренина", "O'Brien & co", "UPPER", "a b  c", "🐈", ".hidden"];
    let builder = names.iter().fold(TestServer::builder(), |b, name| b.empty_account(name));
    let server = builder.start();
    for name in names {
        let device = server.log_in(name);
        assert_eq!(device.meta().ok()["mod"], 0, "{name}");
        assert!(server.account_folder(name).join("collection.anki2").exists(), "{name}");
    }
}

#[test]
fn a_name_is_one_however_its_accents_are_typed() {
    let server = TestServer::builder().empty_account("Zoe\u{308}").start();
    let device = Client::new(server.address());
    for name in ["Zoe\u{308}", "Zo\u{eb}"] {
        assert_eq!(device.log_in(name, PASSWORD).status, 200, "{name}");
    }
    assert!(server.add_account("zo\u{cb}").is_err(), "unique without regard to case");
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let server = TestServer::start();
    for name in [
        "",
        " ",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a:b",
        "a\0b",
        "a\nb",
        "CON",
        "nul",
        "com1.txt",
        "dot.",
        "server.db",
        "SERVER.DB",
        "../x",
    ] {
        assert!(server.add_account(name).is_err(), "{name:?}");
    }
}

#[test]
fn an_account_added_while_running_works_at_once() {
    let server = TestServer::start();
    server.wait(server.accounts().add("ben", &password("ben's"))).unwrap();
    let device = Client::new(server.address());
    assert_eq!(device.log_in("ben", "ben's").status, 200);
    device.log_in("ben", PASSWORD).refused(403);
}

#[test]
fn signing_one_device_out_leaves_the_others() {
    let server = TestServer::start();
    let (phone, computer) = (server.client(), server.client());
    phone.meta().ok();
    let devices = server.wait(server.accounts().devices(NAME)).unwrap();
    assert_eq!(devices.len(), 2);
    let first = devices.iter().min_by_key(|device| device.id).unwrap().id;
    server.wait(server.accounts().sign_out(NAME, first)).unwrap();
    phone.meta().refused(403);
    computer.meta().ok();
}

#[test]
fn signing_all_devices_out_ends_their_sync() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    server.wait(server.accounts().sign_out_all(NAME)).unwrap();
    device.finish().refused(403);
    assert_eq!(server.stop().collection().count("cards"), 0);
}

#[test]
fn a_device_list_tells_version_and_times() {
    let server = TestServer::start();
    let device = server.client();
    device.meta().ok();
    let devices = server.wait(server.accounts().devices(NAME)).unwrap();
    assert_eq!(devices[0].client_version, "26.09.3,29bb700b,linux");
    assert_eq!(devices[0].address, "127.0.0.1");
    assert!(devices[0].last_used >= devices[0].created);
}

#[test]
fn keys_are_not_in_any_file() {
    let server = TestServer::start();
    let key = server.client().host_key;
    let stopped = server.stop();
    for entry in std::fs::read_dir(stopped.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for secret in [key.as_bytes(), PASSWORD.as_bytes()] {
                assert!(!bytes.windows(secret.len()).any(|w| w == secret), "{}", path.display());
            }
        }
    }
}

#[test]
fn at_most_50_devices_stay_signed_in_and_the_longest_unused_goes() {
    let clock = sync_server::Clock::manual(sync_protocol::TimestampMillis(1_800_000_000_000));
    let server = TestServer::builder().empty_account(NAME).clock(&clock).start();
    let devices: Vec<Client> = (0..51)
        .map(|second| {
            clock.set(sync_protocol::TimestampMillis(1_800_000_000_000 + second * 60_000));
            server.client()
        })
        .collect();
    devices[0].meta().refused(403);
    devices[1].meta().ok();
    devices[50].meta().ok();
    assert_eq!(server.wait(server.accounts().devices(NAME)).unwrap().len(), 50);
}

#[test]
fn a_new_password_keeps_or_ends_devices_as_asked() {
    let server = TestServer::start();
    let device = server.client();
    let change = |text: &str, devices| {
        server.wait(server.accounts().set_password(NAME, &password(text), devices)).unwrap();
    };
    change("second", DevicesAfterChange::Keep);
    device.meta().ok();
    device.log_in(NAME, PASSWORD).refused(403);
    assert_eq!(device.log_in(NAME, "second").status, 200);
    change("third", DevicesAfterChange::SignOut);
    device.meta().refused(403);
    assert_eq!(device.log_in(NAME, "third").status, 200);
}

#[test]
fn a_disabled_account_is_403_and_its_sync_ends() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    server.wait(server.accounts().set_enabled(NAME, false)).unwrap();
    device.finish().refused(403);
    device.media_begin().refused(403);
    device.log_in(NAME, PASSWORD).refused(403);
    server.wait(server.accounts().set_enabled(NAME, true)).unwrap();
    device.finish().refused(409);
    assert_eq!(device.meta().ok()["usn"], SEED_USN, "the device is still signed in");
    assert_eq!(server.stop().collection().count("cards"), 0);
}

#[test]
fn a_disabled_account_stays_so_after_a_restart() {
    let server = TestServer::start();
    let device = server.client();
    server.wait(server.accounts().set_enabled(NAME, false)).unwrap();
    let server = server.stop().restart();
    let mut again = Client::new(server.address());
    again.host_key.clone_from(&device.host_key);
    again.meta().refused(403);
}

#[test]
fn a_removed_account_leaves_its_data_in_a_dated_folder() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a.jpg", Some(b"1"))]);
    device.start(SEED_USN).ok();
    device.apply_chunk(&json!({"cards": [card(1)]})).ok();
    let mut events = server.events();
    let moved = server.wait(server.accounts().remove(NAME)).unwrap().unwrap();
    events.wait_for(|event| match event {
        ServerEvent::SyncFailed(_, SyncFailure::Closed) => Some(()),
        _ => None,
    });
    device.finish().refused(403);
    device.log_in(NAME, PASSWORD).refused(403);
    assert!(!server.account_folder(NAME).exists());
    assert!(moved.starts_with(server.account_folder(".removed")), "{}", moved.display());
    assert!(moved.file_name().unwrap().to_str().unwrap().starts_with(NAME), "{}", moved.display());
    let collection = sync_tests::Collection::open(&moved.join("collection.anki2"));
    assert_eq!(collection.count("cards"), 0, "the running sync was rolled back");
    collection.assert_sound();
    assert_eq!(std::fs::read(moved.join("media/a.jpg")).unwrap(), b"1");
}

#[test]
fn a_name_can_be_used_again_after_its_account_was_removed() {
    let server = TestServer::start();
    let old_device = server.client();
    old_device.meta().ok();
    server.wait(server.accounts().remove(NAME)).unwrap();
    server.add_account(NAME).unwrap();
    old_device.meta().refused(403);
    assert_eq!(server.client().meta().ok()["mod"], 0, "nothing of the old data");
}

#[test]
fn a_renamed_account_keeps_its_devices_and_data() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    server.wait(server.accounts().rename(NAME, "Änne")).unwrap();
    device.finish().refused(409);
    assert_eq!(device.meta().ok()["usn"], SEED_USN);
    device.log_in(NAME, PASSWORD).refused(403);
    assert_eq!(device.log_in("Änne", PASSWORD).status, 200);
    assert!(!server.account_folder(NAME).exists());
    assert_eq!(server.stop().collection_of("Änne").count("notetypes"), 1);
}

#[test]
fn the_official_key_opens_an_account_of_the_environment() {
    let value = "ben:pass:with:colons";
    let server = TestServer::builder().environment_account(value).start();
    let mut device = Client::new(server.address());
    device.host_key = hex::encode(Sha1::digest(value.as_bytes()));
    assert_eq!(device.meta().ok()["mod"], 0);
    let answer = device.log_in("ben", "pass:with:colons").ok();
    assert_ne!(answer["key"], device.host_key, "a login gives a random key");
    device.meta().ok();
}

#[test]
fn the_official_key_opens_no_other_account() {
    let server = TestServer::start();
    let mut device = Client::new(server.address());
    device.host_key = hex::encode(Sha1::digest(format!("{NAME}:{PASSWORD}").as_bytes()));
    device.meta().refused(403);
}

#[test]
fn guesses_are_slowed_down_but_signed_in_devices_are_not() {
    let server = TestServer::start();
    let device = server.client();
    let guesser = Client::new(server.address());
    let guessing = std::thread::spawn(move || {
        let start = std::time::Instant::now();
        for guess in 0..5 {
            guesser.log_in(NAME, &format!("guess {guess}")).refused(403);
        }
        start.elapsed()
    });
    let mut answered = 0;
    while !guessing.is_finished() {
        device.meta().ok();
        answered += 1;
    }
    let took = guessing.join().unwrap();
    assert!(took >= std::time::Duration::from_millis(900), "{took:?}");
    assert!(answered > 20, "{answered} requests while guesses waited");
    device.start(SEED_USN).ok();
    device.finish().ok();
}

#[test]
fn events_tell_what_went_wrong_with_a_login() {
    let server = TestServer::start();
    let mut events = server.events();
    let device = Client::new(server.address());
    device.log_in("ana", PASSWORD).refused(403);
    let nearest = events.wait_for(|event| match event {
        ServerEvent::UnknownName { nearest, .. } => Some(nearest.clone()),
        _ => None,
    });
    assert_eq!(nearest.as_deref(), Some(NAME));
    device.log_in(NAME, "wrong").refused(403);
    let account = events.wait_for(|event| match event {
        ServerEvent::WrongPassword { account, .. } => Some(account.clone()),
        _ => None,
    });
    assert_eq!(account, NAME);
    device.meta().refused(403);
    events.wait_for(|event| matches!(event, ServerEvent::UnknownKey { .. }).then_some(()));
    device.plain("GET", "wrong/path");
    events.wait_for(|event| matches!(event, ServerEvent::WrongPath { .. }).then_some(()));
    device.plain("GET", "");
    events.wait_for(|event| matches!(event, ServerEvent::Reached { .. }).then_some(()));
}

#[test]
fn events_tell_how_a_sync_went() {
    let server = TestServer::start_with(|collection| collection.add_card(7, 1000, SEED_USN));
    let mut device = server.client();
    let mut events = server.events();
    device.send_chunk(SEED_USN, json!({"cards": [card(1), card(2)]}));
    let summary = events.wait_for(|event| match event {
        ServerEvent::SyncFinished(summary) => Some(summary.clone()),
        _ => None,
    });
    assert_eq!(summary.account, NAME);
    assert_eq!((summary.up.cards, summary.down.cards), (2, 1));
    assert!(summary.up_bytes > 0 && summary.down_bytes > 0);
    device.start(SEED_USN).ok();
    device.abort().ok();
    events.wait_for(|event| match event {
        ServerEvent::SyncFailed(_, SyncFailure::Aborted) => Some(()),
        _ => None,
    });
    let history = server.wait(server.accounts().recent_syncs(10, Some(NAME))).unwrap();
    assert!(!history.is_empty());
}
