//! The real app from one end to the other: under a display without a screen, on a session bus
//! of its own, its window driven through WebDriver, its tray icon through D-Bus, and real Anki
//! clients on the other side. `README.md` beside this file tells what that needs.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout, reason = "tests")]

#[allow(dead_code, reason = "the tests with clients alone use more of it")]
#[path = "../clients/client.rs"]
mod client;
mod making;
mod scenarios;
mod support;
