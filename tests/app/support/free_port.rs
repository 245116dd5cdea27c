//! Ports that nobody uses.

use std::collections::HashSet;
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A port that is free and that no other test here was given.
pub fn free_port() -> u16 {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let given = given.get_or_insert_default();
    loop {
        let listener = TcpListener::bind(("0.0.0.0", 0)).expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        if given.insert(port) {
            return port;
        }
    }
}
