//! The real server over real sockets, driven by raw HTTP. README.md lists which
//! conformance case is which test.

#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod cards;
mod chunks;
mod coverage;
mod deck_config;
mod decks;
mod durability;
mod framing;
mod full;
mod graves;
mod isolation;
mod login;
mod media;
mod meta;
mod notes;
mod notetypes;
mod reach;
mod revlog;
mod rollover;
mod routing;
mod sanity;
mod state_machine;
mod tags_config;
mod usn;
