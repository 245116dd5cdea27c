//! The tray app with the sync server inside.

pub mod app;
pub mod commands;
pub mod ipc;
