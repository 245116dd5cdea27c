//! The real program with temporary folders, as a person or a script uses it.

#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod accounts;
mod check;
mod serve;
mod support;
