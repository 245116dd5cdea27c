//! From bytes to a message and back.

mod blocking;
mod body;
mod client_address;
mod collection;
mod connection;
mod dispatch;
mod extract;
mod large_work;
mod listen;
mod media;
mod multipart;
mod payload;
mod requests;
mod respond;
mod routes;
mod small_zstd;
mod spool;
mod state;
mod status;
mod tls;
mod visitors;
mod welcome;

pub use client_address::{ClientAddressSource, UnknownAddressSource};
pub(crate) use listen::serve;
pub(crate) use state::{INCOMING_FOLDER, ServerState};
