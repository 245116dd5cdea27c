//! What all requests share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::ClientAddressSource;
use super::large_work::LargeWork;
use super::requests::{self, Callers};
use super::spool::Spool;
use super::status::RequestError;
use super::visitors::Visitors;
use crate::account::{Accounts, DeviceInfo, SignedIn};
use crate::config::ServerConfig;
use crate::events::EventSender;
use crate::reachability::Instance;
use crate::{Clock, Reach};
use sync_protocol::HostKey;

/// How many of the largest forms clients that have not shown a key may put aside
/// together.
const VISITOR_FORMS: u64 = 8;
/// Folder for temporary files that belong to no account yet.
pub(crate) const INCOMING_FOLDER: &str = ".incoming";

/// Sizes and times that requests must keep to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// A body as it travels, in bytes.
    pub(crate) payload_bytes: u64,
    /// A decoded body and a collection file, in bytes.
    pub(crate) decoded_bytes: u64,
    /// How long a client may move no byte.
    pub(crate) silence_timeout: Duration,
}

/// Largest body of a login, in bytes: anybody may send one.
pub(super) const LOGIN_BYTES: u64 = 64 * 1024;
/// Largest decoded request without objects in it, in bytes: real ones have a
/// few hundred.
const FEW_BYTES: u64 = 1024 * 1024;

impl Limits {
    /// Limit of a decoded request whose size does not grow with the collection.
    /// Those that carry notes, notetypes or deletions have no bound of their own
    /// (a client sends 250 notes at a time, of any size) and may be as large as
    /// a decoded body at all.
    pub(super) fn few_bytes(&self) -> u64 {
        self.decoded_bytes.min(FEW_BYTES)
    }
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) accounts: Accounts,
    pub(crate) events: EventSender,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) client_address: ClientAddressSource,
    pub(crate) reach: Reach,
    pub(crate) instance: Instance,
    /// What the page for browsers calls this computer.
    pub(crate) computer_name: String,
    pub(super) large_work: LargeWork,
    incoming: PathBuf,
    /// Clients that have not shown a key yet.
    pub(super) visitors: Visitors,
    /// Whose the requests under way are.
    pub(super) callers: Arc<Callers>,
}

impl ServerState {
    pub(crate) fn new(
        config: &ServerConfig,
        instance: Instance,
        accounts: Accounts,
        events: EventSender,
    ) -> Self {
        Self {
            accounts,
            events,
            clock: config.clock.clone(),
            limits: Limits {
                payload_bytes: config.max_payload_bytes,
                decoded_bytes: config.max_decoded_bytes(),
                silence_timeout: config.silence_timeout,
            },
            client_address: config.client_address,
            reach: config.reach,
            instance,
            computer_name: config.computer_name.clone(),
            large_work: LargeWork::new(),
            incoming: config.storage.join(INCOMING_FOLDER),
            visitors: Visitors::new(config.max_payload_bytes.saturating_mul(VISITOR_FORMS)),
            callers: Arc::default(),
        }
    }

    /// Whose request it is. Waits while its account has too many others under way.
    pub(super) async fn authenticate(
        &self,
        key: &HostKey,
        device: &DeviceInfo,
    ) -> Result<SignedIn, RequestError> {
        let signed_in = self.accounts.authenticate(key, device).await?;
        let Some(request) = requests::current() else { return Ok(signed_in) };
        let account = &signed_in.account;
        let turn = async { Ok::<_, RequestError>(request.take_turn(account.id()).await) };
        if account.unless_retired(turn).await? {
            // The key may have been taken back meanwhile.
            return Ok(self.accounts.authenticate(key, device).await?);
        }
        Ok(signed_in)
    }

    /// Where the content of requests is put aside.
    pub(super) fn spool(&self) -> Spool<'_> {
        self.spool_up_to(self.limits.payload_bytes)
    }

    /// Where the content of a login is put aside.
    pub(super) fn spool_for_login(&self) -> Spool<'_> {
        self.spool_up_to(LOGIN_BYTES)
    }

    fn spool_up_to(&self, limit_bytes: u64) -> Spool<'_> {
        Spool { folder: &self.incoming, limit_bytes, visitor: None }
    }
}
