//! DEV ONLY: official server.
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;

use crate::{Client, Collection, seed, template};

pub const NAME: &str = "anna";
pub const PASSWORD: &str = "a password";

#[derive(Debug, Clone)]
struct Setup {
    accounts: Vec<String>,
    max_payload: Option<u64>,
}
pub struct TestServer {
    child: Child,
    address: SocketAddr,
    folder: Arc<TempDir>,
    setup: Setup,
}
pub struct TestServerBuilder {
    folder: Arc<TempDir>,
    setup: Setup,
}
pub struct Stopped {
    folder: Arc<TempDir>,
    setup: Setup,
}
impl TestServerBuilder {
    pub fn account(self, name: &str, collection: &[u8]) -> Self {
        let s = self.empty_account(name);
        let f = s.folder.path().join(name);
        std::fs::create_dir_all(&f).unwrap();
        std::fs::write(f.join("collection.anki2"), collection).unwrap();
        s
    }
    pub fn empty_account(mut self, name: &str) -> Self {
        self.setup.accounts.push(name.into());
        self
    }
    pub fn max_payload_bytes(mut self, bytes: u64) -> Self {
        self.setup.max_payload = Some(bytes);
        self
    }
    pub fn start(self) -> TestServer {
        Stopped { folder: self.folder, setup: self.setup }.restart()
    }
}
impl TestServer {
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            setup: Setup { accounts: vec![], max_payload: None },
        }
    }
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }
    pub fn start_with(prepare: impl FnOnce(&Collection)) -> Self {
        let file = template(|c| {
            seed(c);
            prepare(c);
        });
        Self::builder().account(NAME, &file).start()
    }
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    pub fn client(&self) -> Client {
        self.log_in(NAME)
    }
    pub fn log_in(&self, name: &str) -> Client {
        let mut c = Client::new(self.address);
        c.host_key = c.log_in(name, PASSWORD).ok()["key"].as_str().unwrap().into();
        c
    }
    pub fn account_folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    pub fn stop(mut self) -> Stopped {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap();
        Stopped { folder: self.folder.clone(), setup: self.setup.clone() }
    }
    pub fn as_after_a_crash(&self) -> Stopped {
        let folder = tempfile::tempdir().unwrap();
        copy(self.folder.path(), folder.path());
        Stopped { folder: Arc::new(folder), setup: self.setup.clone() }
    }
}
fn copy(from: &Path, to: &Path) {
    for e in std::fs::read_dir(from).unwrap() {
        let e = e.unwrap();
        let t = to.join(e.file_name());
        if e.path().is_dir() {
            std::fs::create_dir(&t).unwrap();
            copy(&e.path(), &t);
        } else {
            std::fs::copy(e.path(), t).unwrap();
        }
    }
}
impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
impl Stopped {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
    pub fn account_folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    pub fn collection(&self) -> Collection {
        Collection::open_in(&self.folder, &self.account_folder(NAME).join("collection.anki2"))
    }
    pub fn restart(self) -> TestServer {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut c = Command::new("/tmp/clients/26.9.3/bin/python");
        c.args(["-m", "anki.syncserver"]).env("SYNC_HOST", "127.0.0.1").env("SYNC_PORT", port.to_string())
            .env("SYNC_BASE", self.folder.path()).env("RUST_LOG", "anki=error")
            .stdout(Stdio::null()).stderr(Stdio::null());
        for (i, a) in self.setup.accounts.iter().enumerate() {
            c.env(format!("SYNC_USER{}", i + 1), format!("{a}:{PASSWORD}"));
        }
        if let Some(m) = self.setup.max_payload {
            c.env("MAX_SYNC_PAYLOAD_MEGS", (m / 1024 / 1024).to_string());
        }
        let child = c.spawn().unwrap();
        let address: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
        while TcpStream::connect(address).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        TestServer { child, address, folder: self.folder, setup: self.setup }
    }
}
