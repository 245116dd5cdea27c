//! The addresses that the window shows, and the one that was last copied.

use std::path::{Path, PathBuf};

use sync_server::{LanAddress, LanAddressKind};

use crate::ipc::{Address, AddressKind, Addresses};

/// Keeps the address that was last copied, inside the settings folder.
const FILE: &str = "copied-address";

/// Longer than any address of ours, in bytes.
const LONGEST: usize = 200;

/// The addresses of a server as the window shows them.
#[must_use]
pub fn shown(found: &[LanAddress], copied: Option<&str>) -> Addresses {
    let all: Vec<Address> = found
        .iter()
        .map(|address| Address {
            url: address.url(),
            kind: kind(address.kind),
            adapter: address.interface.clone(),
        })
        .collect();
    // While the server does not run, nothing can be said.
    let outdated = copied
        .filter(|copied| !all.is_empty() && !all.iter().any(|address| address.url == *copied))
        .map(str::to_owned);
    Addresses { all, outdated }
}

fn kind(kind: LanAddressKind) -> AddressKind {
    match kind {
        LanAddressKind::WiFi => AddressKind::WiFi,
        LanAddressKind::Ethernet => AddressKind::Ethernet,
        LanAddressKind::Network => AddressKind::Network,
        LanAddressKind::Tailscale => AddressKind::Tailscale,
        LanAddressKind::Vpn => AddressKind::Vpn,
        LanAddressKind::Virtual => AddressKind::Virtual,
        LanAddressKind::Loopback => AddressKind::ThisComputer,
    }
}

/// The address that was last copied, which outlives the app.
#[derive(Debug)]
pub struct CopiedAddress {
    path: PathBuf,
    url: Option<String>,
}

impl CopiedAddress {
    /// Reads it from the settings folder. What cannot be read counts as none.
    #[must_use]
    pub fn load(settings_folder: &Path) -> Self {
        let path = settings_folder.join(FILE);
        let text = std::fs::read_to_string(&path).ok();
        let url = text
            .map(|text| text.trim().to_owned())
            .filter(|url| url.starts_with("http") && url.len() <= LONGEST);
        Self { path, url }
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Remembers another one.
    ///
    /// # Errors
    /// When it cannot be kept beyond this run.
    pub fn set(&mut self, url: &str) -> std::io::Result<()> {
        if self.url() == Some(url) {
            return Ok(());
        }
        self.url = Some(url.to_owned());
        tray_settings::replace_file(&self.path, format!("{url}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn found(addresses: &[&str]) -> Vec<LanAddress> {
        let found = addresses.iter().map(|address| LanAddress {
            interface: "wlan0".to_owned(),
            address: address.parse().unwrap(),
            kind: LanAddressKind::WiFi,
        });
        found.collect()
    }

    #[test]
    fn an_address_that_was_copied_and_is_gone_is_outdated() {
        let now = found(&["192.168.1.5:8080", "10.0.0.2:8080"]);
        let outdated = |copied| shown(&now, copied).outdated;
        assert_eq!(outdated(Some("http://192.168.1.9:8080/")).unwrap(), "http://192.168.1.9:8080/");
        assert_eq!(outdated(Some("http://10.0.0.2:8080/")), None);
        assert_eq!(outdated(None), None);
    }

    #[test]
    fn nothing_is_outdated_while_there_is_no_address() {
        assert_eq!(shown(&[], Some("http://192.168.1.9:8080/")), Addresses::default());
    }

    #[test]
    fn the_copied_address_outlives_the_app() {
        let folder = tempfile::tempdir().unwrap();
        let mut copied = CopiedAddress::load(folder.path());
        assert_eq!(copied.url(), None);
        copied.set("http://10.0.0.2:8080/").unwrap();
        assert_eq!(CopiedAddress::load(folder.path()).url(), Some("http://10.0.0.2:8080/"));
        std::fs::write(folder.path().join(FILE), [0xff, 0xfe]).unwrap();
        assert_eq!(CopiedAddress::load(folder.path()).url(), None);
    }
}
