//! The addresses under which other devices can reach this computer.

use std::net::{IpAddr, SocketAddr};

/// An address to type into a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanAddress {
    /// Name of the network interface.
    pub interface: String,
    /// The address and port.
    pub address: SocketAddr,
    /// How likely other devices can reach it.
    pub kind: LanAddressKind,
}

/// What kind of interface an address belongs to, the most useful first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LanAddressKind {
    /// A network card: devices in the same network reach it.
    Network,
    /// A bridge, tunnel or virtual machine's network: usually of no use.
    Virtual,
    /// This computer alone.
    Loopback,
}

impl LanAddress {
    /// The text to type into a client.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// How interfaces of container engines, virtual machines and tunnels are named.
const VIRTUAL_PREFIXES: [&str; 14] = [
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vethernet",
    "tun",
    "tap",
    "utun",
    "wg",
    "zt",
    "tailscale",
    "cni",
];

/// The addresses of a server that listens on `bound`, the most useful first.
pub(crate) fn lan_addresses(bound: SocketAddr) -> Vec<LanAddress> {
    // Without a list of interfaces there is still the address itself.
    let interfaces = local_ip_address::list_afinet_netifas().unwrap_or_default();
    let found = reachable(bound, interfaces);
    if !found.is_empty() || bound.ip().is_unspecified() {
        return found;
    }
    vec![LanAddress { interface: String::new(), address: bound, kind: kind("", bound.ip()) }]
}

fn reachable(bound: SocketAddr, interfaces: Vec<(String, IpAddr)>) -> Vec<LanAddress> {
    let mut found: Vec<LanAddress> = interfaces
        .into_iter()
        .filter(|(_, ip)| answers_on(bound.ip(), *ip) && is_typeable(*ip))
        .map(|(interface, ip)| LanAddress {
            kind: kind(&interface, ip),
            address: SocketAddr::new(ip, bound.port()),
            interface,
        })
        .collect();
    found.sort_by(|a, b| {
        (a.kind, a.address.is_ipv6(), &a.interface, a.address.ip()).cmp(&(
            b.kind,
            b.address.is_ipv6(),
            &b.interface,
            b.address.ip(),
        ))
    });
    found.dedup();
    found
}

fn answers_on(bound: IpAddr, ip: IpAddr) -> bool {
    match bound {
        IpAddr::V4(v4) if v4.is_unspecified() => ip.is_ipv4(),
        IpAddr::V6(v6) if v6.is_unspecified() => true,
        _ => bound == ip,
    }
}

/// Link-local addresses need a zone in version 6, which clients do not take,
/// and mean a network without an address in version 4.
fn is_typeable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_unicast_link_local(),
    }
}

fn kind(interface: &str, ip: IpAddr) -> LanAddressKind {
    let name = interface.to_ascii_lowercase();
    if ip.is_loopback() {
        LanAddressKind::Loopback
    } else if VIRTUAL_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        LanAddressKind::Virtual
    } else {
        LanAddressKind::Network
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn urls(bound: &str) -> Vec<String> {
        let interfaces = [
            ("lo", "127.0.0.1"),
            ("docker0", "172.17.0.1"),
            ("wlan0", "192.168.1.5"),
            ("wlan0", "fd00::1"),
            ("wlan0", "fe80::1"),
            ("eth9", "169.254.3.4"),
        ];
        let interfaces =
            interfaces.map(|(name, ip)| (name.to_owned(), ip.parse().unwrap())).to_vec();
        reachable(bound.parse().unwrap(), interfaces).iter().map(LanAddress::url).collect()
    }

    #[test]
    fn the_network_comes_first_and_this_computer_last() {
        assert_eq!(
            urls("0.0.0.0:8080"),
            ["http://192.168.1.5:8080/", "http://172.17.0.1:8080/", "http://127.0.0.1:8080/"]
        );
    }

    #[test]
    fn both_families_are_listed_when_bound_to_both() {
        assert_eq!(urls("[::]:80")[..2], ["http://192.168.1.5:80/", "http://[fd00::1]:80/"]);
    }

    #[test]
    fn a_server_bound_to_one_address_has_only_that() {
        assert_eq!(urls("127.0.0.1:80"), ["http://127.0.0.1:80/"]);
    }
}
