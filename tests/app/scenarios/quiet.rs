//! Nothing leaves the machine: every address that the app and all its processes, the web engine
//! included, connect or send to is written down by the system and belongs to this computer.

use std::collections::BTreeSet;
use std::net::{IpAddr, UdpSocket};

use crate::support::app::read;
use crate::support::{Desktop, Setup, Tray};

#[test]
fn no_request_leaves_the_machine() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let trace = desktop.folder().join("trace");
    let calls = "--trace=connect,sendto,sendmsg,sendmmsg";
    let file = trace.display().to_string();
    let wrapper = ["strace", "-f", "-qq", "--signal=none", calls, "-o", file.as_str()];
    let mut app = Setup::new().inside(&wrapper).start(&desktop);
    let icon = tray.icon();
    let window = app.window();
    window.press("Use this folder");
    window.fill("User name", "anna");
    window.press("Add user");
    window.shown_address();
    window.press("Connect a device");
    for view in ["Users", "Activity", "Settings", "Home"] {
        window.go_to(view);
    }
    icon.click("Quit");
    app.process.end();

    let written = read(&trace);
    assert!(written.contains("AF_UNIX"), "strace saw nothing:\n{written}");
    let elsewhere: BTreeSet<String> = written
        .lines()
        .filter_map(address)
        .filter(|address| !is_of_this_computer(*address))
        .map(|address| address.to_string())
        .collect();
    assert!(elsewhere.is_empty(), "the app spoke to {elsewhere:?}");
}

/// The internet address in a line such as
/// `connect(9, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16)`.
fn address(line: &str) -> Option<IpAddr> {
    // A question to the kernel about its routes names addresses too, and sends nothing.
    let (_, line) = line.split_once("sa_family=AF_INET")?;
    let after = ["inet_addr(\"", "inet_pton(AF_INET6, \""]
        .into_iter()
        .find_map(|before| line.split_once(before))?
        .1;
    after.split_once('"')?.0.parse().ok()
}

/// Only an address of this computer can be listened on.
fn is_of_this_computer(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

#[test]
fn the_lines_of_strace_are_understood() {
    let old = r#"7 connect(9, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16) = 0"#;
    assert_eq!(address(old), Some("192.0.2.1".parse().unwrap()));
    let new = r#"7 sendto(9, "", 0, 0, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0"#;
    assert_eq!(address(new), Some("2001:db8::1".parse().unwrap()));
    let kernel = r#"7 sendto(9, [{nla_type=RTA_DST}, inet_addr("192.0.2.1")], 0, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 0"#;
    assert_eq!(address(kernel), None);
    assert!(!is_of_this_computer("192.0.2.1".parse().unwrap()));
    assert!(is_of_this_computer("127.0.0.1".parse().unwrap()));
}
