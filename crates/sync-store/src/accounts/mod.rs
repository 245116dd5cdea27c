//! Accounts, device keys, the history of syncs and the settings, in
//! `BASE/server.db`; and the folders that hold each account's data.

mod account;
mod device;
mod folder_lock;
mod folders;
mod name;
mod server_db;
mod settings;
mod sync_history;

pub use account::{AccountId, AccountOrigin, AccountRecord, NewAccount, PasswordPhc};
pub use device::{DeviceId, DeviceRecord, KeyHash, MAX_DEVICES_PER_ACCOUNT, NewDevice};
pub use folder_lock::FolderLock;
pub use folders::{FoundFolder, found_folders, move_account_to_removed};
pub use name::{AccountNameProblem, check_account_name, name_key, normal_name};
pub use server_db::ServerDb;
pub use sync_history::{MAX_SYNCS_PER_ACCOUNT, SyncCounts, SyncKind, SyncRecord};
