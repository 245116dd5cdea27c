//! The addresses under which other devices can reach this computer.

use std::net::{IpAddr, SocketAddr};

use crate::Reach;

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

/// What kind of interface an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LanAddressKind {
    /// A wireless network.
    WiFi,
    /// A cable.
    Ethernet,
    /// A network card that is one of the two.
    Network,
    /// Tailscale: the person's other devices reach it from everywhere.
    Tailscale,
    /// Another VPN or tunnel.
    Vpn,
    /// A network of containers or virtual machines: usually of no use.
    Virtual,
    /// This computer alone.
    Loopback,
}

impl LanAddressKind {
    /// The lower, the more likely a device in the same room can use it.
    fn rank(self) -> u8 {
        match self {
            Self::WiFi | Self::Ethernet | Self::Network => 0,
            Self::Tailscale => 1,
            Self::Vpn => 2,
            Self::Virtual => 3,
            Self::Loopback => 4,
        }
    }
}

impl LanAddress {
    /// The text to type into a client.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// How interfaces are named, in small letters, and what they are: by the kernel
/// of Linux and macOS, by the programs that make them, and by Windows, which
/// shows the names that its network settings show. The first that fits counts.
const NAMES: [(&str, LanAddressKind); 39] = [
    ("docker", LanAddressKind::Virtual),
    ("podman", LanAddressKind::Virtual),
    ("br-", LanAddressKind::Virtual),
    ("bridge", LanAddressKind::Virtual),
    ("veth", LanAddressKind::Virtual), // also "vEthernet (WSL)"
    ("virbr", LanAddressKind::Virtual),
    ("vmnet", LanAddressKind::Virtual),
    ("vmenet", LanAddressKind::Virtual),
    ("vmware", LanAddressKind::Virtual),
    ("vbox", LanAddressKind::Virtual),
    ("virtualbox", LanAddressKind::Virtual),
    ("lxc", LanAddressKind::Virtual),
    ("lxd", LanAddressKind::Virtual),
    ("cni", LanAddressKind::Virtual),
    ("flannel", LanAddressKind::Virtual),
    ("cali", LanAddressKind::Virtual),
    ("tap", LanAddressKind::Virtual),
    ("tailscale", LanAddressKind::Tailscale),
    ("tun", LanAddressKind::Vpn),
    ("utun", LanAddressKind::Vpn),
    ("wg", LanAddressKind::Vpn),
    ("wireguard", LanAddressKind::Vpn),
    ("ppp", LanAddressKind::Vpn),
    ("ipsec", LanAddressKind::Vpn),
    ("zt", LanAddressKind::Vpn),
    ("zerotier", LanAddressKind::Vpn),
    ("openvpn", LanAddressKind::Vpn),
    ("nordlynx", LanAddressKind::Vpn),
    ("proton", LanAddressKind::Vpn),
    ("wl", LanAddressKind::WiFi), // also "WLAN", as Windows says in German
    ("wi-fi", LanAddressKind::WiFi),
    ("wifi", LanAddressKind::WiFi),
    ("drahtlos", LanAddressKind::WiFi),
    ("ethernet", LanAddressKind::Ethernet),
    ("lan-verbindung", LanAddressKind::Ethernet),
    ("local area connection", LanAddressKind::Ethernet),
    ("end", LanAddressKind::Ethernet),
    ("eth", LanAddressKind::Ethernet),
    ("en", LanAddressKind::Ethernet),
];

/// The addresses of a server that listens on `bound`, the most useful first.
pub(crate) fn lan_addresses(bound: SocketAddr, reach: Reach) -> Vec<LanAddress> {
    // Without a list of interfaces there is still the address itself.
    let interfaces = local_ip_address::list_afinet_netifas().unwrap_or_default();
    // The one that packets to the internet leave from is the network that a
    // person means by "the network". A computer may be without any.
    let main = local_ip_address::local_ip().ok();
    let found = reachable(bound, reach, main, interfaces);
    if !found.is_empty() || bound.ip().is_unspecified() {
        return found;
    }
    vec![LanAddress { interface: String::new(), address: bound, kind: kind("", bound.ip()) }]
}

fn reachable(
    bound: SocketAddr,
    reach: Reach,
    main: Option<IpAddr>,
    interfaces: Vec<(String, IpAddr)>,
) -> Vec<LanAddress> {
    let mut found: Vec<LanAddress> = interfaces
        .into_iter()
        .filter(|(_, ip)| answers_on(bound.ip(), *ip) && is_typeable(*ip) && reach.allows(*ip))
        .map(|(interface, ip)| LanAddress {
            kind: kind(&interface, ip),
            address: SocketAddr::new(ip, bound.port()),
            interface,
        })
        .collect();
    found.sort_by_cached_key(|found| {
        let ip = found.address.ip();
        (found.kind.rank(), ip.is_ipv6(), Some(ip) != main, found.interface.clone(), ip)
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
    if ip.is_loopback() {
        return LanAddressKind::Loopback;
    }
    match kind_by_name(interface, cfg!(target_os = "macos")) {
        // Tailscale on macOS has a tunnel without a name of its own.
        LanAddressKind::Vpn if is_of_tailscale(ip) => LanAddressKind::Tailscale,
        _ if is_wireless(interface) => LanAddressKind::WiFi,
        kind => kind,
    }
}

fn kind_by_name(interface: &str, is_macos: bool) -> LanAddressKind {
    let name = interface.to_lowercase();
    // There, Wi-Fi and cables are alike `en0`, `en1`, ….
    if is_macos && name.starts_with("en") {
        return LanAddressKind::Network;
    }
    let known = NAMES.iter().find(|(beginning, _)| name.starts_with(beginning));
    known.map_or(LanAddressKind::Network, |(_, kind)| *kind)
}

fn is_of_tailscale(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => matches!(v4.octets(), [100, 64..=127, _, _]),
        IpAddr::V6(v6) => matches!(v6.segments(), [0xfd7a, 0x115c, 0xa1e0, ..]),
    }
}

/// Linux tells, whatever the interface is called.
fn is_wireless(interface: &str) -> bool {
    cfg!(target_os = "linux")
        && !interface.is_empty()
        && std::path::Path::new("/sys/class/net").join(interface).join("wireless").exists()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn urls_of(bound: &str, reach: Reach, main: Option<&str>) -> Vec<String> {
        let interfaces = [
            ("lo", "127.0.0.1"),
            ("docker0", "172.17.0.1"),
            ("eth7", "192.168.7.5"),
            ("wlan7", "192.168.1.5"),
            ("wlan7", "fd00::1"),
            ("wlan7", "2001:db8::1"),
            ("wlan7", "fe80::1"),
            ("eth9", "169.254.3.4"),
            ("tailscale0", "100.100.1.2"),
        ];
        let interfaces =
            interfaces.map(|(name, ip)| (name.to_owned(), ip.parse().unwrap())).to_vec();
        let main = main.map(|main| main.parse().unwrap());
        let found = reachable(bound.parse().unwrap(), reach, main, interfaces);
        found.iter().map(LanAddress::url).collect()
    }

    #[test]
    fn the_network_comes_first_and_this_computer_last() {
        assert_eq!(
            urls_of("0.0.0.0:8080", Reach::Everything, Some("192.168.1.5")),
            [
                "http://192.168.1.5:8080/",
                "http://192.168.7.5:8080/",
                "http://100.100.1.2:8080/",
                "http://172.17.0.1:8080/",
                "http://127.0.0.1:8080/"
            ]
        );
    }

    #[test]
    fn the_way_to_the_internet_decides_between_two_networks() {
        let first = |main| urls_of("0.0.0.0:1", Reach::Everything, main).remove(0);
        assert_eq!(first(Some("192.168.1.5")), "http://192.168.1.5:1/");
        assert_eq!(first(Some("192.168.7.5")), "http://192.168.7.5:1/");
        assert_eq!(first(None), "http://192.168.7.5:1/");
    }

    #[test]
    fn both_families_are_listed_when_bound_to_both() {
        assert_eq!(
            urls_of("[::]:80", Reach::Everything, Some("192.168.1.5"))[..4],
            [
                "http://192.168.1.5:80/",
                "http://192.168.7.5:80/",
                "http://[2001:db8::1]:80/",
                "http://[fd00::1]:80/"
            ]
        );
    }

    #[test]
    fn an_address_that_would_be_turned_away_is_not_listed() {
        let urls = urls_of("[::]:80", Reach::LocalNetworks, None);
        assert!(!urls.contains(&"http://[2001:db8::1]:80/".to_owned()), "{urls:?}");
        assert_eq!(urls.len(), 6);
        assert_eq!(urls_of("[::]:80", Reach::ThisComputer, None), ["http://127.0.0.1:80/"]);
    }

    #[test]
    fn a_server_bound_to_one_address_has_only_that() {
        assert_eq!(urls_of("127.0.0.1:80", Reach::Everything, None), ["http://127.0.0.1:80/"]);
    }

    #[test]
    fn interfaces_are_known_by_the_names_that_systems_give_them() {
        use LanAddressKind::{Ethernet, Network, Tailscale, Virtual, Vpn, WiFi};
        for (interface, kind) in [
            ("wlp3s0", WiFi),
            ("Wi-Fi 2", WiFi),
            ("WLAN", WiFi),
            ("enp4s0", Ethernet),
            ("eth0", Ethernet),
            ("Ethernet 3", Ethernet),
            ("LAN-Verbindung", Ethernet),
            ("vEthernet (WSL)", Virtual),
            ("VMware Network Adapter VMnet8", Virtual),
            ("br-3f2a", Virtual),
            ("bridge100", Virtual),
            ("tailscale0", Tailscale),
            ("Tailscale", Tailscale),
            ("utun4", Vpn),
            ("wg0", Vpn),
            ("ppp0", Vpn),
            ("usb0", Network),
        ] {
            assert_eq!(kind_by_name(interface, false), kind, "{interface}");
        }
        assert_eq!(kind_by_name("en0", true), Network);
    }

    #[test]
    fn a_tunnel_with_an_address_of_tailscale_is_tailscale() {
        assert_eq!(kind("utun4", "100.100.1.2".parse().unwrap()), LanAddressKind::Tailscale);
        assert_eq!(kind("utun4", "10.0.0.2".parse().unwrap()), LanAddressKind::Vpn);
    }
}
