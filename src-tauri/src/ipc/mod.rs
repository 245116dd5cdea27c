//! What crosses between the app and its window: the types, the table of
//! commands, and the lines on the pipe between the two processes.

mod addresses;
mod bindings;
mod error;
mod events;
mod folders;
mod ladder;
mod log;
mod messages;
mod status;
mod syncs;
mod users;

pub use addresses::{Address, AddressKind, AddressToCopy, Addresses, TextToCopy};
pub use bindings::{Declarations, bindings, describe};
pub use error::{CommandError, NameProblem};
pub use events::{AppEvent, Snapshot};
pub use folders::{
    FolderCheck, FolderProblem, FolderToCheck, FolderToOpen, FolderWarning, FoundAccount,
    MoveProgress, MoveStorage, Moved, StoragePlan,
};
pub use ladder::{Ladder, LadderProblem, Rung};
pub use log::{LogLines, LogWanted, SupportReport};
pub use messages::{FromWindow, ToWindow};
pub use status::{OtherServer, PortToUse, Quit, QuitChoice, Quitting, ServerStatus, StartProblem};
pub use syncs::{
    ClientApp, Counts, Direction, RunningSync, SyncFailureKind, SyncKind, SyncRow, SyncsWanted,
};
pub use tray_settings::{Language, Reach, Settings, SettingsNotice, Theme};
pub use users::{
    Device, DeviceToSignOut, NewName, NewPassword, NewUser, RemovedUser, SuggestedPassword, User,
    UserName, UserOrigin, UserSizes, UserState, UserSwitch,
};
