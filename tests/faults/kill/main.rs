//! The server is ended at random moments while real clients sync with it.
//!
//! A dozen times in the test command; `cargo xtask kill [COUNT] [SEED]` runs as
//! many as one likes. A seed gives the same rounds again, though not to the
//! microsecond the same moments.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod changes;
#[allow(dead_code, reason = "shared with the client tests")]
#[path = "../../clients/client.rs"]
mod client;
#[path = "../../clients/compare.rs"]
mod compare;
mod content;
mod doomed;
#[allow(dead_code, reason = "shared with the client tests")]
#[path = "../../clients/pair.rs"]
mod pair;
mod random;
mod rounds;
#[allow(dead_code, reason = "shared with the client tests")]
#[path = "../../clients/server.rs"]
mod server;
#[path = "../../clients/tables.rs"]
mod tables;

use rounds::Rounds;

/// A number from the environment, if it is there.
fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

fn run(versions: [&'static str; 2], default_count: u64) {
    let count = setting("KILL_COUNT", default_count);
    let seed = setting("KILL_SEED", 1);
    let mut rounds = Rounds::start(versions, seed);
    for round in 1..=count {
        rounds.round(round);
    }
    eprintln!("{versions:?}, seed {seed}: {}", rounds.told());
    rounds.finish();
}

#[test]
fn a_current_client_and_an_old_one_lose_nothing() {
    run(["26.9.3", "2.1.50"], 6);
}

#[test]
fn an_old_client_and_a_current_one_lose_nothing() {
    run(["2.1.56", "26.9.3"], 6);
}
