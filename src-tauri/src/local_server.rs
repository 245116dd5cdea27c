//! The server inside the app: starting and stopping it, and the one truth about
//! whether it runs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sync_server::account::Accounts;
use sync_server::{
    LanAddress, Reach, Server, ServerConfig, ServerError, ServerEvent, ServerHandle,
};
use tokio::sync::{broadcast, watch};
use tracing::{info, warn};

use crate::ipc::{self, ServerStatus, Settings, StartProblem};
use crate::start_problem;

/// What the server calls itself where its folder is found in use.
pub const PROGRAM: &str = "Anki Sync Tray";

const MEBIBYTE: u64 = 1024 * 1024;

/// What the server is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The storage folder.
    pub storage: PathBuf,
    /// Whether the folder was used before. Then it has to be there: an empty one
    /// in its place would look as if all cards were gone.
    pub was_used: bool,
    /// The one address to listen on.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Who may reach it.
    pub reach: Reach,
    /// Limit of an upload as it travels, in mebibytes.
    pub upload_limit_mib: u32,
}

impl Wanted {
    /// What these settings ask for. An address that is none counts as not given.
    #[must_use]
    pub fn by(settings: &Settings) -> Self {
        Self {
            storage: PathBuf::from(&settings.storage),
            was_used: settings.is_set_up,
            address: settings.address.as_ref().and_then(|address| address.parse().ok()),
            port: settings.port,
            reach: match settings.reach {
                ipc::Reach::ThisComputer => Reach::ThisComputer,
                ipc::Reach::LocalNetworks => Reach::LocalNetworks,
                ipc::Reach::Everything => Reach::Everything,
            },
            upload_limit_mib: settings.upload_limit_mib,
        }
    }

    /// The addresses to listen on, the first that can be had.
    fn candidates(&self) -> Vec<SocketAddr> {
        let ips = match (self.reach, self.address) {
            (Reach::ThisComputer, Some(ip)) if ip.is_loopback() => vec![ip],
            (Reach::ThisComputer, _) => vec![Ipv4Addr::LOCALHOST.into()],
            (_, Some(ip)) => vec![ip],
            // Both versions of the internet protocol; a computer may have but one.
            (_, None) => vec![Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()],
        };
        ips.into_iter().map(|ip| SocketAddr::new(ip, self.port)).collect()
    }

    fn config(&self, address: SocketAddr) -> ServerConfig {
        let mut config = ServerConfig::new(self.storage.clone());
        config.address = address;
        config.reach = self.reach;
        config.program = PROGRAM.to_owned();
        config.max_payload_bytes = u64::from(self.upload_limit_mib) * MEBIBYTE;
        config
    }
}

/// The server inside the app.
#[derive(Debug)]
pub struct LocalServer {
    status: watch::Sender<ServerStatus>,
    /// Held while the server starts or stops, so that these follow one another.
    handle: tokio::sync::Mutex<Option<ServerHandle>>,
    /// What commands need of a running server, without waiting for one that
    /// starts or stops.
    running: Mutex<Option<Running>>,
}

#[derive(Debug, Clone)]
struct Running {
    storage: PathBuf,
    accounts: Accounts,
    addresses: Vec<LanAddress>,
}

impl Default for LocalServer {
    fn default() -> Self {
        Self {
            status: watch::Sender::new(ServerStatus::Stopped),
            handle: tokio::sync::Mutex::default(),
            running: Mutex::default(),
        }
    }
}

impl LocalServer {
    /// Whether it runs, now and from now on.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<ServerStatus> {
        self.status.subscribe()
    }

    /// The storage folder that it runs on, while it runs.
    #[must_use]
    pub fn storage(&self) -> Option<PathBuf> {
        self.running().as_ref().map(|running| running.storage.clone())
    }

    /// The accounts, while it runs.
    #[must_use]
    pub fn accounts(&self) -> Option<Accounts> {
        self.running().as_ref().map(|running| running.accounts.clone())
    }

    /// The addresses to type into clients, the most useful first; none while it
    /// does not run.
    #[must_use]
    pub fn addresses(&self) -> Vec<LanAddress> {
        self.running().as_ref().map(|running| running.addresses.clone()).unwrap_or_default()
    }

    /// Starts the server, and asks it for a sign of life under the address that
    /// is shown. The outcome is its status. Gives its events when this is what
    /// started it.
    pub async fn start(&self, wanted: Wanted) -> Option<broadcast::Receiver<ServerEvent>> {
        let mut handle = self.handle.lock().await;
        if let Some(running) = handle.as_ref() {
            self.verify_held(running).await;
            return None;
        }
        self.set(ServerStatus::Starting);
        match launch(&wanted).await {
            Ok(server) => {
                let events = server.subscribe();
                *self.running() = Some(Running {
                    storage: wanted.storage,
                    accounts: server.accounts().clone(),
                    addresses: server.lan_addresses(),
                });
                self.verify_held(handle.insert(server)).await;
                Some(events)
            }
            Err(problem) => {
                warn!(?problem, "the server cannot start");
                self.set(ServerStatus::Failed { problem });
                None
            }
        }
    }

    /// Stops the server: what runs may end first. Nobody but a person, or the
    /// end of the app, stops it, so the status says so.
    pub async fn stop(&self) {
        let mut handle = self.handle.lock().await;
        if let Some(server) = handle.take() {
            self.set(ServerStatus::Stopping);
            *self.running() = None;
            if let Err(error) = server.stop().await {
                warn!(%error, "the server did not stop cleanly");
            }
        }
        self.set(ServerStatus::Stopped);
    }

    /// Looks for the addresses anew. Tells whether there are others now.
    pub async fn look_for_addresses(&self) -> bool {
        let handle = self.handle.lock().await;
        let Some(server) = handle.as_ref() else { return false };
        let now = server.lan_addresses();
        let mut running = self.running();
        match running.as_mut() {
            Some(running) if running.addresses != now => {
                running.addresses = now;
                true
            }
            _ => false,
        }
    }

    /// Asks for a sign of life under the address that is shown, and says in the
    /// status whether it came. Does nothing while the server does not run.
    pub async fn verify(&self) {
        if let Some(server) = self.handle.lock().await.as_ref() {
            self.verify_held(server).await;
        }
    }

    async fn verify_held(&self, server: &ServerHandle) {
        let shown = self.addresses().first().map_or_else(
            || (server.address(), format!("http://{}/", server.address())),
            |shown| (shown.address, shown.url()),
        );
        let (address, url) = shown;
        if server.answers_at(address).await {
            self.set(ServerStatus::Running);
        } else {
            warn!(%address, "a request to the shown address did not come back");
            self.set(ServerStatus::Failed { problem: StartProblem::NoAnswer { url } });
        }
    }

    fn set(&self, status: ServerStatus) {
        self.status.send_if_modified(|now| {
            let is_new = *now != status;
            *now = status;
            is_new
        });
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a server on this storage folder works, apart from the port: for a
/// folder that is about to take another one's place while the server does not
/// run.
///
/// # Errors
/// What speaks against the folder.
pub async fn try_storage(wanted: &Wanted) -> Result<(), StartProblem> {
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    let mut config = wanted.config(address);
    config.reach = Reach::ThisComputer;
    match Server::start(config).await {
        Ok(server) => {
            // A server that just started has nothing to go wrong with.
            let _ = server.stop().await;
            Ok(())
        }
        Err(error) => Err(start_problem::explain(error, &wanted.storage).await),
    }
}

async fn launch(wanted: &Wanted) -> Result<ServerHandle, StartProblem> {
    start_problem::check_folder(wanted).await?;
    let mut candidates = wanted.candidates().into_iter();
    let mut address = candidates.next().unwrap_or(SocketAddr::from(([0, 0, 0, 0], wanted.port)));
    loop {
        match Server::start(wanted.config(address)).await {
            Ok(server) => {
                info!(address = %server.address(), "the server has started");
                return Ok(server);
            }
            Err(error) => match candidates.next().filter(|_| is_of_the_protocol(&error)) {
                Some(next) => address = next,
                None => return Err(start_problem::explain(error, &wanted.storage).await),
            },
        }
    }
}

/// Whether binding failed for want of this version of the internet protocol:
/// not because the port is taken, and not for lack of rights.
fn is_of_the_protocol(error: &ServerError) -> bool {
    use std::io::ErrorKind::{AddrInUse, PermissionDenied};
    matches!(error, ServerError::Bind { source, .. }
        if !matches!(source.kind(), AddrInUse | PermissionDenied))
}
