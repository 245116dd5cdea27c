//! Real Anki clients against the real server, over real sockets.
//!
//! Each client is a released `anki` package in a virtual environment and a process of its
//! own (`driver.py`). A scenario gets two devices of one account; the matrix below runs
//! every scenario with every version twice, and with each old version beside the newest
//! one, in both orders. `cargo xtask test` installs the clients, runs this, and prints
//! the matrix.
//!
//! With `ANKI_SYNC_SERVER=official` the official server is under test instead, which is
//! how the scenarios themselves are tested; a path names another program.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod client;
mod compare;
mod differential;
mod pair;
mod relay;
mod scenarios;
mod server;
mod tables;

macro_rules! matrix {
    ($($pair:ident: $first:literal, $second:literal;)*) => {$(
        mod $pair {
            use crate::scenarios;

            const VERSIONS: [&str; 2] = [$first, $second];

            matrix!(@scenarios
                login
                full_syncs
                edits
                deletions
                conflicts
                schema_changes
                thousands
                media
                interruptions
                at_once
                moving
            );
        }
    )*};
    (@scenarios $($scenario:ident)*) => {$(
        #[test]
        fn $scenario() {
            scenarios::$scenario::run(VERSIONS);
        }
    )*};
}

matrix! {
    v2_1_50: "2.1.50", "2.1.50";
    v2_1_56: "2.1.56", "2.1.56";
    v2_1_58: "2.1.58", "2.1.58";
    v23_12_1: "23.12.1", "23.12.1";
    v25_9_5: "25.9.5", "25.9.5";
    v26_9_3: "26.9.3", "26.9.3";

    v2_1_50_then_v26_9_3: "2.1.50", "26.9.3";
    v2_1_56_then_v26_9_3: "2.1.56", "26.9.3";
    v2_1_58_then_v26_9_3: "2.1.58", "26.9.3";
    v23_12_1_then_v26_9_3: "23.12.1", "26.9.3";
    v25_9_5_then_v26_9_3: "25.9.5", "26.9.3";

    v26_9_3_then_v2_1_50: "26.9.3", "2.1.50";
    v26_9_3_then_v2_1_56: "26.9.3", "2.1.56";
    v26_9_3_then_v2_1_58: "26.9.3", "2.1.58";
    v26_9_3_then_v23_12_1: "26.9.3", "23.12.1";
    v26_9_3_then_v25_9_5: "26.9.3", "25.9.5";
}
