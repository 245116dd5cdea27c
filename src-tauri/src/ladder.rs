//! How far the device that was heard from last got: events in, rungs out.

use std::net::IpAddr;

use sync_server::account::DeviceRef;
use sync_server::{ServerEvent, SyncFailure};

use crate::ipc::{Ladder, LadderProblem, Rung, SyncFailureKind};

/// What browsers ask for by themselves when a person opens the address.
const BROWSER_FILES: [&str; 5] =
    ["/favicon", "/apple-touch-icon", "/robots.txt", "/.well-known/", "/browserconfig.xml"];

/// The ladder after an event at a time, in milliseconds since the epoch.
#[must_use]
pub fn climb(ladder: Option<Ladder>, event: &ServerEvent, at: i64) -> Option<Ladder> {
    let step = |address: &IpAddr, rung| Step::new(*address, at, rung);
    let next = match event {
        ServerEvent::Reached { address } => {
            return Some(step(address, Rung::Reached).or_higher(ladder));
        }
        ServerEvent::WrongPath { address, path } if is_of_browser(path) => {
            return Some(step(address, Rung::Reached).or_higher(ladder));
        }
        ServerEvent::WrongPath { address, path } => {
            step(address, Rung::Reached).stopped_by(LadderProblem::WrongPath { path: path.clone() })
        }
        ServerEvent::HttpsSpoken { address } => {
            step(address, Rung::Reached).stopped_by(LadderProblem::HttpsSpoken)
        }
        ServerEvent::UnknownName { name, nearest, address } => step(address, Rung::RightPath)
            .stopped_by(LadderProblem::UnknownName {
                name: name.clone(),
                nearest: nearest.clone(),
            }),
        ServerEvent::SlowedDown { address } => {
            step(address, Rung::RightPath).stopped_by(LadderProblem::SlowedDown)
        }
        ServerEvent::UnknownKey { address } => {
            step(address, Rung::RightPath).stopped_by(LadderProblem::UnknownKey)
        }
        ServerEvent::RequestFailed { account: None, address } => {
            step(address, Rung::RightPath).stopped_by(LadderProblem::ServerFault)
        }
        ServerEvent::RequestFailed { account: Some(account), address } => {
            step(address, Rung::PasswordAccepted)
                .of(account)
                .stopped_by(LadderProblem::SyncFailed { failure: SyncFailureKind::ServerFault })
        }
        ServerEvent::WrongPassword { account, address } => step(address, Rung::KnownUser)
            .of(account)
            .stopped_by(LadderProblem::WrongPassword { user: account.clone() }),
        ServerEvent::Disabled { account, address } => step(address, Rung::KnownUser)
            .of(account)
            .stopped_by(LadderProblem::Disabled { user: account.clone() }),
        ServerEvent::SignedIn { account, device } => {
            step(&device.address, Rung::PasswordAccepted).of(account)
        }
        ServerEvent::Recognized { account, device }
        | ServerEvent::SyncStarted { account, device, .. } => {
            // The next sync of a device that has synced does not take it down.
            let step = step(&device.address, Rung::PasswordAccepted).of(account);
            return Some(step.or_synced(ladder));
        }
        ServerEvent::SyncFinished(sync) => {
            step(&sync.device.address, Rung::Synced).of(&sync.account)
        }
        ServerEvent::SyncFailed(sync, failure) => {
            if !comes_from_device(*failure) && !is_in_sync(ladder.as_ref(), &sync.device) {
                return ladder;
            }
            step(&sync.device.address, Rung::PasswordAccepted)
                .of(&sync.account)
                .stopped_by(LadderProblem::SyncFailed { failure: (*failure).into() })
        }
        ServerEvent::Progress { .. } | ServerEvent::AccountsChanged => return ladder,
    };
    Some(next.ladder)
}

/// A ladder in the making.
struct Step {
    ladder: Ladder,
}

impl Step {
    fn new(address: IpAddr, at: i64, rung: Rung) -> Self {
        let address = address.to_canonical().to_string();
        Self { ladder: Ladder { address, at, rung, user: None, problem: None } }
    }

    fn of(mut self, user: &str) -> Self {
        self.ladder.user = Some(user.to_owned());
        self
    }

    fn stopped_by(mut self, problem: LadderProblem) -> Self {
        self.ladder.problem = Some(problem);
        self
    }

    /// Where the same device stood, if that was higher: a look at the page with
    /// a browser undoes nothing.
    fn or_higher(self, before: Option<Ladder>) -> Ladder {
        match before {
            Some(before)
                if before.address == self.ladder.address && before.rung > self.ladder.rung =>
            {
                Ladder { at: self.ladder.at, ..before }
            }
            _ => self.ladder,
        }
    }

    /// At the top, if the same device of the same user stood there.
    fn or_synced(self, before: Option<Ladder>) -> Ladder {
        let was_synced = before.is_some_and(|before| {
            before.rung == Rung::Synced
                && before.address == self.ladder.address
                && before.user == self.ladder.user
        });
        match was_synced {
            true => Ladder { rung: Rung::Synced, ..self.ladder },
            false => self.ladder,
        }
    }
}

fn is_of_browser(path: &str) -> bool {
    BROWSER_FILES.iter().any(|file| path.starts_with(file))
}

/// Whether the device itself was heard when its sync failed so. The others are
/// told by the server's clock, by another device or by a person at the window.
fn comes_from_device(failure: SyncFailure) -> bool {
    !matches!(failure, SyncFailure::Idle | SyncFailure::Superseded | SyncFailure::Closed)
}

fn is_in_sync(ladder: Option<&Ladder>, device: &DeviceRef) -> bool {
    ladder.is_some_and(|ladder| {
        ladder.address == device.address.to_canonical().to_string()
            && ladder.rung == Rung::PasswordAccepted
            && ladder.problem.is_none()
    })
}

impl From<SyncFailure> for SyncFailureKind {
    fn from(failure: SyncFailure) -> Self {
        match failure {
            SyncFailure::Aborted => Self::Aborted,
            SyncFailure::Superseded => Self::Superseded,
            SyncFailure::SanityCheck => Self::SanityCheck,
            SyncFailure::Refused => Self::Refused,
            SyncFailure::UploadRefused => Self::UploadRefused,
            SyncFailure::TooLarge => Self::TooLarge,
            SyncFailure::Idle => Self::Idle,
            SyncFailure::Closed => Self::Closed,
            SyncFailure::ServerFault => Self::ServerFault,
        }
    }
}

#[cfg(test)]
mod tests;
