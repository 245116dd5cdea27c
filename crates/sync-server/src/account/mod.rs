//! Accounts: who may sync, and each one's open data.

mod data;
mod device;
mod environment;
mod operation_error;
mod session;
mod slots;
mod tracker;

pub use data::Account;
pub use device::{DeviceInfo, DeviceRef};
pub use environment::EnvironmentAccount;
pub use operation_error::OperationError;
pub use session::{CommittedState, SyncSession};
pub use slots::{COLLECTION_FILE, CollectionSlot, MediaSlot};
pub use tracker::SyncTracker;
