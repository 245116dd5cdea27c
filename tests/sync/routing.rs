//! Which address reaches which method: what people type, and what clients make of it.

use serde_json::json;
use sync_tests::{Client, NAME, PASSWORD, SEED_USN, Socket, TestServer};

/// A signed-in device whose typed address resolved to this path.
fn device_at(server: &TestServer, prefix: &str) -> Client {
    let mut device = server.client();
    device.prefix = prefix.into();
    device
}

#[test]
fn every_address_that_a_person_would_type_works() {
    let server = TestServer::start();
    for prefix in
        ["/", "/sync/", "/msync/", "/anki/", "/a/deeper/path/", "//", "///sync//", "/anki/sync/"]
    {
        let device = device_at(&server, prefix);
        assert_eq!(device.meta().ok()["usn"], SEED_USN, "{prefix}");
        assert_eq!(device.media_begin().ok()["data"]["usn"], 0, "{prefix}");
        assert_eq!(device.media_sanity(0).ok()["data"], "OK", "{prefix}");
    }
}

#[test]
fn login_works_at_every_address() {
    let server = TestServer::start();
    let mut device = Client::new(server.address());
    for prefix in ["/", "//", "/sync/", "/msync/"] {
        device.prefix = prefix.into();
        assert_eq!(device.log_in(NAME, PASSWORD).status, 200, "{prefix}");
    }
}

#[test]
fn a_whole_sync_works_below_a_prefix() {
    let server = TestServer::start();
    let mut device = device_at(&server, "/sync/");
    device.send_chunk(SEED_USN, json!({"cards": [sync_tests::card(1)]}));
    assert_eq!(&device.download().body[..15], b"SQLite format 3");
    assert_eq!(device.send_media(&[("a", Some(b"1"))]), json!([1, 1]));
}

#[test]
fn begin_by_get_works_below_a_prefix() {
    let server = TestServer::start();
    for prefix in ["/", "//", "/msync/", "/sync/", "/anki/"] {
        let device = device_at(&server, prefix);
        let answer = device.plain("GET", &format!("msync/begin?k={}&v=x", device.host_key));
        assert_eq!(answer.ok()["data"]["usn"], 0, "{prefix}");
    }
}

#[test]
fn an_unknown_method_is_no_server_error() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    for path in ["sync/unknown", "msync/unknown", "sync/", "sync/begin", "msync/meta", "sync/Meta"]
    {
        let status = device.json(path, &json!({})).status;
        assert!([400, 404].contains(&status), "{path}: {status}");
    }
    device.finish().ok();
}

#[test]
fn an_unknown_path_is_404() {
    let server = TestServer::start();
    let device = server.client();
    for path in ["unknown", "hostKey", "sync", "a/b/c", "favicon.ico", "syncx/meta"] {
        assert_eq!(device.plain("GET", path).status, 404, "{path}");
    }
    assert_eq!(device.json("unknown/meta", &json!({})).status, 404);
}

#[test]
fn a_wrong_verb_is_405() {
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(device.plain("GET", "sync/meta").status, 405);
    assert_eq!(device.plain("PUT", "sync/meta").status, 405);
    assert_eq!(device.plain("DELETE", "msync/begin").status, 405);
    assert_eq!(device.plain("GET", "msync/mediaChanges").status, 405);
}

#[test]
fn health_is_200_and_empty() {
    let server = TestServer::start();
    let answer = Client::new(server.address()).plain("GET", "health");
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn a_browser_gets_a_page_that_says_what_to_do() {
    let server = TestServer::start();
    let answer = Client::new(server.address()).plain("GET", "");
    assert_eq!(answer.status, 200);
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/html"), "{kind}");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.contains("Anki"));
    for outside in ["src=\"http", "href=\"http", "@import", "<script"] {
        assert!(!page.contains(outside), "the page is self-contained: {outside}");
    }
    assert!(!page.contains(NAME), "the page tells no account");
}

#[test]
fn dots_in_a_path_reach_no_file() {
    let server = TestServer::start();
    for path in
        ["/../server.db", "/..%2fserver.db", "/sync/../../server.db", "/anna/collection.anki2"]
    {
        let mut socket = Socket::open(server.address());
        socket.head(&format!("GET {path}"), &[]);
        let status = socket.response().status;
        assert!([400, 404, 405].contains(&status), "{path}: {status}");
    }
}

#[test]
fn what_is_no_http_ends_no_server() {
    let server = TestServer::start();
    let device = server.client();
    // The first bytes of a TLS connection: https typed for http.
    let mut socket = Socket::open(server.address());
    socket.bytes(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);
    socket.hang_up();
    let mut socket = Socket::open(server.address());
    socket.bytes(b"\0\0\0\0\r\n\r\n");
    socket.hang_up();
    assert_eq!(device.meta().ok()["usn"], SEED_USN);
}
