//! The addresses to type into clients.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// All addresses of the running server. Empty while it does not run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Addresses {
    /// The most useful first; the first is the one that is shown large.
    pub all: Vec<Address>,
    /// The address that was last copied, if it is not among them any more: the
    /// devices that it was typed into must be told the new one.
    pub outdated: Option<String>,
}

/// An address to type into a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Address {
    /// What to type, complete: `http://192.168.1.20:8080/`.
    pub url: String,
    /// What kind of connection it belongs to.
    pub kind: AddressKind,
    /// The system's name of the adapter, such as `wlan0`.
    pub adapter: String,
}

/// What kind of connection an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A wireless network.
    #[serde(rename = "wifi")]
    WiFi,
    /// A cable.
    Ethernet,
    /// A network card that is one of the two.
    Network,
    /// Tailscale: reaches the person's other devices everywhere.
    Tailscale,
    /// Another VPN or tunnel.
    Vpn,
    /// A network of containers or virtual machines. Hidden at first.
    Virtual,
    /// This computer alone. Hidden at first, unless it is the only one.
    ThisComputer,
}

/// An address to put onto the clipboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddressToCopy {
    /// The address as shown.
    pub url: String,
}

/// A text to put onto the clipboard.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct TextToCopy {
    /// The text.
    pub text: String,
}
