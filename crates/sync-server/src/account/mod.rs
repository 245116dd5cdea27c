//! Accounts: who may sync, and each one's open data.

mod accounts;
mod blocking;
mod change;
mod data;
mod device;
mod environment;
mod error;
mod list;
mod login;
mod names;
mod operation_error;
mod password;
mod registry;
mod session;
mod slots;
#[cfg(test)]
mod test_accounts;
mod throttle;
mod tracker;

pub use accounts::Accounts;
pub use change::DevicesAfterChange;
pub use data::{Account, FolderUse};
pub use device::{Device, DeviceInfo, DeviceRef};
pub use environment::{EnvironmentAccount, EnvironmentError, environment_accounts};
pub use error::{AccountError, AuthenticateError, LoginError};
pub use list::{AccountSizes, AccountSummary};
pub use login::SignedIn;
pub use names::nearest_name;
pub use operation_error::OperationError;
pub use password::{PasswordError, PasswordHash, UnusablePasswordHash};
pub use registry::AccountState;
pub use session::{CommittedState, SyncSession};
pub use slots::{COLLECTION_FILE, CollectionSlot, MediaSlot};
pub use tracker::SyncTracker;
