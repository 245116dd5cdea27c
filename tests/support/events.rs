//! Waiting for what the server tells, instead of for time to pass.

use std::sync::Arc;
use std::time::Duration;

use sync_server::ServerEvent;
use tokio::runtime::Runtime;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

/// Only a failing test ever waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The events of a server since they were asked for.
#[derive(Debug)]
pub struct Events {
    runtime: Arc<Runtime>,
    receiver: Receiver<ServerEvent>,
}

impl Events {
    pub(crate) fn new(runtime: Arc<Runtime>, receiver: Receiver<ServerEvent>) -> Self {
        Self { runtime, receiver }
    }

    /// The next event for which `wanted` gives something; others are skipped.
    #[track_caller]
    pub fn wait_for<T>(&mut self, mut wanted: impl FnMut(&ServerEvent) -> Option<T>) -> T {
        let mut seen = Vec::new();
        let search = async {
            loop {
                let event = self.receiver.recv().await.expect("an event");
                if let Some(found) = wanted(&event) {
                    return found;
                }
                seen.push(event);
            }
        };
        let found = self.runtime.block_on(async { timeout(PATIENCE, search).await });
        found.unwrap_or_else(|_| panic!("the event did not come; others did: {seen:?}"))
    }
}
