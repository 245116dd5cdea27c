//! Accounts in a temporary folder, for the tests of this module.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::IpAddr;
use std::path::Path;

use sync_protocol::{HostKey, Password, TimestampMillis};
use tempfile::TempDir;
use tokio::sync::broadcast;

use super::{Accounts, AuthenticateError, DeviceInfo, EnvironmentAccount, LoginError, SignedIn};
use crate::{Clock, EventSender, ServerEvent};

pub(crate) const START: TimestampMillis = TimestampMillis(1_790_856_000_000);

/// The accounts of one temporary storage folder. [`TestAccounts::restart`]
/// opens the same folder anew, as another process would.
pub(crate) struct TestAccounts {
    pub(crate) folder: TempDir,
    pub(crate) accounts: Accounts,
    pub(crate) clock: Clock,
    pub(crate) events: broadcast::Receiver<ServerEvent>,
}

impl TestAccounts {
    pub(crate) async fn new() -> Self {
        Self::with_environment(&[]).await
    }

    /// With plain values of `SYNC_USER1`, `SYNC_USER2`, ….
    pub(crate) async fn with_environment(values: &[&str]) -> Self {
        Self::open(tempfile::tempdir().unwrap(), environment(values, false)).await
    }

    pub(crate) async fn restart(self, values: &[&str]) -> Self {
        self.restart_with(environment(values, false)).await
    }

    pub(crate) async fn restart_with(self, environment: Vec<EnvironmentAccount>) -> Self {
        let Self { folder, accounts, .. } = self;
        accounts.close().await;
        drop(accounts);
        Self::open(folder, environment).await
    }

    async fn open(folder: TempDir, environment: Vec<EnvironmentAccount>) -> Self {
        let clock = Clock::manual(START);
        let (sender, _ended) = EventSender::new();
        let events = sender.subscribe();
        let base = folder.path().to_owned();
        let accounts = Accounts::open(base, environment, clock.clone(), sender).await.unwrap();
        Self { folder, accounts, clock, events }
    }

    pub(crate) fn base(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn add(&self, name: &str, password: &str) {
        self.accounts.add(name, &Password::new(password)).await.unwrap();
    }

    pub(crate) async fn log_in(&self, name: &str, password: &str) -> Result<HostKey, LoginError> {
        self.accounts.log_in(name, &Password::new(password), &device()).await
    }

    pub(crate) async fn authenticate(&self, key: &HostKey) -> Result<SignedIn, AuthenticateError> {
        self.accounts.authenticate(key, &device()).await
    }

    /// Whether a key is accepted.
    pub(crate) async fn accepts(&self, key: &HostKey) -> bool {
        self.authenticate(key).await.is_ok()
    }

    pub(crate) fn next_event(&mut self) -> ServerEvent {
        self.events.try_recv().unwrap()
    }
}

pub(crate) fn environment(values: &[&str], hashed: bool) -> Vec<EnvironmentAccount> {
    let parse = |(index, value): (usize, &&str)| {
        EnvironmentAccount::parse(&format!("SYNC_USER{}", index + 1), value, hashed).unwrap()
    };
    values.iter().enumerate().map(parse).collect()
}

pub(crate) fn address() -> IpAddr {
    IpAddr::from([192, 168, 1, 20])
}

pub(crate) fn device() -> DeviceInfo {
    DeviceInfo { client_version: "25.9.5,dev,linux".to_owned(), address: address() }
}

/// The key that the official server gives: the SHA-1 of `name:password`.
pub(crate) fn official_key(value: &str) -> HostKey {
    use sha1::Digest;
    HostKey::new(hex::encode(sha1::Sha1::digest(value.as_bytes())))
}
