//! How requests are packed: header and zstd, multipart and gzip, limits, and
//! the bodies of errors.

use serde_json::{Value, json};
use sync_tests::{
    Client, Framing, NAME, PASSWORD, SEED_MODIFIED, SEED_USN, Socket, TestServer, seed, template,
};

fn meta_body() -> Vec<u8> {
    json!({"v": 11, "cv": "anki,26.09.3 (29bb700b),linux"}).to_string().into_bytes()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 0).unwrap()
}

/// A server that takes 1 MiB compressed and 3 MiB decoded.
fn small_server() -> TestServer {
    TestServer::builder().account(NAME, &template(seed)).max_payload_bytes(1 << 20).start()
}

/// Bytes that do not compress, from a fixed seed.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    })
    .take(len)
    .collect()
}

#[test]
fn answers_of_protocol_11_state_their_decoded_size() {
    let server = TestServer::start();
    let device = server.client();
    // The client checks the header of every answer; this is the one that is longest.
    let answer = device.download();
    let stated = answer.headers["anki-original-size"].to_str().unwrap();
    assert_eq!(stated, answer.body.len().to_string());
    let answer = device.abort();
    assert_eq!(answer.headers["anki-original-size"], "4");
}

#[test]
fn a_malformed_header_is_400() {
    let server = TestServer::start();
    let device = server.client();
    let key = &device.host_key;
    for header in [
        "x".to_owned(),
        String::new(),
        "{}".into(),
        "[]".into(),
        json!({"v": "11", "k": key, "c": "x", "s": "s"}).to_string(),
        json!({"v": 11.0, "k": key, "c": "x", "s": "s"}).to_string(),
        json!({"v": 11, "k": 5, "c": "x", "s": "s"}).to_string(),
        json!({"v": 11, "c": "x", "s": "s"}).to_string(),
        json!({"k": key, "c": "x", "s": "s"}).to_string(),
    ] {
        let answer = device.send_with_header("sync/meta", &header, &zstd(&meta_body()));
        assert_eq!(answer.status, 400, "{header}");
    }
    let more = json!({"v": 11, "k": key, "c": "x", "s": "s", "more": 1}).to_string();
    assert_eq!(device.send_with_header("sync/meta", &more, &zstd(&meta_body())).status, 200);
}

#[test]
fn a_body_that_is_not_zstd_is_400() {
    let server = TestServer::start();
    let device = server.client();
    device.send_with_header("sync/meta", &device.header(), &meta_body()).refused(400);
    let mut cut = zstd(&meta_body());
    cut.truncate(cut.len() - 3);
    device.send_with_header("sync/meta", &device.header(), &cut).refused(400);
}

#[test]
fn neither_framing_is_400() {
    let server = TestServer::start();
    let device = server.client();
    assert_eq!(device.plain("POST", "sync/meta").status, 400);
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/meta",
        &[("content-type", "multipart/form-data"), ("content-length", "0")],
    );
    assert_eq!(socket.response().status, 400);
}

#[test]
fn a_header_with_an_older_version_is_answered_in_plain() {
    let server = TestServer::start();
    let mut device = server.client();
    for version in 8..=10 {
        device.framing = Framing::Header(version);
        let answer = device.meta_of_version(10);
        assert_eq!(answer.ok()["usn"], SEED_USN, "{version}");
        assert!(answer.headers.get("anki-original-size").is_none());
    }
}

#[test]
fn form_fields_may_come_in_any_order() {
    let server = TestServer::start();
    let device = server.client().old();
    let form = device.form(Some(&meta_body()));
    let mut orders = 0;
    // All rotations, each also backwards.
    for rotation in 0..form.len() {
        let mut order = form.clone();
        order.rotate_left(rotation);
        for _ in 0..2 {
            assert_eq!(device.send_form("sync/meta", &order).ok()["usn"], SEED_USN);
            order.reverse();
            orders += 1;
        }
    }
    assert_eq!(orders, 8);
}

#[test]
fn the_session_key_of_a_form_may_come_after_the_data() {
    let server = TestServer::start();
    let device = server.client().old();
    let start = json!({"minUsn": SEED_USN, "lnewer": true, "graves": null}).to_string();
    let mut form = device.form(Some(start.as_bytes()));
    form.reverse();
    device.send_form("sync/start", &form).ok();
    device.finish().ok();
}

#[test]
fn the_flag_tells_whether_data_is_gzip() {
    let server = TestServer::start();
    let device = server.client().old();
    let gzip = device.form(Some(&meta_body())).pop().unwrap().1;
    let with = |flag: &[u8], data: &[u8]| {
        let form = vec![
            ("c".to_owned(), flag.to_vec()),
            ("k".to_owned(), device.host_key.clone().into_bytes()),
            ("data".to_owned(), data.to_vec()),
        ];
        device.send_form("sync/meta", &form).status
    };
    assert_eq!(with(b"0", &meta_body()), 200);
    assert_eq!(with(b"1", &gzip), 200);
    assert_eq!(with(b"anything", &gzip), 200);
    assert_eq!(with(b"0", &gzip), 400);
    assert_eq!(with(b"1", &meta_body()), 400);
}

#[test]
fn a_form_without_data_is_an_empty_request() {
    let server = TestServer::start();
    let device = server.client().old();
    let answer = device.send_form("sync/download", &device.form(None));
    assert_eq!(answer.status, 200);
    assert_eq!(&answer.body[..15], b"SQLite format 3");
    // But an empty request is not enough for every method.
    device.send_form("sync/meta", &device.form(None)).refused(400);
}

#[test]
fn unknown_form_fields_are_ignored() {
    let server = TestServer::start();
    let device = server.client().old();
    let mut form = device.form(Some(&meta_body()));
    form.insert(0, ("unknown".into(), noise(10_000)));
    form.push(("p".into(), b"x".to_vec()));
    assert_eq!(device.send_form("sync/meta", &form).ok()["usn"], SEED_USN);
}

#[test]
fn a_form_without_a_key_is_403() {
    let server = TestServer::start();
    let mut device = server.client().old();
    device.host_key.clear();
    device.meta().refused(403);
}

#[test]
fn login_needs_no_key_in_either_framing() {
    let server = TestServer::start();
    for framing in [Framing::Header(11), Framing::Multipart] {
        let mut device = Client::new(server.address());
        device.framing = framing;
        device.session_key.clear();
        let key = device.log_in(NAME, PASSWORD).ok();
        assert_eq!(key.as_object().unwrap().len(), 1);
        device.host_key = key["key"].as_str().unwrap().into();
        assert_eq!(device.meta().ok()["usn"], SEED_USN);
    }
}

#[test]
fn a_body_over_the_compressed_limit_is_413_and_changes_nothing() {
    let server = small_server();
    let device = server.client();
    device.start(SEED_USN).ok();
    let over = noise((1 << 20) + 1);
    for method in ["sync/applyChunk", "sync/meta", "msync/uploadChanges"] {
        let answer = device.send_with_header(method, &device.header(), &over);
        assert_eq!(answer.status, 413, "{method}");
    }
    device.finish().ok();
    assert_eq!(device.media_begin().ok()["data"]["usn"], 0);
}

#[test]
fn a_form_over_the_compressed_limit_is_413() {
    let server = small_server();
    let device = server.client().old();
    let over = noise(1 << 20);
    assert_eq!(device.post("msync/uploadChanges", &over).status, 413);
    assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
}

#[test]
fn a_body_over_the_decoded_limit_is_413_and_changes_nothing() {
    let server = small_server();
    let device = server.client();
    let form = device.old();
    device.start(SEED_USN).ok();
    let mut over =
        json!({"chunk": {"done": true, "cards": [sync_tests::card(1)]}}).to_string().into_bytes();
    over.resize((3 << 20) + 1, b' ');
    assert_eq!(device.post("sync/applyChunk", &over).status, 413);
    assert_eq!(form.post("sync/meta", &over).status, 413);
    device.finish().ok();
    assert_eq!(server.stop().collection().count("cards"), 0);
}

#[test]
fn a_body_of_the_decoded_limit_is_taken() {
    let server = small_server();
    let device = server.client();
    device.start(SEED_USN).ok();
    let mut body = json!({"chunk": {"done": true}}).to_string().into_bytes();
    body.resize(3 << 20, b' ');
    assert_eq!(device.post("sync/applyChunk", &body).status, 200);
}

#[test]
fn a_request_without_objects_may_be_a_mebibyte_and_not_more() {
    let server = small_server();
    let device = server.client();
    let mut body = meta_body();
    body.resize(1 << 20, b' ');
    assert_eq!(device.post("sync/meta", &body).status, 200);
    body.push(b' ');
    assert_eq!(device.post("sync/meta", &body).status, 413);
}

/// A bare 413 would be a network error to the person; this text is shown.
#[test]
fn an_upload_over_the_compressed_limit_is_refused_in_words() {
    let server = small_server();
    let device = server.client();
    let over = noise((1 << 20) + 1);
    let answer = device.send_with_header("sync/upload", &device.header(), &over);
    assert_eq!(answer.text(), "collection exceeds size limit");
    assert_eq!(device.old().upload(&over).text(), "collection exceeds size limit");
    assert_eq!(device.meta().ok()["mod"], SEED_MODIFIED);
}

#[test]
fn a_stated_length_over_the_limit_is_refused_before_the_body_is_sent() {
    let server = small_server();
    let device = server.client();
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /msync/uploadChanges",
        &[("anki-sync", header.as_str()), ("content-length", "5000000000")],
    );
    assert_eq!(socket.response().status, 413);
}

#[test]
fn a_small_body_that_decodes_to_gigabytes_is_cut_short() {
    let server = small_server();
    let device = server.client();
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..2048 {
        std::io::Write::write_all(&mut bomb, &zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let answer = device.send_with_header("sync/applyChanges", &device.header(), &bomb);
    assert_eq!(answer.status, 413);
    device.meta().ok();
}

#[test]
fn chunked_bodies_are_read_to_their_end() {
    let server = TestServer::start();
    let device = server.client();
    let header = device.header();
    let mut socket = Socket::open(server.address());
    socket.head(
        "POST /sync/meta",
        &[("anki-sync", header.as_str()), ("transfer-encoding", "chunked")],
    );
    for byte in zstd(&meta_body()) {
        socket.chunk(&[byte]);
    }
    socket.last_chunk();
    let response = socket.response();
    assert_eq!(response.status, 200);
    let body = zstd::decode_all(response.body.as_slice()).unwrap();
    let meta: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(meta["usn"], SEED_USN);
    assert!(response.head.contains(&format!("anki-original-size: {}", body.len())));
}

#[test]
fn many_requests_share_a_connection() {
    let server = TestServer::start();
    let device = server.client();
    for _ in 0..50 {
        device.meta().ok();
        device.twin().chunk().refused(409);
    }
}

#[test]
fn errors_are_the_status_as_text_in_both_framings() {
    let server = TestServer::start();
    for device in [server.client(), server.client().old()] {
        device.post("sync/meta", b"{").refused(400);
        device.chunk().refused(409);
        device.meta_of_version(7).refused(501);
        let mut stranger = device.clone();
        stranger.host_key = "unknown".into();
        stranger.meta().refused(403);
        stranger.log_in(NAME, "wrong").refused(403);
    }
}
