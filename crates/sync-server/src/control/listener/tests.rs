#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use sync_protocol::Password;
use sync_store::accounts::FolderLock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::account::PasswordHash;
use crate::control::{ControlError, act, status};
use crate::{Clock, EventSender};

/// What a running server has: the lock, the accounts and the listener.
struct Running {
    folder: tempfile::TempDir,
    accounts: Accounts,
    control: ControlListener,
    _lock: FolderLock,
}

impl Running {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::acquire(folder.path()).unwrap();
        let (events, _) = EventSender::new();
        let base = folder.path().to_owned();
        let accounts = Accounts::open(base, Vec::new(), Clock::default(), events).await.unwrap();
        let control = start(accounts.clone(), about()).await.unwrap();
        Self { folder, accounts, control, _lock: lock }
    }

    async fn command(&self, request: ControlRequest) -> Result<ControlAnswer, ControlError> {
        command(self.folder.path(), request).await
    }

    /// Sends bytes as they are and gives all that comes back.
    async fn send(&self, bytes: &[u8]) -> Vec<u8> {
        let port = ControlFile::read(self.folder.path()).unwrap().port;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }
}

async fn command(base: &Path, request: ControlRequest) -> Result<ControlAnswer, ControlError> {
    let base = base.to_owned();
    tokio::task::spawn_blocking(move || act(&base, Vec::new(), &request)).await.unwrap()
}

fn add(name: &str) -> ControlRequest {
    let password = PasswordHash::of(&Password::new("secret")).unwrap();
    ControlRequest::Add { name: name.to_owned(), password }
}

#[tokio::test]
async fn a_command_acts_on_the_running_server() {
    let running = Running::start().await;
    let answer = running.command(add("Anna")).await.unwrap();
    assert_eq!(answer, ControlAnswer::Named { name: "Anna".to_owned() });
    assert!(running.accounts.data_of("Anna").is_ok());
    let refused = running.command(add("anna")).await.unwrap_err();
    assert_eq!(refused.to_string(), "There is already an account named Anna. Choose another name.");
}

#[tokio::test]
async fn without_the_right_token_nothing_is_done_and_nothing_answered() {
    let running = Running::start().await;
    let envelope = Envelope { token: Token::random().unwrap(), request: add("Mallory") };
    let mut line = serde_json::to_vec(&envelope).unwrap();
    line.push(b'\n');
    assert_eq!(running.send(&line).await, b"");
    assert!(running.accounts.is_empty());
}

#[tokio::test]
async fn malformed_and_endless_lines_are_dropped() {
    let running = Running::start().await;
    assert_eq!(running.send(b"GET / HTTP/1.1\r\n\r\n").await, b"");
    assert_eq!(running.send(&vec![b'x'; 1024 * 1024]).await, b"");
    assert!(running.command(ControlRequest::List).await.is_ok(), "it still listens");
}

#[tokio::test]
async fn stopping_removes_the_file_and_ends_the_listening() {
    let running = Running::start().await;
    let Running { folder, accounts: _, control, _lock } = running;
    control.stop().await;
    assert!(ControlFile::read(folder.path()).is_none());
    assert!(matches!(
        command(folder.path(), ControlRequest::List).await,
        Err(ControlError::Busy { .. })
    ));
}

#[tokio::test]
async fn a_file_left_behind_by_a_killed_server_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    // Somebody else listens on the port by now.
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = other.local_addr().unwrap().port();
    ControlFile { port, token: Token::random().unwrap() }.write(folder.path()).unwrap();
    command(folder.path(), add("Anna")).await.unwrap();
    let ControlAnswer::Users { users } =
        command(folder.path(), ControlRequest::List).await.unwrap()
    else {
        panic!("a list was asked for");
    };
    assert_eq!(users[0].name, "Anna");
}

#[tokio::test]
async fn a_mistyped_folder_is_not_created_by_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let refused = command(&missing, ControlRequest::List).await;
    assert!(matches!(refused, Err(ControlError::NoFolder { .. })));
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_check_tells_sound_files_from_damaged_ones() {
    let running = Running::start().await;
    for name in ["damaged", "new", "sound"] {
        running.command(add(name)).await.unwrap();
    }
    for name in ["damaged", "sound"] {
        let data = running.accounts.data_of(name).unwrap();
        data.run(|slot| slot.open().map(|_| ())).await.unwrap();
        data.close_data().await;
    }
    let file = running.folder.path().join("damaged/collection.anki2");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096..8192].fill(0xff);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(
        checked(&running).await,
        [
            ("damaged".into(), true, false),
            ("new".into(), false, true),
            ("sound".into(), true, true)
        ]
    );
}

/// All accounts: whether each has data, and whether these are sound.
async fn checked(running: &Running) -> Vec<(String, bool, bool)> {
    let answer = running.command(ControlRequest::Check { name: None }).await.unwrap();
    let ControlAnswer::Checked { accounts } = answer else { panic!("a check was asked for") };
    let found = accounts.into_iter();
    found.map(|found| (found.name, found.has_data, found.problems.is_empty())).collect()
}

fn about() -> ServerStatus {
    let url = "http://127.0.0.1:8080/".to_owned();
    ServerStatus { program: "a test".to_owned(), process: 7, url }
}

#[tokio::test]
async fn whoever_finds_the_folder_in_use_learns_by_whom() {
    let running = Running::start().await;
    let answer = running.command(ControlRequest::Status).await.unwrap();
    assert_eq!(answer, ControlAnswer::Status { status: about() });
    let base = running.folder.path().to_owned();
    let told = tokio::task::spawn_blocking(move || status(&base)).await.unwrap();
    assert_eq!(told, Some(about()));
}

#[cfg(unix)]
#[tokio::test]
async fn a_check_never_takes_an_unreadable_account_for_one_that_never_synced() {
    let running = Running::start().await;
    for name in ["away", "endless", "new"] {
        running.command(add(name)).await.unwrap();
    }
    let link = |to, name| std::os::unix::fs::symlink(to, running.folder.path().join(name));
    link("/nowhere/at/all", "away").unwrap();
    // A folder that even the system's administrator cannot look into.
    link("endless", "endless").unwrap();
    assert_eq!(
        checked(&running).await,
        [
            ("away".into(), true, false),
            ("endless".into(), true, false),
            ("new".into(), false, true)
        ]
    );
}

// Elsewhere a folder with open files cannot be moved.
#[cfg(unix)]
#[tokio::test]
async fn a_check_while_the_storage_folder_is_away_tells_so() {
    let running = Running::start().await;
    running.command(add("Anna")).await.unwrap();
    let outer = tempfile::tempdir().unwrap();
    let away = outer.path().join("away");
    std::fs::rename(running.folder.path(), &away).unwrap();
    let check = execute(&running.accounts, None, ControlRequest::Check { name: None }).await;
    std::fs::rename(away, running.folder.path()).unwrap();
    let ControlAnswer::Checked { accounts } = check.unwrap() else {
        panic!("a check was asked for");
    };
    assert!(accounts[0].has_data && !accounts[0].problems.is_empty());
}
