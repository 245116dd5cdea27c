//! The tray app with the sync server inside.

pub mod activity;
pub mod addresses;
pub mod app;
mod client_app;
pub mod commands;
pub mod desktop;
mod folder_check;
pub mod ipc;
mod ladder;
pub mod local_server;
mod log_file;
pub mod places;
mod start_problem;
mod storage_move;
mod suggested_password;
mod support_report;
