//! Who may reach the server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who may reach the server. Everybody else is turned away before a byte of
/// theirs is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Reach {
    /// This computer alone.
    ThisComputer,
    /// Networks whose addresses are not part of the internet: home, office, and
    /// VPNs such as Tailscale.
    LocalNetworks,
    /// Everything that can send a packet here.
    #[default]
    Everything,
}

impl Reach {
    /// Whether a connection from this address is taken.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            Self::ThisComputer => address.is_loopback(),
            Self::LocalNetworks => match address {
                IpAddr::V4(address) => is_local_v4(address),
                IpAddr::V6(address) => is_local_v6(address),
            },
            Self::Everything => true,
        }
    }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    // 100.64.0.0/10 belongs to providers' own networks, and to Tailscale.
    let is_shared = matches!(address.octets(), [100, 64..=127, _, _]);
    address.is_loopback() || address.is_private() || address.is_link_local() || is_shared
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn allowed<'a>(reach: Reach, addresses: &[&'a str]) -> Vec<&'a str> {
        let is_allowed = |text: &&&str| reach.allows(text.parse().unwrap());
        addresses.iter().filter(is_allowed).copied().collect()
    }

    const LOCAL: [&str; 13] = [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.5",
        "169.254.3.4",
        "100.64.0.1",
        "100.127.255.255",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:192.168.1.5",
    ];
    const FOREIGN: [&str; 9] = [
        "8.8.8.8",
        "172.32.0.1",
        "192.169.0.1",
        "100.63.255.255",
        "100.128.0.0",
        "0.0.0.0",
        "2001:db8::1",
        "::ffff:8.8.8.8",
        "ff02::1",
    ];

    #[test]
    fn local_networks_are_those_outside_the_internet() {
        assert_eq!(allowed(Reach::LocalNetworks, &LOCAL), LOCAL);
        assert_eq!(allowed(Reach::LocalNetworks, &FOREIGN), [""; 0]);
    }

    #[test]
    fn this_computer_is_the_loopback_alone() {
        let loopback = ["127.0.0.1", "127.9.9.9", "::1"];
        assert_eq!(allowed(Reach::ThisComputer, &LOCAL), loopback);
        assert_eq!(allowed(Reach::ThisComputer, &FOREIGN), [""; 0]);
    }

    #[test]
    fn everything_is_everything() {
        assert_eq!(allowed(Reach::Everything, &FOREIGN), FOREIGN);
    }
}
