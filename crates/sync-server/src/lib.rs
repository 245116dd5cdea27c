//! An Anki-compatible sync server as a library: who may do what, and when.
//!
//! [`Server::start`] gives a [`ServerHandle`]; the headless program and the tray
//! app are both built on it.

pub mod account;
mod addresses;
mod background;
mod clock;
mod config;
pub mod control;
mod error;
mod events;
mod history;
mod http;
mod network_drive;
mod open_files;
mod operations;
mod reach;
mod reachability;
mod server;
mod storage_folder;

pub use addresses::{LanAddress, LanAddressKind};
pub use clock::Clock;
pub use config::{DEFAULT_MAX_PAYLOAD_BYTES, ServerConfig};
pub use error::ServerError;
pub use events::{EventSender, ServerEvent, SyncFailure, SyncSummary};
pub use http::{ClientAddressSource, UnknownAddressSource};
pub use network_drive::file_system;
pub use reach::Reach;
pub use server::{Server, ServerHandle};
pub use storage_folder::{
    FolderProblem, FolderWarning, check_storage_folder, folder_warnings, is_storage_folder,
};
pub use sync_protocol::Password;
pub use sync_store::with_causes;
