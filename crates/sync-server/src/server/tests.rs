//! The server over real sockets. What each message does is tested elsewhere.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};

use tempfile::TempDir;
use tokio::sync::broadcast::error::TryRecvError;

use super::*;
use crate::SyncFailure;
use crate::account::EnvironmentAccount;

struct Running {
    server: ServerHandle,
    storage: TempDir,
}

fn config(storage: &TempDir) -> ServerConfig {
    let mut config = ServerConfig::new(storage.path().to_owned());
    config.address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    config.environment_accounts =
        vec![EnvironmentAccount::parse("SYNC_USER1", "anna:pw", false).unwrap()];
    config
}

async fn running() -> Running {
    running_with(|_| ()).await
}

async fn running_with(change: impl FnOnce(&mut ServerConfig)) -> Running {
    let storage = tempfile::tempdir().unwrap();
    let mut config = config(&storage);
    change(&mut config);
    Running { server: Server::start(config).await.unwrap(), storage }
}

/// Sends one request and gives all that comes back.
async fn send(running: &Running, request: impl Into<Vec<u8>>) -> Vec<u8> {
    let address = running.server.address();
    let request = request.into();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&request).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        response
    })
    .await
    .unwrap()
}

async fn get(running: &Running, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: my-pc:8080\r\nconnection: close\r\n\r\n");
    String::from_utf8(send(running, request).await).unwrap()
}

/// A request of protocol 11; gives status and decoded body.
async fn post(
    running: &Running,
    path: &str,
    key: &str,
    session: &str,
    body: &[u8],
) -> (u16, String) {
    let packed = zstd::encode_all(body, 1).unwrap();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\
         anki-sync: {{\"v\":11,\"k\":\"{key}\",\"c\":\"26.9.3,dev,linux\",\"s\":\"{session}\"}}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    request.extend_from_slice(&packed);
    let response = send(running, request).await;
    let (head, body) = split(&response);
    let status = head[9..12].parse().unwrap();
    let original_size = head
        .lines()
        .find_map(|line| line.strip_prefix("anki-original-size: "))
        .map(|size| size.parse::<usize>().unwrap());
    let body = match original_size {
        None => body.to_vec(),
        Some(size) => {
            let decoded = zstd::decode_all(body).unwrap();
            assert_eq!(decoded.len(), size, "the stated size is the decoded one");
            decoded
        }
    };
    (status, String::from_utf8(body).unwrap())
}

fn split(response: &[u8]) -> (String, &[u8]) {
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    (String::from_utf8(response[..end].to_vec()).unwrap(), &response[end + 4..])
}

async fn log_in(running: &Running) -> String {
    let (status, body) = post(running, "/sync/hostKey", "", "", br#"{"u":"anna","p":"pw"}"#).await;
    assert_eq!(status, 200, "{body}");
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    json["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn health_answers_and_the_page_shows_the_address_that_was_used() {
    let running = running().await;
    let mut events = running.server.subscribe();
    assert!(get(&running, "/health").await.starts_with("HTTP/1.1 200"));
    assert_eq!(events.try_recv(), Err(TryRecvError::Empty));
    let page = get(&running, "/").await;
    assert!(page.contains("http://my-pc:8080/"), "{page}");
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    assert_eq!(events.try_recv(), Ok(ServerEvent::Reached { address }));
}

#[tokio::test]
async fn wrong_paths_and_verbs_are_answered_with_their_number() {
    let running = running().await;
    let mut events = running.server.subscribe();
    let response = get(&running, "/sync/nothing").await;
    assert!(response.starts_with("HTTP/1.1 404") && response.ends_with("\r\n\r\n404"));
    assert!(matches!(
        events.try_recv(),
        Ok(ServerEvent::WrongPath { path, .. }) if path == "/sync/nothing"
    ));
    let response = get(&running, "/sync/meta").await;
    assert!(response.starts_with("HTTP/1.1 405"), "{response}");
    assert!(response.contains("allow: POST"), "{response}");
}

#[tokio::test]
async fn login_and_meta_work_in_both_framings() {
    let running = running().await;
    let key = log_in(&running).await;
    let meta = br#"{"v":11,"cv":"x"}"#;
    let (status, body) = post(&running, "/sync/meta", &key, "s", meta).await;
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(r#""empty":true"#), "{body}");

    let form = format!(
        "--B\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{{\"v\":10,\"cv\":\"x\"}}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n0\r\n\
         --B\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n{key}\r\n--B--\r\n"
    );
    let request = format!(
        "POST /some/prefix//sync/meta HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: multipart/form-data; boundary=B\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    );
    let response = String::from_utf8(send(&running, request).await).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.ends_with(&body[body.len() - 20..]), "plain JSON: {response}");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_key_are_403() {
    let running = running().await;
    let wrong = br#"{"u":"anna","p":"x"}"#;
    assert_eq!(post(&running, "/sync/hostKey", "", "", wrong).await, (403, "403".to_owned()));
    assert_eq!(post(&running, "/sync/meta", "x", "", b"{}").await, (403, "403".to_owned()));
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_so_that_the_client_sees_it() {
    let running = running_with(|config| config.max_payload_bytes = 1000).await;
    let key = log_in(&running).await;
    // Incompressible, and far more than the sockets hold between them.
    let mut large = vec![0; 20_000_000];
    getrandom::fill(&mut large).unwrap();
    assert_eq!(post(&running, "/sync/applyChunk", &key, "s", &large).await.0, 413);
    let (status, text) = post(&running, "/sync/upload", &key, "s", &large).await;
    assert_eq!((status, text.as_str()), (200, "collection exceeds size limit"));
    // Small on the way, large when decoded.
    let bomb = vec![b' '; 3001];
    assert_eq!(post(&running, "/sync/applyChunk", &key, "s", &bomb).await.0, 413);
    let left: Vec<_> = std::fs::read_dir(running.storage.path().join("anna"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(left.is_empty(), "nothing is left behind: {left:?}");
}

#[tokio::test]
async fn an_error_is_seen_even_when_a_large_body_was_not_wanted() {
    let running = running().await;
    let large = vec![b'x'; 20_000_000];
    for (path, header, status) in [
        ("/sync/nothing", "x: y", "404"),
        ("/sync/meta", "anki-sync: {}", "400"),
        ("/sync/meta", r#"anki-sync: {"v":11,"k":"x","c":"","s":""}"#, "403"),
    ] {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n\
             content-length: {}\r\n\r\n",
            large.len()
        )
        .into_bytes();
        request.extend_from_slice(&large);
        let response = String::from_utf8(send(&running, request).await).unwrap();
        assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{response}");
        assert!(response.ends_with(&format!("\r\n\r\n{status}")), "{response}");
    }
}

#[tokio::test]
async fn an_old_clients_upload_over_the_limit_gets_the_text_that_it_shows() {
    let running = running_with(|config| config.max_payload_bytes = 1_000_000).await;
    let key = log_in(&running).await;
    let mut form = format!(
        "--B\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n{key}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n"
    )
    .into_bytes();
    form.resize(form.len() + 20_000_000, b'x');
    form.extend_from_slice(b"\r\n--B--\r\n");
    let mut request = format!(
        "POST /sync/upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: multipart/form-data; boundary=B\r\ncontent-length: {}\r\n\r\n",
        form.len()
    )
    .into_bytes();
    request.extend_from_slice(&form);
    let response = String::from_utf8(send(&running, request).await).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.ends_with("collection exceeds size limit"), "{response}");
}

/// Waits for the end of a sync, and gives how it failed.
async fn failure(events: &mut broadcast::Receiver<ServerEvent>) -> SyncFailure {
    loop {
        if let ServerEvent::SyncFailed(_, failure) = events.recv().await.unwrap() {
            return failure;
        }
    }
}

fn transfers_in(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_str().unwrap().starts_with(".transfer")).count()
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing_behind() {
    let running = running().await;
    let key = log_in(&running).await;
    let mut events = running.server.subscribe();
    let stream = begin_upload(&running, &key).await;
    drop(stream);
    assert_eq!(failure(&mut events).await, SyncFailure::Aborted);
    let Running { server, storage } = running;
    server.stop().await.unwrap();
    assert_eq!(transfers_in(&storage.path().join("anna")), 0);
}

/// Sends the beginning of an upload and waits until the server has begun with it.
async fn begin_upload(running: &Running, key: &str) -> TcpStream {
    let mut events = running.server.subscribe();
    let request = format!(
        "POST /sync/upload HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\
         anki-sync: {{\"v\":11,\"k\":\"{key}\",\"c\":\"\",\"s\":\"\"}}\r\n\r\nhalf"
    );
    let mut stream = TcpStream::connect(running.server.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    while !matches!(events.recv().await.unwrap(), ServerEvent::SyncStarted { .. }) {}
    stream
}

#[test]
fn slow_clients_do_not_use_up_the_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // One for the client of this test, one for the server.
        .max_blocking_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let running = running().await;
        let key = log_in(&running).await;
        let mut slow = Vec::new();
        for _ in 0..3 {
            slow.push(begin_upload(&running, &key).await);
        }
        assert_eq!(post(&running, "/sync/meta", &key, "", br#"{"v":11,"cv":""}"#).await.0, 200);
    });
}

#[tokio::test]
async fn an_account_that_is_renamed_takes_nothing_of_a_running_upload_along() {
    let storage = tempfile::tempdir().unwrap();
    let mut config = config(&storage);
    config.environment_accounts.clear();
    let running = Running { server: Server::start(config).await.unwrap(), storage };
    let accounts = running.server.accounts();
    accounts.add("anna", &crate::Password::new("pw")).await.unwrap();
    let key = log_in(&running).await;
    let mut events = running.server.subscribe();
    let _stream = begin_upload(&running, &key).await;
    accounts.rename("anna", "bert").await.unwrap();
    assert_eq!(failure(&mut events).await, SyncFailure::Closed);
    assert_eq!(transfers_in(&running.storage.path().join("bert")), 0);
    assert!(!running.storage.path().join("anna").exists());
}

#[tokio::test]
async fn an_upload_of_a_device_that_is_signed_out_meanwhile_replaces_nothing() {
    let running = running().await;
    let key = log_in(&running).await;
    assert_eq!(post(&running, "/sync/meta", &key, "", br#"{"v":11,"cv":""}"#).await.0, 200);
    let accounts = running.server.accounts();
    for account in accounts.all_data() {
        account.close_data().await;
    }
    let collection = running.storage.path().join("anna/collection.anki2");
    let body = zstd::encode_all(std::fs::read(&collection).unwrap().as_slice(), 1).unwrap();
    let (beginning, rest) = body.split_at(body.len() / 2);
    let mut request = format!(
        "POST /sync/upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\
         anki-sync: {{\"v\":11,\"k\":\"{key}\",\"c\":\"\",\"s\":\"\"}}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(beginning);
    let mut events = running.server.subscribe();
    let mut stream = TcpStream::connect(running.server.address()).unwrap();
    stream.write_all(&request).unwrap();
    while !matches!(events.recv().await.unwrap(), ServerEvent::SyncStarted { .. }) {}
    accounts.sign_out_all("anna").await.unwrap();
    stream.write_all(rest).unwrap();
    let response = tokio::task::spawn_blocking(move || {
        let mut response = String::new();
        stream.read_to_string(&mut response).map(|_| response)
    });
    let response = response.await.unwrap().unwrap();
    assert!(response.starts_with("HTTP/1.1 409"), "{response}");
    assert!(!running.storage.path().join("anna/replaced").exists());
}

#[tokio::test]
async fn a_request_without_objects_may_not_be_large() {
    let running = running().await;
    let key = log_in(&running).await;
    let padding = "x".repeat(2 * 1024 * 1024);
    let json = format!(r#"{{"v":11,"cv":"{padding}"}}"#);
    assert_eq!(post(&running, "/sync/meta", &key, "", json.as_bytes()).await.0, 413);
}

#[tokio::test]
async fn a_download_whose_client_goes_away_leaves_nothing_behind() {
    let running = running().await;
    let key = log_in(&running).await;
    assert_eq!(post(&running, "/sync/meta", &key, "", br#"{"v":11,"cv":""}"#).await.0, 200);
    // More than the sockets hold, so that the server has to wait for a reader.
    let accounts = running.server.accounts().clone();
    let folder = running.storage.path().join("anna");
    for account in accounts.all_data() {
        account.close_data().await;
    }
    let mut file =
        std::fs::File::options().append(true).open(folder.join("collection.anki2")).unwrap();
    let mut ballast = vec![0; 30_000_000];
    getrandom::fill(&mut ballast).unwrap();
    file.write_all(&ballast).unwrap();
    drop(file);

    let mut events = running.server.subscribe();
    let body = zstd::encode_all(b"{}".as_slice(), 1).unwrap();
    let mut request = format!(
        "POST /sync/download HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\
         anki-sync: {{\"v\":11,\"k\":\"{key}\",\"c\":\"\",\"s\":\"\"}}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    let mut stream = TcpStream::connect(running.server.address()).unwrap();
    stream.write_all(&request).unwrap();
    // Progress is told of what went out, which is little while nobody reads.
    let stream = tokio::task::spawn_blocking(move || {
        stream.read_exact(&mut vec![0; 2_000_000]).unwrap();
        stream
    })
    .await
    .unwrap();
    while !matches!(events.recv().await.unwrap(), ServerEvent::Progress { .. }) {}
    drop(stream);
    assert_eq!(failure(&mut events).await, SyncFailure::Aborted);
    running.server.stop().await.unwrap();
    assert_eq!(transfers_in(&folder), 0);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_until_the_first_stops() {
    let Running { server, storage } = running().await;
    let refused = Server::start(config(&storage)).await.unwrap_err();
    assert!(matches!(refused, ServerError::FolderInUse { .. }), "{refused}");
    server.stop().await.unwrap();
    Server::start(config(&storage)).await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn stopping_rolls_back_open_syncs_and_leaves_complete_files() {
    let running = running().await;
    let key = log_in(&running).await;
    let start = br#"{"minUsn":0,"lnewer":false}"#;
    assert_eq!(post(&running, "/sync/start", &key, "s1", start).await.0, 200);
    let mut events = running.server.subscribe();
    let Running { server, storage } = running;
    server.stop().await.unwrap();
    let mut failures = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let ServerEvent::SyncFailed(_, failure) = event {
            failures.push(failure);
        }
    }
    assert_eq!(failures, [SyncFailure::Closed]);
    let folder = storage.path().join("anna");
    assert!(folder.join("collection.anki2").exists());
    assert!(!folder.join("collection.anki2-wal").exists());
}

#[tokio::test]
async fn stopping_does_not_wait_for_connections_without_a_request() {
    let running = running_with(|config| config.stop_timeout = Duration::from_secs(600)).await;
    let _idle = TcpStream::connect(running.server.address()).unwrap();
    assert!(get(&running, "/health").await.starts_with("HTTP/1.1 200"));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn ended_syncs_are_in_the_history() {
    let running = running().await;
    let key = log_in(&running).await;
    let start = br#"{"minUsn":0,"lnewer":false}"#;
    assert_eq!(post(&running, "/sync/start", &key, "s1", start).await.0, 200);
    assert_eq!(post(&running, "/sync/finish", &key, "s1", b"{}").await.0, 200);
    let accounts = running.server.accounts().clone();
    running.server.stop().await.unwrap();
    let syncs = accounts.recent_syncs(10, Some("anna")).await.unwrap();
    assert_eq!(syncs.len(), 1);
    assert_eq!(syncs[0].result, "ok");
    assert!(syncs[0].up_bytes > 0);
}

#[tokio::test]
async fn left_overs_of_an_abrupt_end_are_removed_at_the_next_start() {
    let storage = tempfile::tempdir().unwrap();
    let folder = storage.path().join("anna");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all(storage.path().join(INCOMING_FOLDER)).unwrap();
    std::fs::write(storage.path().join(INCOMING_FOLDER).join("x"), "x").unwrap();
    std::fs::write(folder.join(".transfer-abc.anki2"), "x").unwrap();
    let server = Server::start(config(&storage)).await.unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    assert!(!storage.path().join(INCOMING_FOLDER).exists());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn idle_connections_make_room_for_others() {
    let running = running_with(|config| config.max_connections = 2).await;
    let _idle: Vec<_> =
        (0..4).map(|_| TcpStream::connect(running.server.address()).unwrap()).collect();
    assert!(get(&running, "/health").await.starts_with("HTTP/1.1 200"));
}
