//! What the server is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::account::EnvironmentAccount;
use crate::http::ClientAddressSource;
use crate::{Clock, Reach};

/// Default limit of a compressed request body: 100 MiB, as the official server.
pub const DEFAULT_MAX_PAYLOAD_BYTES: u64 = 100 * 1024 * 1024;

/// A decoded body may be this many times larger than a compressed one.
const DECODED_FACTOR: u64 = 3;

/// Settings of a server. [`ServerConfig::new`] has the defaults.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The storage folder; created if missing.
    pub storage: PathBuf,
    /// Where to listen. Port 0 takes any free one; [`crate::ServerHandle::address`]
    /// tells which. The address `::` means both versions of the internet protocol.
    pub address: SocketAddr,
    /// Who may reach it there.
    pub reach: Reach,
    /// What the program that runs the server calls itself, for whoever finds
    /// the storage folder in use.
    pub program: String,
    /// What the page for browsers calls this computer; its name in the network
    /// by default.
    pub computer_name: String,
    /// Limit of a request body as it travels, in bytes.
    pub max_payload_bytes: u64,
    /// Connections that may be open at a time; further ones wait until one without a
    /// request or one of a client that has not shown a key makes room. Each needs a
    /// file handle, of which systems give 1024 to a program, and whoever opens
    /// connections in bulk must leave enough for the accounts' files.
    pub max_connections: usize,
    /// Accounts that the environment names.
    pub environment_accounts: Vec<EnvironmentAccount>,
    /// Where a client's address is read from.
    pub client_address: ClientAddressSource,
    /// How long [`crate::ServerHandle::stop`] waits for running requests.
    pub stop_timeout: Duration,
    /// A sync without a request for this long is rolled back. Clients work
    /// between two requests, so an hour is safe and a minute is not.
    pub idle_sync_timeout: Duration,
    /// An account's files are closed when they were not used for this long.
    pub idle_files_timeout: Duration,
    /// How often the server looks for idle syncs and files.
    pub housekeeping_interval: Duration,
    /// A client that moves no byte for this long in the middle of a request or
    /// a response is disconnected.
    pub silence_timeout: Duration,
    /// Where the time comes from.
    pub clock: Clock,
}

impl ServerConfig {
    /// The defaults, for a storage folder.
    #[must_use]
    pub fn new(storage: PathBuf) -> Self {
        Self {
            storage,
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8080),
            reach: Reach::default(),
            program: "anki-sync-server".to_owned(),
            computer_name: gethostname::gethostname().to_string_lossy().into_owned(),
            max_payload_bytes: DEFAULT_MAX_PAYLOAD_BYTES,
            max_connections: 500,
            environment_accounts: Vec::new(),
            client_address: ClientAddressSource::default(),
            stop_timeout: Duration::from_secs(10),
            idle_sync_timeout: Duration::from_secs(60 * 60),
            idle_files_timeout: Duration::from_secs(5 * 60),
            housekeeping_interval: Duration::from_secs(30),
            silence_timeout: Duration::from_secs(60),
            clock: Clock::default(),
        }
    }

    /// Limit of a decoded request body and of a collection file, in bytes.
    #[must_use]
    pub fn max_decoded_bytes(&self) -> u64 {
        self.max_payload_bytes.saturating_mul(DECODED_FACTOR)
    }
}
