//! What may be in an archive that a device uploads: names, entries, sizes.

use super::*;

#[test]
fn names_of_every_script_are_kept() {
    let server = TestServer::start();
    let device = server.client();
    let names = [
        "sp ace.jpg",
        "ünïcödé.jpg",
        "日本語.mp3",
        "emoji 🐈.png",
        "_leading.css",
        "a'b\u{300c}.gif",
        "UPPER.JPG",
        "percent%20.jpg",
        "plus+and&.png",
        ".hidden",
        "#hash;.jpg",
    ];
    for name in names {
        device.send_media(&[(name, Some(name.as_bytes()))]);
    }
    let files = read_zip(&device.download_files(&names).body);
    for name in names {
        assert_eq!(files[name], name.as_bytes());
    }
    let stopped = server.stop();
    assert_eq!(media_folder(&stopped.account_folder(NAME)).len(), names.len());
}

#[test]
fn names_that_break_the_rules_refuse_the_whole_archive() {
    let server = TestServer::start();
    let device = server.client();
    let too_long = "x".repeat(256);
    for name in ["e\u{301}.jpg", "a/b.jpg", "../a.jpg", "/etc/passwd", &too_long] {
        let zip = upload_zip(&[("good.jpg", Some(b"1")), (name, Some(b"2"))]);
        assert_refused(&device, &zip, name);
    }
    let just_fits = "x".repeat(255);
    assert_eq!(device.send_media(&[(&just_fits, Some(b"1"))]), json!([1, 1]));
    let stopped = server.stop();
    assert_eq!(media_folder(&stopped.account_folder(NAME)).len(), 1);
}

/// The same letters, written with an accent of its own: not another file, and no way to the
/// one that is there.
#[test]
fn a_name_in_another_normal_form_leaves_its_twin_alone() {
    let server = TestServer::start();
    let client = server.client();
    client.send_media(&[("\u{e9}.jpg", Some(b"composed"))]);
    let decomposed = "e\u{301}.jpg";
    client.upload_changes(&upload_zip(&[(decomposed, Some(b"other"))])).refused(400);
    client.upload_changes(&upload_zip(&[(decomposed, None)])).refused(400);
    client.download_files(&[decomposed]).refused(409);
    assert_eq!(client.media_begin().ok()["data"]["usn"], 1);
    let files = read_zip(&client.download_files(&["\u{e9}.jpg"]).body);
    assert_eq!(files["\u{e9}.jpg"], b"composed");
}

#[test]
fn names_that_no_desktop_could_hold_are_refused() {
    let server = TestServer::start();
    let device = server.client();
    for name in ["", ".", "..", "a\0b", "a\u{7}b", "a\nb", "a\\b", "..\\b", "\u{7f}"] {
        assert_refused(&device, &upload_zip(&[(name, Some(b"1"))]), &format!("{name:?}"));
    }
}

#[test]
fn archives_that_break_the_rules_are_refused_whole() {
    let server = TestServer::start();
    let device = server.client();
    let meta = |json: Value| json.to_string().into_bytes();
    let many: Vec<String> = (0..26).map(|i| format!("{i}.jpg")).collect();
    let many: Vec<(&str, Option<&[u8]>)> =
        many.iter().map(|name| (name.as_str(), Some(&b"1"[..]))).collect();
    let refused: Vec<(&str, Vec<u8>)> = vec![
        ("no zip", b"this is not a zip".to_vec()),
        ("nothing", Vec::new()),
        ("no list", zip_of(&[("0", b"1")])),
        ("a list that is no JSON", zip_of(&[("0", b"1"), ("_meta", b"[")])),
        ("a list of another shape", zip_of(&[("0", b"1"), ("_meta", &meta(json!({"0": "a"})))])),
        ("a missing entry", zip_of(&[("_meta", &meta(json!([["a.jpg", "0"]])))])),
        ("an empty file", upload_zip(&[("a.jpg", Some(b""))])),
        ("26 files", upload_zip(&many)),
        (
            "a list over 50 KiB",
            zip_of(&[
                ("0", b"1"),
                ("_meta", &meta(json!([["a.jpg", "0"], ["b".repeat(52_000), null]]))),
            ]),
        ),
        (
            "the second of two files missing",
            zip_of(&[("0", b"1"), ("_meta", &meta(json!([["a.jpg", "0"], ["b.jpg", "1"]])))]),
        ),
    ];
    for (what, zip) in refused {
        assert_refused(&device, &zip, what);
    }
    assert_eq!(data(&device.media_begin())["usn"], 0);
    let stopped = server.stop();
    assert_eq!(media_folder(&stopped.account_folder(NAME)).len(), 0);
}

#[test]
fn an_archive_may_hold_25_files_and_none() {
    let server = TestServer::start();
    let device = server.client();
    let names: Vec<String> = (0..25).map(|i| format!("{i}.jpg")).collect();
    let files: Vec<(&str, Option<&[u8]>)> =
        names.iter().map(|name| (name.as_str(), Some(&b"1"[..]))).collect();
    assert_eq!(device.send_media(&files), json!([25, 25]));
    assert_eq!(device.send_media(&[]), json!([0, 25]));
}

#[test]
fn an_empty_entry_name_is_a_deletion() {
    let server = TestServer::start();
    let device = server.client();
    device.send_media(&[("a.jpg", Some(b"1"))]);
    let zip = zip_of(&[("_meta", b"[[\"a.jpg\",\"\"]]")]);
    assert_eq!(data(&device.upload_changes(&zip)), json!([1, 2]));
    assert_eq!(data(&device.media_sanity(0)), "OK");
}

#[test]
fn one_entry_may_be_two_files() {
    let server = TestServer::start();
    let device = server.client();
    let zip = zip_of(&[("x", b"same"), ("_meta", b"[[\"a.jpg\",\"x\"],[\"b.jpg\",\"x\"]]")]);
    assert_eq!(data(&device.upload_changes(&zip)), json!([2, 2]));
    assert_eq!(read_zip(&device.download_files(&["a.jpg", "b.jpg"]).body).len(), 2);
}

#[test]
fn a_file_over_100_mib_is_refused_whatever_its_header_says() {
    let server = TestServer::start();
    let device = server.client();
    let mut big = vec![0; 100 * 1024 * 1024 + 1];
    assert_refused(&device, &upload_zip(&[("big.bin", Some(&big))]), "100 MiB and a byte");
    big.pop();
    assert_eq!(device.send_media(&[("big.bin", Some(&big))]), json!([1, 1]));
    let mut lying = upload_zip(&[("b.bin", Some(&vec![0; 100 * 1024 * 1024 + 1]))]);
    // The uncompressed size of the first entry, in the central directory.
    let central = lying.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    let first = lying.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    assert_ne!(first, central);
    lying[first + 24..first + 28].copy_from_slice(&5_u32.to_le_bytes());
    assert_refused(&device, &lying, "an entry that says it has 5 bytes");
}
