//! The real program under fire: disks that fail, connections that break, input
//! that is made to do harm. README.md has an overview.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod accounts;
mod corpus;
mod cuts;
mod disk;
mod input;
mod kill_points;
mod memory_stick;
mod network;
mod order;
mod program;
mod scenarios;
mod secrets;
mod storage;
mod strace;
mod supply;
mod told;
