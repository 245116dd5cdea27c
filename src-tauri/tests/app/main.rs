//! The whole app without a desktop: real settings, a real server, real sockets.

#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod activity;
mod ladder;
mod quitting;
mod settings;
mod start;
mod storage;
mod support;
