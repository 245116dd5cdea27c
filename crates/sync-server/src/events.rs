//! What happens in the server, for the window, the tray, the log and the
//! history alike. Nothing in here is secret.

use std::net::IpAddr;

use sync_protocol::TimestampMillis;
use sync_store::accounts::{AccountId, SyncCounts, SyncKind, SyncRecord};
use tokio::sync::{broadcast, mpsc};

use crate::account::DeviceRef;

/// Events that a slow subscriber may fall behind before it misses some.
const EVENT_BUFFER: usize = 512;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// Somebody opened the server's page: the address was typed correctly.
    Reached {
        /// Where from.
        address: IpAddr,
    },
    /// A request for a path that the server does not have.
    WrongPath {
        /// Where from.
        address: IpAddr,
        /// The path, without query.
        path: String,
    },
    /// Somebody spoke https to this port of plain http.
    HttpsSpoken {
        /// Where from.
        address: IpAddr,
    },
    /// A login with a name that no account has.
    UnknownName {
        /// The name as sent.
        name: String,
        /// The account that was probably meant.
        nearest: Option<String>,
        /// Where from.
        address: IpAddr,
    },
    /// A login with a wrong password.
    WrongPassword {
        /// The account.
        account: String,
        /// Where from.
        address: IpAddr,
    },
    /// A login with the right password, or a request with a good key, of an
    /// account that may not sync.
    Disabled {
        /// The account.
        account: String,
        /// Where from.
        address: IpAddr,
    },
    /// A login that was not looked at, after too many wrong ones.
    SlowedDown {
        /// Where from.
        address: IpAddr,
    },
    /// A request with a key that no account has (any more).
    UnknownKey {
        /// Where from.
        address: IpAddr,
    },
    /// A request failed by this computer's fault: the disk is full, a file is
    /// locked, …. If a sync was under way or began with it, [`Self::SyncFailed`]
    /// tells that as well.
    RequestFailed {
        /// The account; none while nobody is signed in yet.
        account: Option<String>,
        /// Where from.
        address: IpAddr,
    },
    /// A device logged in.
    SignedIn {
        /// The account.
        account: String,
        /// The device.
        device: DeviceRef,
    },
    /// A device that is signed in asked whether there is anything to sync. If
    /// there is not, nothing follows.
    Recognized {
        /// The account.
        account: String,
        /// The device.
        device: DeviceRef,
    },
    /// A sync began.
    SyncStarted {
        /// The account.
        account: String,
        /// The device.
        device: DeviceRef,
        /// What kind of sync.
        kind: SyncKind,
    },
    /// A running sync went on. The numbers are totals since its start.
    Progress {
        /// The account.
        account: String,
        /// The device.
        device: DeviceRef,
        /// What kind of sync.
        kind: SyncKind,
        /// Bytes of request bodies.
        up_bytes: u64,
        /// Bytes of response bodies.
        down_bytes: u64,
        /// Bytes of both when it will be over, where that can be told: how much
        /// of a file has gone is exact, how well the rest packs is a guess.
        total_bytes: Option<u64>,
        /// Objects, both ways.
        objects: u64,
    },
    /// A sync ended well.
    SyncFinished(SyncSummary),
    /// A sync did not end well. A collection is then as it was before.
    SyncFailed(SyncSummary, SyncFailure),
    /// Accounts were added, changed or removed, or devices signed out.
    AccountsChanged,
}

/// A sync that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncSummary {
    /// Id of the account.
    pub account_id: AccountId,
    /// Name of the account.
    pub account: String,
    /// The device.
    pub device: DeviceRef,
    /// What kind of sync.
    pub kind: SyncKind,
    /// When it began.
    pub started: TimestampMillis,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of request bodies, as they travelled.
    pub up_bytes: u64,
    /// Bytes of response bodies, as they travelled.
    pub down_bytes: u64,
    /// Objects that the device sent.
    pub up: SyncCounts,
    /// Objects that the device received.
    pub down: SyncCounts,
}

/// Why a sync did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyncFailure {
    /// The client gave up, or the person cancelled it.
    Aborted,
    /// Another sync of the same account began.
    Superseded,
    /// The two sides had different counts: the client asks for a full sync.
    SanityCheck,
    /// What the client sent does not fit the collection.
    Refused,
    /// The uploaded collection is damaged or of an unknown schema.
    UploadRefused,
    /// The upload is larger than the limit.
    TooLarge,
    /// The client fell silent.
    Idle,
    /// The account was renamed, disabled or removed, or the server stopped.
    Closed,
    /// The server's own fault: the disk is full, a file is locked, ….
    ServerFault,
}

impl SyncFailure {
    /// The code in the history of how a sync ended: `ok`, or that of its failure.
    #[must_use]
    pub fn result_code(failure: Option<Self>) -> &'static str {
        failure.map_or("ok", Self::code)
    }

    /// A short code for logs and the history.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Aborted => "aborted",
            Self::Superseded => "superseded",
            Self::SanityCheck => "sanity_check",
            Self::Refused => "refused",
            Self::UploadRefused => "upload_refused",
            Self::TooLarge => "too_large",
            Self::Idle => "idle",
            Self::Closed => "closed",
            Self::ServerFault => "server_fault",
        }
    }
}

impl SyncSummary {
    /// The row of the history.
    #[must_use]
    pub fn into_record(self, failure: Option<SyncFailure>) -> SyncRecord {
        SyncRecord {
            account: self.account_id,
            device: Some(self.device.id),
            client_version: self.device.client_version,
            kind: self.kind,
            started: self.started,
            duration_ms: self.duration_ms,
            up_bytes: self.up_bytes,
            down_bytes: self.down_bytes,
            up: self.up,
            down: self.down,
            result: SyncFailure::result_code(failure).to_owned(),
        }
    }
}

/// A sync that ended, and how: what goes to the history.
pub(crate) type EndedSync = (SyncSummary, Option<SyncFailure>);

/// Where events are handed in. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct EventSender {
    subscribers: broadcast::Sender<ServerEvent>,
    /// Apart from the subscribers, because the history must not miss any.
    history: mpsc::UnboundedSender<EndedSync>,
}

impl EventSender {
    /// A sender without subscribers, and the ended syncs for the history.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<EndedSync>) {
        let (history, ended) = mpsc::unbounded_channel();
        (Self { subscribers: broadcast::Sender::new(EVENT_BUFFER), history }, ended)
    }

    /// Tells everybody who listens.
    pub fn send(&self, event: ServerEvent) {
        // Sending fails when nobody listens, which is nobody's loss.
        match &event {
            ServerEvent::SyncFinished(summary) => {
                let _ = self.history.send((summary.clone(), None));
            }
            ServerEvent::SyncFailed(summary, failure) => {
                let _ = self.history.send((summary.clone(), Some(*failure)));
            }
            _ => {}
        }
        let _ = self.subscribers.send(event);
    }

    /// Events from now on. A receiver that falls far behind misses the oldest.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ServerEvent> {
        self.subscribers.subscribe()
    }
}
