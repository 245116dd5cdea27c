//! A storage folder on a memory stick: exFAT, where capitals make no difference, as on
//! Windows and macOS, and where nothing has an owner.

use serde_json::json;
use sync_tests::disks::MemoryStick;
use sync_tests::{Client, NAME, SEED_USN, card, note, read_zip, seed, template};

use crate::program::{self, Program};

#[track_caller]
fn assert_content(client: &Client, name: &str, content: &[u8]) {
    assert_eq!(read_zip(&client.download_files(&[name]).body)[name], content, "{name}");
}

#[test]
fn names_that_differ_in_capitals_keep_their_contents_where_they_are_one_file() {
    let Some(stick) = MemoryStick::mount() else { return };
    std::fs::write(stick.path().join("PROBE"), "x").unwrap();
    assert!(stick.path().join("probe").exists(), "capitals make no difference");
    let storage = stick.path().join("storage");
    let program = Program::start(&storage);
    let client = program.client();
    // One request, and one after the other.
    client.send_media(&[("A.jpg", Some(b"large A")), ("a.jpg", Some(b"small a"))]);
    client.send_media(&[("É.png", Some(b"large E"))]);
    client.send_media(&[("é.png", Some(b"small e"))]);
    client.send_media(&[("b.jpg", Some(b"a file that is renamed"))]);
    // How devices tell that a file has a new name, in either order.
    client.send_media(&[("B.jpg", Some(b"a file that is renamed")), ("b.jpg", None)]);
    client.send_media(&[("B.jpg", None), ("b.JPG", Some(b"a file that is renamed"))]);
    let all = |client: &Client| {
        assert_content(client, "A.jpg", b"large A");
        assert_content(client, "a.jpg", b"small a");
        assert_content(client, "É.png", b"large E");
        assert_content(client, "é.png", b"small e");
        assert_content(client, "b.JPG", b"a file that is renamed");
    };
    all(&client);
    // Killed, so that the next one has the logs to look through.
    drop(program);
    let program = Program::start(&storage);
    let mut client = client;
    client.address = program.address();
    all(&client);
    client.send_media(&[("A.jpg", Some(b"newer A")), ("é.png", None)]);
    assert_content(&client, "A.jpg", b"newer A");
    assert_content(&client, "a.jpg", b"small a");
    assert_content(&client, "É.png", b"large E");
    client.send_media(&[("A.jpg", None)]);
    assert_content(&client, "a.jpg", b"small a");
    client.send_media(&[("é.png", Some(b"back"))]);
    assert_content(&client, "é.png", b"back");
    client.download_files(&["A.jpg"]).refused(409);
    // What else there is to do works on such a disk, too.
    client.upload(&template(seed)).text();
    client.send_chunk(SEED_USN, json!({"cards": [card(1)], "notes": [note(1)]}));
    assert_eq!(client.download().status, 200);
    program.stop();
    assert_eq!(program::problems(&storage), None);
    let media = std::fs::read_dir(storage.join(NAME).join("media")).unwrap();
    assert_eq!(media.count(), 4, "nothing is left over");
}
