//! Why the server does not start, as a person can be told.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use listeners::{Protocol, SocketState};
use sync_server::account::AccountError;
use sync_server::{ServerError, control, is_storage_folder, with_causes};
use sync_store::StoreError;
use tokio::task::spawn_blocking;

use crate::ipc::{FolderProblem, OtherServer, StartProblem};
use crate::local_server::Wanted;

/// Ports that are tried after the one that is taken.
const PORTS_TO_TRY: u16 = 50;

/// The first port that needs no rights anywhere and is ours by default.
const FIRST_PORT: u16 = 8080;

/// Looks at the folder before the server would make one in its place.
///
/// # Errors
/// What speaks against the folder.
pub async fn check_folder(wanted: &Wanted) -> Result<(), StartProblem> {
    let folder = wanted.storage.clone();
    let was_used = wanted.was_used;
    blocking(move || {
        let name = || folder.to_string_lossy().into_owned();
        let refused = |problem| StartProblem::FolderRefused { folder: name(), problem };
        if !folder.is_absolute() {
            return Err(refused(FolderProblem::NotAbsolute));
        }
        if folder.exists() && !folder.is_dir() {
            return Err(refused(FolderProblem::NotAFolder));
        }
        if was_used && !is_storage_folder(&folder) {
            return Err(StartProblem::FolderGone { folder: name() });
        }
        Ok(())
    })
    .await
}

/// Puts an error of the server into the cases that the window has a text for.
pub async fn explain(error: ServerError, storage: &Path) -> StartProblem {
    let folder = storage.to_string_lossy().into_owned();
    match error {
        ServerError::Bind { address, source } => bind_problem(address, &source).await,
        ServerError::FolderInUse { folder: base } => {
            let other = blocking(move || control::status(&base)).await;
            let other = other.map(|other| OtherServer { url: other.url, process: other.process });
            StartProblem::FolderInUse { folder, other }
        }
        ServerError::FolderRefused { problem, .. } => StartProblem::FolderRefused {
            folder,
            problem: match problem {
                sync_server::FolderProblem::Root => FolderProblem::Root,
                sync_server::FolderProblem::AnkiData => FolderProblem::AnkiData,
            },
        },
        ServerError::Io { ref source, .. } if is_not_writable(source) => {
            StartProblem::FolderRefused { folder, problem: FolderProblem::NotWritable }
        }
        ServerError::Store(ref store) | ServerError::Account(AccountError::Storage(ref store)) => {
            match store {
                StoreError::Io { source, .. } if is_not_writable(source) => {
                    StartProblem::FolderRefused { folder, problem: FolderProblem::NotWritable }
                }
                store if store.is_environment() => {
                    StartProblem::Other { detail: with_causes(&error) }
                }
                _ => StartProblem::StorageDamaged { folder, detail: with_causes(&error) },
            }
        }
        other => StartProblem::Other { detail: with_causes(&other) },
    }
}

async fn bind_problem(address: SocketAddr, source: &std::io::Error) -> StartProblem {
    let port = address.port();
    match source.kind() {
        ErrorKind::AddrInUse => {
            blocking(move || StartProblem::PortInUse {
                port,
                program: program_on(port),
                free_port: free_port(address, port.saturating_add(1)),
            })
            .await
        }
        ErrorKind::PermissionDenied => {
            let free_port = blocking(move || free_port(address, FIRST_PORT)).await;
            StartProblem::PortNotAllowed { port, free_port }
        }
        ErrorKind::AddrNotAvailable => {
            StartProblem::AddressNotHere { address: address.ip().to_string() }
        }
        _ => StartProblem::Other { detail: source.to_string() },
    }
}

/// The program that listens on a port, where the system tells: on Linux of this
/// person's own programs only.
fn program_on(port: u16) -> Option<String> {
    let listeners = listeners::get_all().ok()?;
    let taker = listeners.into_iter().find(|listener| {
        listener.socket.port() == port
            && listener.protocol == Protocol::TCP
            && listener.state == SocketState::Listen
    })?;
    Some(taker.process.name).filter(|name| !name.is_empty())
}

/// A port that can be had, near `first` if possible.
fn free_port(address: SocketAddr, first: u16) -> Option<u16> {
    let is_free = |port: &u16| TcpListener::bind((address.ip(), *port)).is_ok();
    (first..first.saturating_add(PORTS_TO_TRY)).find(is_free).or_else(|| {
        let listener = TcpListener::bind((address.ip(), 0)).ok()?;
        listener.local_addr().ok().map(|address| address.port())
    })
}

fn is_not_writable(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

/// Runs blocking work on a thread for it.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(value) => value,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Cancelled only when the runtime ends, and the caller with it.
            Err(_) => std::future::pending().await,
        },
    }
}
