//! The real server on a port of its own, in a temporary folder.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sync_protocol::{Password, TimestampMillis};
use sync_server::account::{AccountError, Accounts, EnvironmentAccount, PasswordHash};
use sync_server::{Clock, Server, ServerConfig, ServerHandle};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Client, Collection, Events, evidence, seed, template};

/// The account that most tests use.
pub const NAME: &str = "anna";
/// The password of every account that a test does not choose one for.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running server. Stops when dropped.
#[derive(Debug)]
pub struct TestServer {
    /// Gone after a stop.
    handle: Option<ServerHandle>,
    runtime: Arc<Runtime>,
    folder: Arc<TempDir>,
    config: ServerConfig,
}

/// What a server starts with.
#[derive(Debug)]
pub struct TestServerBuilder {
    folder: Arc<TempDir>,
    accounts: Vec<String>,
    config: ServerConfig,
}

/// The storage folder of a server that does not run.
#[derive(Debug)]
pub struct Stopped {
    folder: Arc<TempDir>,
    config: ServerConfig,
}

impl TestServerBuilder {
    /// An account with a collection file, whatever its content.
    #[must_use]
    pub fn account(self, name: &str, collection: &[u8]) -> Self {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("collection.anki2"), collection).unwrap();
        self.empty_account(name)
    }

    /// An account that never synced.
    #[must_use]
    pub fn empty_account(mut self, name: &str) -> Self {
        self.accounts.push(name.to_owned());
        self
    }

    /// The value of a variable `SYNC_USER1`, `SYNC_USER2`, ….
    #[must_use]
    pub fn environment_account(mut self, value: &str) -> Self {
        let variable = format!("SYNC_USER{}", self.config.environment_accounts.len() + 1);
        let account = EnvironmentAccount::parse(&variable, value, false).unwrap();
        let (name, password) = value.split_once(':').unwrap();
        evidence::password(name, password);
        self.config.environment_accounts.push(account);
        self
    }

    /// The limit of a request body as it travels.
    #[must_use]
    pub fn max_payload_bytes(self, bytes: u64) -> Self {
        self.configured(|config| config.max_payload_bytes = bytes)
    }

    /// A clock that stands at this time until the test moves it.
    #[must_use]
    pub fn clock(self, clock: &Clock) -> Self {
        self.configured(|config| config.clock = clock.clone())
    }

    /// Any other setting.
    #[must_use]
    pub fn configured(mut self, set: impl FnOnce(&mut ServerConfig)) -> Self {
        set(&mut self.config);
        self
    }

    /// Starts the server; it listens when this returns.
    #[must_use]
    pub fn start(self) -> TestServer {
        let server = Stopped { folder: self.folder, config: self.config }.restart();
        for name in self.accounts {
            server.add_account(&name).unwrap();
        }
        server
    }
}

impl TestServer {
    /// A server without accounts yet.
    #[must_use]
    pub fn builder() -> TestServerBuilder {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut config = ServerConfig::new(folder.path().to_owned());
        config.address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        TestServerBuilder { folder, accounts: Vec::new(), config }
    }

    /// A server with the account [`NAME`], which holds the seed.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// As [`TestServer::start`], with something changed in the seed.
    #[must_use]
    pub fn start_with(prepare: impl FnOnce(&Collection)) -> Self {
        Self::builder().account(NAME, &seed_with(prepare)).start()
    }

    /// As [`TestServer::start_with`], at a time that does not move.
    #[must_use]
    pub fn start_at(now: TimestampMillis, prepare: impl FnOnce(&Collection)) -> Self {
        Self::builder().account(NAME, &seed_with(prepare)).clock(&Clock::manual(now)).start()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.handle().address()
    }

    /// A device that is signed in to the account [`NAME`].
    #[must_use]
    pub fn client(&self) -> Client {
        self.log_in(NAME)
    }

    /// A device that is signed in to an account.
    #[must_use]
    #[track_caller]
    pub fn log_in(&self, name: &str) -> Client {
        let mut client = Client::new(self.address());
        let answer = client.log_in(name, PASSWORD).ok();
        client.host_key = answer["key"].as_str().expect("a key").to_owned();
        client
    }

    /// The accounts, as the window changes them.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        self.handle().accounts()
    }

    /// Adds an account with [`PASSWORD`].
    ///
    /// # Errors
    /// What the server has against it.
    pub fn add_account(&self, name: &str) -> Result<String, AccountError> {
        self.wait(self.accounts().add_with_hash(name, hash_of_password()))
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(Arc::clone(&self.runtime), self.handle().subscribe())
    }

    /// Waits for one of the library's asynchronous calls.
    pub fn wait<T>(&self, call: impl Future<Output = T>) -> T {
        self.runtime.block_on(call)
    }

    /// An account's folder.
    #[must_use]
    pub fn account_folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Stops it in good order.
    #[must_use]
    pub fn stop(mut self) -> Stopped {
        let handle = self.handle.take().unwrap();
        self.runtime.block_on(handle.stop()).unwrap();
        evidence::files("storage", self.folder.path());
        Stopped { folder: Arc::clone(&self.folder), config: self.config.clone() }
    }

    /// The storage folder as it would be after the process or the power went
    /// away at this moment: a copy of all files as the disk has them now. Good
    /// while no request is under way.
    #[must_use]
    pub fn as_after_a_crash(&self) -> Stopped {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(self.folder.path(), folder.path());
        let mut config = self.config.clone();
        config.storage = folder.path().to_owned();
        Stopped { folder: Arc::new(folder), config }
    }

    /// The running server.
    #[must_use]
    pub fn handle(&self) -> &ServerHandle {
        self.handle.as_ref().expect("it runs until it is stopped")
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            // A test that fails leaves requests behind; nobody waits for them.
            let _ = self.runtime.block_on(handle.stop());
            evidence::files("storage", self.folder.path());
        }
    }
}

impl Stopped {
    /// The storage folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An account's folder.
    #[must_use]
    pub fn account_folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The collection of the account [`NAME`].
    #[must_use]
    pub fn collection(&self) -> Collection {
        self.collection_of(NAME)
    }

    /// The collection of an account.
    #[must_use]
    pub fn collection_of(&self, name: &str) -> Collection {
        Collection::open_in(&self.folder, &self.account_folder(name).join("collection.anki2"))
    }

    /// Starts another server on the same folder, on another port.
    #[must_use]
    pub fn restart(self) -> TestServer {
        evidence::log_of_this_process();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let handle = runtime.block_on(Server::start(self.config.clone())).unwrap();
        TestServer {
            handle: Some(handle),
            runtime: Arc::new(runtime),
            folder: self.folder,
            config: self.config,
        }
    }
}

fn seed_with(prepare: impl FnOnce(&Collection)) -> Vec<u8> {
    template(|collection| {
        seed(collection);
        prepare(collection);
    })
}

/// Made once for all tests: hashing is slow on purpose.
fn hash_of_password() -> PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    HASH.get_or_init(|| PasswordHash::of(&Password::new(PASSWORD)).unwrap()).clone()
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
