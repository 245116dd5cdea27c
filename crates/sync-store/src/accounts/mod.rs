//! Accounts, device keys and the history of syncs.
