//! From bytes to a message and back.

mod client_address;

pub use client_address::ClientAddressSource;
