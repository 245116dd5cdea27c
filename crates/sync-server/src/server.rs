//! Starting and stopping the server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sync_store::StoreError;
use sync_store::accounts::FolderLock;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{info, warn};

use crate::account::Accounts;
use crate::addresses::{LanAddress, lan_addresses};
use crate::config::ServerConfig;
use crate::control::{self, ControlListener, ServerStatus};
use crate::events::{EventSender, ServerEvent};
use crate::http::{INCOMING_FOLDER, ServerState, serve};
use crate::operations::collection::{remove_left_overs, undo_unfinished};
use crate::reachability::Instance;
use crate::storage_folder::{check_storage_folder, folder_warnings};
use crate::{Reach, ServerError, history, open_files};

/// How long the history may take to be written while the server stops.
const HISTORY_TIME: Duration = Duration::from_secs(5);

/// The sync server.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Starts a server. It answers requests once this returns.
    ///
    /// # Errors
    /// [`ServerError::FolderRefused`] when the folder must not be one,
    /// [`ServerError::FolderInUse`] when another server has the storage folder,
    /// [`ServerError::Bind`] when the address cannot be listened on,
    /// [`ServerError::Store`] and [`ServerError::Account`] when the storage
    /// folder or the accounts cannot be used.
    pub async fn start(config: ServerConfig) -> Result<ServerHandle, ServerError> {
        open_files::allow_more();
        let storage = config.storage.clone();
        let lock = blocking(move || lock_folder(&storage)).await?;
        let listener = listen(config.address)
            .await
            .map_err(|source| ServerError::Bind { address: config.address, source })?;
        let address = listener
            .local_addr()
            .map_err(|source| ServerError::Bind { address: config.address, source })?;
        let storage = config.storage.clone();
        blocking(move || {
            for warning in folder_warnings(&storage) {
                warn!(folder = %storage.display(), "{warning}");
            }
            clean(&storage);
            Ok(())
        })
        .await?;

        let instance = Instance::random().map_err(crate::account::AccountError::Randomness)?;
        let (events, ended_syncs) = EventSender::new();
        let accounts = Accounts::open(
            config.storage.clone(),
            config.environment_accounts.clone(),
            config.clock.clone(),
            events.clone(),
        )
        .await?;
        let control = control::start(accounts.clone(), about(address, &config.program))
            .await
            .inspect_err(|error| {
                // Syncing works without, so it is no reason to stay away.
                warn!(%error, "commands such as `user add` cannot reach this server");
            })
            .ok();
        let stop = CancellationToken::new();
        let stop_history = CancellationToken::new();
        let reach = config.reach;
        let state =
            Arc::new(ServerState::new(&config, instance.clone(), accounts.clone(), events.clone()));
        let serving = tokio::spawn(serve(
            listener,
            state,
            stop.clone(),
            config.max_connections,
            config.stop_timeout,
        ));
        let housekeeping = tokio::spawn(keep_house(accounts.clone(), config, stop.clone()));
        let recording =
            tokio::spawn(history::record(ended_syncs, accounts.clone(), stop_history.clone()));
        info!(%address, "the server listens");
        Ok(ServerHandle {
            address,
            reach,
            instance,
            accounts,
            events,
            stop: stop.drop_guard(),
            stop_history: stop_history.drop_guard(),
            serving,
            housekeeping,
            recording,
            control,
            lock,
        })
    }
}

/// A running server. Dropping it stops the server too, without waiting.
#[derive(Debug)]
pub struct ServerHandle {
    address: SocketAddr,
    reach: Reach,
    instance: Instance,
    accounts: Accounts,
    events: EventSender,
    stop: DropGuard,
    stop_history: DropGuard,
    serving: JoinHandle<()>,
    housekeeping: JoinHandle<()>,
    recording: JoinHandle<()>,
    control: Option<ControlListener>,
    lock: FolderLock,
}

impl ServerHandle {
    /// Where the server listens, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The addresses to type into clients, the most useful first. Looked up
    /// afresh each time, because networks come and go.
    #[must_use]
    pub fn lan_addresses(&self) -> Vec<LanAddress> {
        lan_addresses(self.address, self.reach)
    }

    /// Whether a request to this address comes back from this very server, and
    /// not from another program or not at all. Takes three seconds at most.
    pub async fn answers_at(&self, address: SocketAddr) -> bool {
        self.instance.answers_at(address).await
    }

    /// The accounts.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// What happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ServerEvent> {
        self.events.subscribe()
    }

    /// Stops the server: no new requests, running ones end (for a while), open
    /// syncs are rolled back, all files are complete and closed.
    ///
    /// # Errors
    /// None today; a program should still look at the result.
    pub async fn stop(self) -> Result<(), ServerError> {
        drop(self.stop);
        if let Some(control) = self.control {
            control.stop().await;
        }
        // The tasks do not panic, and nobody aborts them.
        let _ = self.serving.await;
        let _ = self.housekeeping.await;
        self.accounts.close().await;
        drop(self.stop_history);
        let _ = tokio::time::timeout(HISTORY_TIME, self.recording).await;
        drop(self.lock);
        info!("the server has stopped");
        Ok(())
    }
}

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Listens; on `::` for both versions of the internet protocol, which not every
/// system does by itself.
async fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    use socket2::{Domain, Socket, Type};
    if !(address.is_ipv6() && address.ip().is_unspecified()) {
        return TcpListener::bind(address).await;
    }
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    socket.set_only_v6(false)?;
    // As tokio does: a restart need not wait for connections that just ended.
    // On Windows the option means that two programs may share a port.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG as i32)?;
    TcpListener::from_std(socket.into())
}

/// What the server tells of itself to whoever finds its folder in use.
fn about(address: SocketAddr, program: &str) -> ServerStatus {
    let mut here = address;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => here.set_ip(Ipv4Addr::LOCALHOST.into()),
        // It listens for version 4 as well, which looks more familiar.
        IpAddr::V6(ip) if ip.is_unspecified() => here.set_ip(Ipv4Addr::LOCALHOST.into()),
        _ => {}
    }
    ServerStatus {
        program: program.to_owned(),
        process: std::process::id(),
        url: format!("http://{here}/"),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ServerError> + Send + 'static,
) -> Result<T, ServerError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

fn lock_folder(storage: &Path) -> Result<FolderLock, ServerError> {
    // Before the lock, which would already leave a file there.
    check_storage_folder(storage)
        .map_err(|problem| ServerError::FolderRefused { folder: storage.to_owned(), problem })?;
    let lock = FolderLock::acquire(storage).map_err(|error| match error {
        StoreError::Busy { .. } => ServerError::FolderInUse { folder: storage.to_owned() },
        other => ServerError::from(other),
    })?;
    control::forget_former(storage);
    Ok(lock)
}

/// Removes what a server that ended abruptly left behind. What cannot be
/// removed stays; it only takes up space.
fn clean(storage: &Path) {
    let incoming = storage.join(INCOMING_FOLDER);
    match std::fs::remove_dir_all(&incoming) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            warn!(%error, folder = %incoming.display(), "left-over files cannot be removed");
        }
        _ => {}
    }
    let folders = std::fs::read_dir(storage).into_iter().flatten().flatten();
    for folder in folders.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        if let Err(error) = remove_left_overs(&folder) {
            warn!(%error, folder = %folder.display(), "left-over files cannot be removed");
        }
        if let Err(error) = undo_unfinished(&folder) {
            warn!(
                %error, folder = %folder.display(),
                "uploads that were broken off cannot be looked for"
            );
        }
    }
}

/// Ends idle syncs and closes unused files, now and then.
async fn keep_house(accounts: Accounts, config: ServerConfig, stopping: CancellationToken) {
    let mut ticks = tokio::time::interval(config.housekeeping_interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stopping.cancelled() => return,
        }
        for account in accounts.all_data() {
            account.close_idle(config.idle_sync_timeout, config.idle_files_timeout).await;
        }
    }
}

#[cfg(test)]
mod tests;
