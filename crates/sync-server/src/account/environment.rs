//! Accounts that the environment names (`SYNC_USERn`).

use sync_protocol::Password;

/// One `SYNC_USERn=name:password`.
#[derive(Debug, Clone)]
pub struct EnvironmentAccount {
    /// The name.
    pub name: String,
    /// The password, or its hash.
    pub password: Password,
    /// Whether the password is a PHC string (`PASSWORDS_HASHED`).
    pub is_hashed: bool,
}
