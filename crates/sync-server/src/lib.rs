//! An Anki-compatible sync server as a library: who may do what, and when.
//!
//! [`Server::start`] gives a [`ServerHandle`]; the headless program and the tray
//! app are both built on it.
