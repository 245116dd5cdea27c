//! The command's end of the control connection. Blocking, as a command is.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sync_store::StoreError;
use sync_store::accounts::FolderLock;
use thiserror::Error;

use super::control_file::ControlFile;
use super::execute::execute;
use super::listener::Envelope;
use super::messages::{ControlAnswer, ControlRequest, ServerStatus};
use crate::account::{AccountError, Accounts, EnvironmentAccount};
use crate::{Clock, EventSender, FolderProblem, check_storage_folder};

/// A connection to this same computer stands at once or not at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Telling its status needs nothing of what a server may be busy with.
const STATUS_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that is just starting holds the lock, but takes no commands yet.
const STARTING_ATTEMPTS: u32 = 20;
const STARTING_PAUSE: Duration = Duration::from_millis(100);

/// A command could not be carried out. Each text is a sentence for the person
/// who gave it.
#[derive(Debug, Error)]
pub enum ControlError {
    /// There is no storage folder.
    #[error(
        "There is no storage folder at {}. Set SYNC_BASE or --base to the folder that the server \
         uses.",
        base.display()
    )]
    NoFolder {
        /// Where it was looked for.
        base: PathBuf,
    },
    /// The folder must not be a storage folder.
    #[error("{} cannot be the storage folder: {problem}", base.display())]
    FolderRefused {
        /// The folder.
        base: PathBuf,
        /// The rule it breaks.
        problem: FolderProblem,
    },
    /// Somebody holds the folder's lock and takes no commands.
    #[error(
        "Another program is using the folder {} and takes no commands. If a server is stopping or \
         starting, try again in a moment.",
        base.display()
    )]
    Busy {
        /// The storage folder.
        base: PathBuf,
    },
    /// The running server broke the connection off. Whether it has done what it
    /// was asked is not known.
    #[error("The running server gave no answer. Look at its log, then try again.")]
    NoAnswer(#[source] std::io::Error),
    /// The running server refused, for the reason in its words.
    #[error("{message}")]
    Refused {
        /// The reason.
        message: String,
    },
    /// Refused or failed without a server.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The lock file cannot be written.
    #[error("The storage folder cannot be used: {0}.")]
    Folder(#[source] StoreError),
}

/// Does what `request` says: through the server that runs on this storage
/// folder, or directly when there is none. `environment` is what a server
/// started now would have.
///
/// # Errors
/// See [`ControlError`].
pub fn act(
    base: &Path,
    environment: Vec<EnvironmentAccount>,
    request: &ControlRequest,
) -> Result<ControlAnswer, ControlError> {
    if !base.is_dir() && !matches!(request, ControlRequest::Add { .. }) {
        return Err(ControlError::NoFolder { base: base.to_owned() });
    }
    check_storage_folder(base)
        .map_err(|problem| ControlError::FolderRefused { base: base.to_owned(), problem })?;
    for _ in 0..STARTING_ATTEMPTS {
        // The lock tells whether a server runs. The file does not: a server that
        // was killed leaves it behind, and its port may be another program's now.
        match FolderLock::acquire(base) {
            Ok(_lock) => {
                ControlFile::remove(base);
                return act_directly(base, environment, request.clone());
            }
            Err(StoreError::Busy { .. }) => {}
            Err(error) => return Err(ControlError::Folder(error)),
        }
        if let Some(connection) = connect(base) {
            return ask(connection, request);
        }
        pause();
    }
    Err(ControlError::Busy { base: base.to_owned() })
}

/// What the server that runs on this storage folder tells of itself; `None` when
/// there is none or it does not tell. Gives up after a few seconds.
#[must_use]
pub fn status(base: &Path) -> Option<ServerStatus> {
    let connection = connect(base)?;
    connection.stream.set_read_timeout(Some(STATUS_TIMEOUT)).ok()?;
    match ask(connection, &ControlRequest::Status) {
        Ok(ControlAnswer::Status { status }) => Some(status),
        Ok(_) | Err(_) => None,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that starts in another process gives no event to wait for"
)]
fn pause() {
    std::thread::sleep(STARTING_PAUSE);
}

struct Connection {
    stream: TcpStream,
    file: ControlFile,
}

/// Connects to the running server; `None` while it takes no commands.
fn connect(base: &Path) -> Option<Connection> {
    let file = ControlFile::read(base)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, file.port));
    let stream = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT).ok()?;
    Some(Connection { stream, file })
}

fn ask(connection: Connection, request: &ControlRequest) -> Result<ControlAnswer, ControlError> {
    let Connection { mut stream, file } = connection;
    let envelope = Envelope { token: file.token, request: request.clone() };
    let mut exchange = || -> std::io::Result<ControlAnswer> {
        let mut line = serde_json::to_vec(&envelope)?;
        line.push(b'\n');
        stream.write_all(&line)?;
        // No time-out: checking a large collection takes minutes.
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    };
    match exchange() {
        Ok(ControlAnswer::Refused { message }) => Err(ControlError::Refused { message }),
        Ok(answer) => Ok(answer),
        Err(error) => Err(ControlError::NoAnswer(error)),
    }
}

fn act_directly(
    base: &Path,
    environment: Vec<EnvironmentAccount>,
    request: ControlRequest,
) -> Result<ControlAnswer, ControlError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(StoreError::io(base)).map_err(ControlError::Folder)?;
    runtime.block_on(async {
        let (events, _ended) = EventSender::new();
        let accounts =
            Accounts::open(base.to_owned(), environment, Clock::default(), events).await?;
        let answer = execute(&accounts, None, request).await;
        accounts.close().await;
        Ok(answer?)
    })
}
