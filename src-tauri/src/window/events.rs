//! What the app tells an open window.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::app::App;
use crate::ipc::{AppEvent, Snapshot, ToWindow};
use crate::logging::LogFeed;

/// How long log lines are collected, so that a busy server does not keep the
/// window busy too.
const COLLECT: Duration = Duration::from_millis(200);

/// Log lines in one message; more are sent at once.
const LINES: usize = 200;

/// Tells the window of every change until it is gone.
pub async fn push(app: Arc<App>, log: LogFeed, to: mpsc::Sender<ToWindow>) {
    let mut events = app.subscribe();
    let mut log = log.lines();
    let mut collected = Collected::default();
    // Its process chooses colours and language before it shows anything.
    let mut next = vec![AppEvent::Settings(app.snapshot().settings)];
    loop {
        for event in next {
            if to.send(ToWindow::Event { event: Box::new(event) }).await.is_err() {
                return;
            }
        }
        next = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => vec![event],
                Err(RecvError::Lagged(_)) => all_of(app.snapshot()),
                Err(RecvError::Closed) => return,
            },
            lines = collected.next(&mut log) => vec![AppEvent::LogLines(lines)],
        };
    }
}

/// The present state as events, for a window that missed some.
fn all_of(now: Snapshot) -> Vec<AppEvent> {
    vec![
        AppEvent::Status(now.status),
        AppEvent::Addresses(now.addresses),
        AppEvent::Syncing(now.syncing),
        AppEvent::Ladder(now.ladder),
        AppEvent::Settings(now.settings),
        AppEvent::Moving(now.moving),
        AppEvent::Quitting(now.quitting),
        AppEvent::UsersChanged,
    ]
}

/// Log lines on their way.
#[derive(Debug, Default)]
struct Collected {
    lines: Vec<String>,
    due: Option<Instant>,
}

impl Collected {
    /// The next lines. Nothing is lost when this is given up half-way.
    async fn next(&mut self, log: &mut Receiver<String>) -> Vec<String> {
        loop {
            let due = self.due;
            let wait = async move {
                match due {
                    Some(due) => tokio::time::sleep_until(due).await,
                    None => pending().await,
                }
            };
            let is_full = self.lines.len() >= LINES;
            tokio::select! {
                () = wait => return self.take(),
                line = log.recv(), if !is_full => match line {
                    Ok(line) => {
                        self.lines.push(line);
                        self.due.get_or_insert_with(|| Instant::now() + COLLECT);
                    }
                    // The log has them; the window reads it when asked.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return pending().await,
                },
            }
            if self.lines.len() >= LINES {
                return self.take();
            }
        }
    }

    fn take(&mut self) -> Vec<String> {
        self.due = None;
        std::mem::take(&mut self.lines)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use tokio::sync::broadcast;

    use super::*;

    #[tokio::test]
    async fn log_lines_are_sent_together() {
        let log = broadcast::Sender::new(8);
        let mut lines = log.subscribe();
        for line in ["one", "two"] {
            log.send(line.to_owned()).unwrap();
        }
        let mut collected = Collected::default();
        assert_eq!(collected.next(&mut lines).await, ["one", "two"]);
        log.send("three".to_owned()).unwrap();
        assert_eq!(collected.next(&mut lines).await, ["three"]);
    }

    #[tokio::test]
    async fn a_flood_is_sent_in_pieces() {
        let log = broadcast::Sender::new(1024);
        let mut lines = log.subscribe();
        for number in 0..LINES + 1 {
            log.send(number.to_string()).unwrap();
        }
        let mut collected = Collected::default();
        assert_eq!(collected.next(&mut lines).await.len(), LINES);
        assert_eq!(collected.next(&mut lines).await, [LINES.to_string()]);
    }

    #[tokio::test]
    async fn lines_survive_an_event_in_between() {
        let log = broadcast::Sender::new(8);
        let mut lines = log.subscribe();
        log.send("one".to_owned()).unwrap();
        let mut collected = Collected::default();
        let given_up = tokio::time::timeout(COLLECT / 2, collected.next(&mut lines)).await;
        assert!(given_up.is_err());
        assert_eq!(collected.next(&mut lines).await, ["one"]);
    }
}
