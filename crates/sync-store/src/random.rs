//! Random numbers, from the system.

use crate::StoreError;

/// A number that nobody can guess.
pub(crate) fn random_u64() -> Result<u64, StoreError> {
    getrandom::u64().map_err(|error| StoreError::Io {
        path: "the system's source of randomness".into(),
        source: std::io::Error::other(error),
    })
}
