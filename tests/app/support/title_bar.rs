//! The button in a window's title bar. There is no window manager here to draw one, so the
//! window is told by the message that every window manager sends.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window};
use x11rb::rust_connection::RustConnection;

/// Closes the windows of a process on a display.
pub fn close_windows(display: &str, process: u32) {
    let (connection, screen) =
        RustConnection::connect(Some(display)).expect("the display is there");
    let root = connection.setup().roots[screen].root;
    let atom = |name: &str| {
        let cookie = connection.intern_atom(false, name.as_bytes()).expect("a request");
        cookie.reply().expect("a name").atom
    };
    let [protocols, delete, pid] = ["WM_PROTOCOLS", "WM_DELETE_WINDOW", "_NET_WM_PID"].map(atom);
    let is_of_process = |window: &Window| {
        let property = connection.get_property(false, *window, pid, AtomEnum::CARDINAL, 0, 1);
        let reply = property.ok().and_then(|cookie| cookie.reply().ok());
        reply.and_then(|reply| reply.value32()?.next()) == Some(process)
    };
    let understands = |window: &Window| {
        let property = connection.get_property(false, *window, protocols, AtomEnum::ATOM, 0, 32);
        let reply = property.ok().and_then(|cookie| cookie.reply().ok());
        reply.is_some_and(|reply| {
            reply.value32().is_some_and(|mut atoms| atoms.any(|one| one == delete))
        })
    };
    let tree = connection.query_tree(root).expect("a request").reply().expect("the windows");
    let windows: Vec<_> =
        tree.children.into_iter().filter(is_of_process).filter(understands).collect();
    assert!(!windows.is_empty(), "process {process} has no window");
    for window in windows {
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        connection.send_event(false, window, EventMask::NO_EVENT, message).expect("a message");
    }
    connection.flush().expect("the display hears");
}
