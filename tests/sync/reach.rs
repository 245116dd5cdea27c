//! Who reaches the server, and what is told of those who try.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use sync_server::{Reach, ServerEvent};
use sync_store::accounts::SyncKind;
use sync_tests::{Client, Events, NAME, PASSWORD, Socket, TestServer};

/// The first bytes of a TLS connection, as far as they matter.
const CLIENT_HELLO: [u8; 12] = [0x16, 0x03, 0x01, 0x00, 0x07, 0x01, 0, 0, 3, 3, 3, 0];

fn listening_on(ip: impl Into<IpAddr>, reach: Reach) -> TestServer {
    let ip = ip.into();
    let builder = TestServer::builder().configured(|config| {
        config.address = SocketAddr::new(ip, 0);
        config.reach = reach;
    });
    builder.empty_account(NAME).start()
}

/// An address of this computer in a network, if there is one.
fn outside_address() -> Option<IpAddr> {
    let everywhere = listening_on(Ipv4Addr::UNSPECIFIED, Reach::Everything);
    let addresses = everywhere.handle().lan_addresses();
    addresses.iter().map(|lan| lan.address.ip()).find(|ip| !ip.is_loopback())
}

fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[test]
fn a_connection_from_outside_is_ended_before_anything_is_read() {
    // A computer without a network has nobody to turn away.
    let Some(outside) = outside_address() else { return };
    let server = listening_on(Ipv4Addr::UNSPECIFIED, Reach::ThisComputer);
    let port = server.address().port();
    let mut socket = Socket::open(SocketAddr::new(outside, port));
    socket.bytes(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n");
    // Ended or reset: nothing comes back.
    assert_eq!(socket.rest().unwrap_or_default(), b"");
    let here = Client::new(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    assert_eq!(here.plain("GET", "health").status, 200);
}

#[test]
fn a_private_address_belongs_to_the_local_networks() {
    let is_private = |ip: &IpAddr| Reach::LocalNetworks.allows(*ip);
    let Some(outside) = outside_address().filter(is_private) else { return };
    let server = listening_on(Ipv4Addr::UNSPECIFIED, Reach::LocalNetworks);
    let device = Client::new(SocketAddr::new(outside, server.address().port()));
    assert_eq!(device.log_in(NAME, PASSWORD).status, 200);
}

#[test]
fn a_server_on_all_addresses_speaks_both_versions_of_the_internet_protocol() {
    if !has_ipv6() {
        return;
    }
    let server = listening_on(Ipv6Addr::UNSPECIFIED, Reach::LocalNetworks);
    let mut events = server.events();
    let port = server.address().port();
    for ip in [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()] {
        Client::new(SocketAddr::new(ip, port)).plain("GET", "");
        let told = events.wait_for(|event| match event {
            ServerEvent::Reached { address } => Some(*address),
            _ => None,
        });
        assert_eq!(told, ip, "an address of version 4 is told as such");
    }
}

#[test]
fn a_server_knows_its_own_answer_from_anothers() {
    let (server, other) = (TestServer::start(), TestServer::start());
    let answers_at = |address| server.wait(server.handle().answers_at(address));
    assert!(answers_at(server.address()));
    assert!(!answers_at(other.address()));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(!answers_at(nobody));
}

#[test]
fn https_spoken_to_the_port_is_told_and_ends_cleanly() {
    let server = TestServer::start();
    let mut events = server.events();
    let mut socket = Socket::open(server.address());
    socket.bytes(&CLIENT_HELLO);
    let answer = socket.rest().expect("an end, and no reset");
    assert_eq!(answer[..1], [0x15], "an alert");
    let from = next(&mut events, |event| match event {
        ServerEvent::HttpsSpoken { address } => Some(*address),
        _ => None,
    });
    assert!(from.is_loopback());
}

#[test]
fn a_disabled_account_is_told_at_the_login_and_with_a_good_key() {
    let server = TestServer::start();
    let device = server.client();
    server.wait(server.accounts().set_enabled(NAME, false)).unwrap();
    let mut events = server.events();
    for _ in 0..2 {
        device.meta().refused(403);
        let account = next(&mut events, |event| match event {
            ServerEvent::Disabled { account, .. } => Some(account.clone()),
            _ => None,
        });
        assert_eq!(account, NAME);
        assert_eq!(device.log_in(NAME, PASSWORD).status, 403);
    }
}

#[test]
fn a_device_with_a_good_key_is_told_even_if_nothing_is_to_be_synced() {
    let server = TestServer::start();
    let mut events = server.events();
    for device in [server.client(), server.client().old()] {
        device.meta().ok();
        let (account, client_version) = next(&mut events, |event| match event {
            ServerEvent::Recognized { account, device } => {
                Some((account.clone(), device.client_version.clone()))
            }
            _ => None,
        });
        assert_eq!(account, NAME);
        assert!(client_version.contains("linux"), "{client_version}");
    }
}

#[test]
fn a_download_tells_how_much_of_it_there_will_be() {
    let server = TestServer::start_with(|collection| {
        // Text that packs badly: progress is told after each mebibyte.
        let mut noise = String::new();
        let mut state = 1_u64;
        for _ in 0..4_000_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise.push(char::from(b' ' + (state >> 58) as u8));
        }
        collection.set_config("noise", &format!("\"{}\"", noise.replace(['"', '\\'], "x")));
    });
    for device in [server.client(), server.client().old()] {
        let mut events = server.events();
        let file = device.download();
        assert_eq!(file.status, 200);
        let mut told = Vec::new();
        next(&mut events, |event| match event {
            ServerEvent::Progress { kind: SyncKind::Download, down_bytes, total_bytes, .. } => {
                told.push((*down_bytes, *total_bytes));
                None
            }
            ServerEvent::SyncFinished(_) => Some(()),
            _ => None,
        });
        assert!(told.len() >= 2, "{told:?}");
        for (down_bytes, total_bytes) in told {
            let total_bytes = total_bytes.expect("a total");
            assert!((down_bytes..10_000_000).contains(&total_bytes), "{down_bytes} {total_bytes}");
        }
    }
}

#[track_caller]
fn next<T>(events: &mut Events, wanted: impl FnMut(&ServerEvent) -> Option<T>) -> T {
    events.wait_for(wanted)
}
