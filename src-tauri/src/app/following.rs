//! What the app follows: the events of the server, its status, and the networks
//! of the computer.

use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use sync_server::{ServerEvent, is_storage_folder};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{debug, warn};

use super::{App, may_pass};
use crate::activity::ended_row;
use crate::ipc::{AppEvent, ServerStatus, StartProblem};
use crate::ladder::climb;
use crate::local_server::Wanted;
use crate::start_problem::blocking;

/// The list of running syncs is told this often at most.
const SYNCING_INTERVAL: Duration = Duration::from_millis(250);

/// Changes of the network come in bursts: an address goes, two come.
const NETWORK_SETTLES: Duration = Duration::from_millis(400);

/// How often a problem is looked at that may pass by itself.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Begins to follow what there is from the start on.
pub(super) fn spawn(app: &Arc<App>) {
    tokio::spawn(tell_status(Arc::downgrade(app)));
    tokio::spawn(watch_networks(Arc::downgrade(app)));
    tokio::spawn(look_again(Arc::downgrade(app)));
}

/// Follows the events of a server that has just started.
pub(super) fn follow(app: &Weak<App>, events: Receiver<ServerEvent>) {
    tokio::spawn(follow_events(Weak::clone(app), events));
}

/// Passes the one status on to whoever listens.
async fn tell_status(app: Weak<App>) {
    let Some(mut status) = app.upgrade().map(|app| app.status()) else { return };
    while status.changed().await.is_ok() {
        let now = status.borrow_and_update().clone();
        let Some(app) = app.upgrade() else { return };
        app.tell_addresses();
        app.tell(AppEvent::Status(now));
    }
}

async fn follow_events(app: Weak<App>, mut events: Receiver<ServerEvent>) {
    let mut told = Instant::now() - SYNCING_INTERVAL;
    let mut is_due = false;
    loop {
        let received = tokio::select! {
            received = events.recv() => Some(received),
            () = sleep_until(told + SYNCING_INTERVAL), if is_due => None,
        };
        let Some(app) = app.upgrade() else { return };
        match received {
            Some(Ok(event)) => is_due |= app.take(&event),
            Some(Err(RecvError::Lagged(missed))) => {
                debug!(missed, "events were missed");
                is_due |= app.state().activity.clear();
            }
            Some(Err(RecvError::Closed)) => return,
            None => {}
        }
        if is_due && told.elapsed() >= SYNCING_INTERVAL {
            is_due = false;
            told = Instant::now();
            let syncing = app.state().activity.running().to_vec();
            app.tell(AppEvent::Syncing(syncing));
        }
    }
}

impl App {
    /// Takes in an event of the server. Tells whether the running syncs changed.
    fn take(&self, event: &ServerEvent) -> bool {
        let now = Timestamp::now().as_millisecond();
        let (ladder, is_changed) = {
            let mut state = self.state();
            let before = state.ladder.take();
            state.ladder = climb(before.clone(), event, now);
            let ladder = (state.ladder != before).then(|| state.ladder.clone());
            let is_changed = state.activity.follow(event, now);
            (ladder, is_changed)
        };
        if let Some(ladder) = ladder {
            self.tell(AppEvent::Ladder(ladder));
        }
        if let Some(row) = ended_row(event) {
            self.tell(AppEvent::SyncEnded(row));
        }
        if matches!(event, ServerEvent::AccountsChanged | ServerEvent::SignedIn { .. }) {
            self.tell(AppEvent::UsersChanged);
        }
        if is_changed {
            self.note_idle();
        }
        is_changed
    }

    /// Takes in that addresses came or went.
    async fn networks_changed(&self) {
        let before = self.main_address();
        let are_others = self.server.look_for_addresses().await;
        self.tell_addresses();
        let status = self.status().borrow().clone();
        if may_pass(&status) || (are_others && self.main_address() != before) {
            self.mend().await;
        }
    }

    /// Looks whether a problem has passed, but not during a change: the server that
    /// runs afterwards is another one.
    pub(super) async fn mend(&self) {
        let Ok(_starting) = self.changing.start() else { return };
        // A change that has just ended may have cured the problem, or the person
        // may have stopped the server.
        let status = self.status().borrow().clone();
        let wanted = Wanted::by(&self.settings());
        match status {
            ServerStatus::Failed { problem: StartProblem::FolderGone { .. } } => {
                let folder = wanted.storage.clone();
                if blocking(move || is_storage_folder(&folder)).await {
                    self.start_with(wanted).await;
                }
            }
            ServerStatus::Failed { problem: StartProblem::AddressNotHere { .. } } => {
                let is_here = wanted.address.is_some_and(|address| {
                    let ours = local_ip_address::list_afinet_netifas().unwrap_or_default();
                    ours.iter().any(|(_, ours)| *ours == address)
                });
                if is_here {
                    self.start_with(wanted).await;
                }
            }
            _ => self.server.verify().await,
        }
    }
}

async fn watch_networks(app: Weak<App>) {
    let mut watcher = match if_watch::tokio::IfWatcher::new() {
        Ok(watcher) => watcher,
        Err(error) => {
            warn!(%error, "the system does not tell when its addresses change");
            return;
        }
    };
    loop {
        let mut change = std::future::poll_fn(|context| watcher.poll_if_event(context)).await;
        // What follows at once belongs together.
        while change.is_ok() {
            let next = std::future::poll_fn(|context| watcher.poll_if_event(context));
            match tokio::time::timeout(NETWORK_SETTLES, next).await {
                Ok(next) => change = next,
                Err(_) => break,
            }
        }
        if let Err(error) = change {
            warn!(%error, "the system does not tell any more when its addresses change");
            return;
        }
        let Some(app) = app.upgrade() else { return };
        app.networks_changed().await;
    }
}

/// Looks at a problem again that may pass by itself; idle while there is none.
async fn look_again(app: Weak<App>) {
    let Some(mut status) = app.upgrade().map(|app| app.status()) else { return };
    loop {
        if status.wait_for(may_pass).await.is_err() {
            return;
        }
        sleep(LOOK_AGAIN).await;
        let now = status.borrow_and_update().clone();
        let Some(app) = app.upgrade() else { return };
        if may_pass(&now) {
            app.mend().await;
        }
    }
}
