//! Syncs: those under way, from events, and those that ended, as rows.

use std::collections::HashMap;

use sync_protocol::TimestampMillis;
use sync_server::account::{Accounts, DeviceRef};
use sync_server::{ServerEvent, SyncFailure};
use sync_store::accounts::{AccountId, SyncCounts, SyncKind, SyncRecord};

use crate::ipc::{self, ClientApp, Direction, RunningSync, SyncFailureKind, SyncRow};

/// The syncs under way.
#[derive(Debug, Default)]
pub struct Activity {
    running: Vec<RunningSync>,
}

impl Activity {
    /// The syncs under way, the longest running first.
    #[must_use]
    pub fn running(&self) -> &[RunningSync] {
        &self.running
    }

    /// Follows an event at a time, in milliseconds since the epoch. Tells whether
    /// the syncs under way changed.
    pub fn follow(&mut self, event: &ServerEvent, at: i64) -> bool {
        match event {
            ServerEvent::SyncStarted { account, device, kind } => {
                self.end(account, device, *kind);
                self.running.push(RunningSync {
                    user: account.clone(),
                    device: device.id.0,
                    app: ClientApp::parse(&device.client_version),
                    kind: (*kind).into(),
                    direction: direction(*kind, 0, 0),
                    started: at,
                    bytes: 0,
                    total_bytes: None,
                });
                true
            }
            ServerEvent::Progress {
                account,
                device,
                kind,
                up_bytes,
                down_bytes,
                total_bytes,
                objects: _,
            } => {
                let Some(sync) = self.find(account, device, *kind) else { return false };
                sync.bytes = up_bytes.saturating_add(*down_bytes);
                sync.total_bytes = *total_bytes;
                sync.direction = direction(*kind, *up_bytes, *down_bytes);
                true
            }
            ServerEvent::SyncFinished(sync) | ServerEvent::SyncFailed(sync, _) => {
                self.end(&sync.account, &sync.device, sync.kind)
            }
            _ => false,
        }
    }

    /// Forgets all: the server has stopped, or events were missed. Tells whether
    /// there was any.
    pub fn clear(&mut self) -> bool {
        let had_any = !self.running.is_empty();
        self.running.clear();
        had_any
    }

    fn find(
        &mut self,
        account: &str,
        device: &DeviceRef,
        kind: SyncKind,
    ) -> Option<&mut RunningSync> {
        let is_it = same(account, device, kind);
        self.running.iter_mut().find(|sync| is_it(sync))
    }

    fn end(&mut self, account: &str, device: &DeviceRef, kind: SyncKind) -> bool {
        let before = self.running.len();
        let is_it = same(account, device, kind);
        self.running.retain(|sync| !is_it(sync));
        self.running.len() != before
    }
}

fn same<'a>(
    account: &'a str,
    device: &DeviceRef,
    kind: SyncKind,
) -> impl Fn(&RunningSync) -> bool + use<'a> {
    let (device, kind) = (device.id.0, ipc::SyncKind::from(kind));
    move |sync| sync.user == account && sync.device == device && sync.kind == kind
}

fn direction(kind: SyncKind, up_bytes: u64, down_bytes: u64) -> Direction {
    match kind {
        SyncKind::Upload => Direction::Receiving,
        SyncKind::Download => Direction::Sending,
        SyncKind::Normal => Direction::Both,
        SyncKind::Media => match up_bytes.cmp(&down_bytes) {
            std::cmp::Ordering::Greater => Direction::Receiving,
            std::cmp::Ordering::Less => Direction::Sending,
            std::cmp::Ordering::Equal => Direction::Both,
        },
    }
}

/// The row of a sync that just ended, equal to the one that the history gives
/// later; none for other events.
#[must_use]
pub fn ended_row(event: &ServerEvent) -> Option<SyncRow> {
    let (summary, failure) = match event {
        ServerEvent::SyncFinished(summary) => (summary, None),
        ServerEvent::SyncFailed(summary, failure) => (summary, Some(*failure)),
        _ => return None,
    };
    let user = Some(summary.account.clone());
    Some(row(user, &summary.clone().into_record(failure)))
}

/// A row of the history.
#[must_use]
pub fn row(user: Option<String>, record: &SyncRecord) -> SyncRow {
    let TimestampMillis(started) = record.started;
    SyncRow {
        user,
        app: ClientApp::parse(&record.client_version),
        kind: record.kind.into(),
        started,
        duration_ms: record.duration_ms,
        up_bytes: record.up_bytes,
        down_bytes: record.down_bytes,
        up: record.up.into(),
        down: record.down.into(),
        failure: failure_of(&record.result),
    }
}

/// Names of accounts by their ids, for rows of the history.
pub type Names = HashMap<AccountId, String>;

/// Reads the names of all accounts.
///
/// # Errors
/// As [`Accounts::list`].
pub async fn names(accounts: &Accounts) -> Result<Names, sync_server::account::AccountError> {
    let list = accounts.list().await?;
    Ok(list.into_iter().map(|account| (account.id, account.name)).collect())
}

fn failure_of(result: &str) -> Option<SyncFailureKind> {
    if result == SyncFailure::result_code(None) {
        return None;
    }
    let known = [
        SyncFailure::Aborted,
        SyncFailure::Superseded,
        SyncFailure::SanityCheck,
        SyncFailure::Refused,
        SyncFailure::UploadRefused,
        SyncFailure::TooLarge,
        SyncFailure::Idle,
        SyncFailure::Closed,
        SyncFailure::ServerFault,
    ];
    let found = known.into_iter().find(|failure| failure.code() == result);
    Some(found.map_or(SyncFailureKind::Unknown, SyncFailureKind::from))
}

impl From<SyncKind> for ipc::SyncKind {
    fn from(kind: SyncKind) -> Self {
        match kind {
            SyncKind::Normal => Self::Normal,
            SyncKind::Upload => Self::Upload,
            SyncKind::Download => Self::Download,
            SyncKind::Media => Self::Media,
        }
    }
}

impl From<SyncCounts> for ipc::Counts {
    fn from(counts: SyncCounts) -> Self {
        let SyncCounts {
            notes,
            cards,
            reviews,
            notetypes,
            decks,
            deletions,
            media_files,
            media_deletions,
        } = counts;
        Self { notes, cards, reviews, notetypes, decks, deletions, media_files, media_deletions }
    }
}
