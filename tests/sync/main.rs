//! The real server over real sockets, driven by raw HTTP. README.md lists which
//! conformance case is which test.

#![allow(clippy::unwrap_used, reason = "tests")]

mod cards;
mod chunks;
mod deck_config;
mod decks;
mod framing;
mod full;
mod graves;
mod media;
mod meta;
mod notetypes;
mod notes;
mod revlog;
mod rollover;
mod routing;
mod sanity;
mod state_machine;
mod tags_config;
mod usn;
