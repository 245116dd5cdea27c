//! The server's end of the control connection.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sync_store::with_causes;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use super::control_file::{ControlFile, Token};
use super::execute::execute;
use super::messages::{ControlAnswer, ControlRequest, ServerStatus};
use crate::ServerError;
use crate::account::{AccountError, Accounts};

/// The longest request, in bytes. A name and a hash need a few hundred.
const LONGEST_LINE: u64 = 16 * 1024;

/// Somebody who connects without asking anything is cut off.
const LINE_TIMEOUT: Duration = Duration::from_secs(5);

/// Commands at a time; further ones wait.
const CONCURRENT_COMMANDS: usize = 4;

/// A request with the proof that it may be made.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub(super) token: Token,
    pub(super) request: ControlRequest,
}

/// Takes commands until stopped or dropped.
#[derive(Debug)]
pub struct ControlListener {
    accounts: Accounts,
    stopping: DropGuard,
    tasks: TaskTracker,
}

/// Begins to take commands for these accounts. The caller holds the lock of
/// their storage folder.
///
/// # Errors
/// [`ServerError::Bind`] when the loopback address cannot be listened on,
/// [`ServerError::Io`] when `server.control` cannot be written.
pub async fn start(
    accounts: Accounts,
    status: ServerStatus,
) -> Result<ControlListener, ServerError> {
    let address = (Ipv4Addr::LOCALHOST, 0);
    let bind_error = |source| ServerError::Bind { address: address.into(), source };
    let listener = TcpListener::bind(address).await.map_err(bind_error)?;
    let port = listener.local_addr().map_err(bind_error)?.port();
    let token = Token::random().map_err(|error| bind_error(std::io::Error::other(error)))?;
    ControlFile { port, token: token.clone() }.write(accounts.base())?;
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    let about = Arc::new(status);
    tasks.spawn(listen(listener, accounts.clone(), about, token, stopping.clone(), tasks.clone()));
    Ok(ControlListener { accounts, stopping: stopping.drop_guard(), tasks })
}

impl ControlListener {
    /// Takes no further commands, lets running ones end and removes
    /// `server.control`.
    pub async fn stop(self) {
        ControlFile::remove(self.accounts.base());
        drop(self.stopping);
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn listen(
    listener: TcpListener,
    accounts: Accounts,
    status: Arc<ServerStatus>,
    token: Token,
    stopping: CancellationToken,
    tasks: TaskTracker,
) {
    let places = Arc::new(Semaphore::new(CONCURRENT_COMMANDS));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => return,
        };
        let Ok((connection, _)) = accepted else {
            // Out of file handles, for example: others will be given back.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let (accounts, token, stopping) = (accounts.clone(), token.clone(), stopping.clone());
        let status = Arc::clone(&status);
        tasks.spawn(async move {
            let _place = place;
            if let Err(error) = serve(connection, &accounts, &status, &token, &stopping).await {
                debug!(%error, "a control connection broke off");
            }
        });
    }
}

async fn serve(
    connection: TcpStream,
    accounts: &Accounts,
    status: &ServerStatus,
    token: &Token,
    stopping: &CancellationToken,
) -> std::io::Result<()> {
    let mut connection = BufReader::new(connection);
    let mut line = Vec::new();
    let mut limited = (&mut connection).take(LONGEST_LINE);
    tokio::select! {
        read = timeout(LINE_TIMEOUT, limited.read_until(b'\n', &mut line)) => read??,
        () = stopping.cancelled() => return Ok(()),
    };
    let request = match serde_json::from_slice::<Envelope>(&line) {
        Ok(envelope) if envelope.token.is(token) => envelope.request,
        // Whoever cannot prove that it may ask learns nothing.
        _ => {
            debug!("a control request without the token or with an unknown form was dropped");
            return Ok(());
        }
    };
    let command = command_name(&request);
    let answer = match execute(accounts, Some(status), request).await {
        Ok(answer) => {
            info!(command, "carried out the command `{command}`");
            answer
        }
        Err(error) => {
            let message = error.to_string();
            match &error {
                AccountError::Storage(_)
                | AccountError::FolderLeft { .. }
                | AccountError::Randomness(_) => {
                    let error = with_causes(&error);
                    warn!(command, error, "the command `{command}` failed");
                }
                _ => debug!(command, ?error, "refused the command `{command}`"),
            }
            ControlAnswer::Refused { message }
        }
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    connection.write_all(&line).await?;
    connection.shutdown().await
}

fn command_name(request: &ControlRequest) -> &'static str {
    match request {
        ControlRequest::Add { .. } => "user add",
        ControlRequest::SetPassword { .. } => "user passwd",
        ControlRequest::Rename { .. } => "user rename",
        ControlRequest::SetEnabled { enabled: true, .. } => "user enable",
        ControlRequest::SetEnabled { enabled: false, .. } => "user disable",
        ControlRequest::Remove { .. } => "user remove",
        ControlRequest::List => "user list",
        ControlRequest::Devices { .. } => "user devices",
        ControlRequest::SignOut { .. } => "user sign-out",
        ControlRequest::Check { .. } => "check",
        ControlRequest::Status => "status",
    }
}

#[cfg(test)]
mod tests;
