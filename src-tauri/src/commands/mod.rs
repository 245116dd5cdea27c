//! What the window can ask of the app. The tray calls the same functions.

mod accounts;
mod activity;
mod folders;
mod server;
mod settings;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;

use crate::app::App;
use crate::ipc::{
    AddressToCopy, CommandError, Declarations, DeviceToSignOut, FolderCheck, FolderToCheck,
    FolderToOpen, LogLines, LogWanted, MoveStorage, Moved, NewName, NewPassword, NewUser,
    PortToUse, Quit, RemovedUser, Settings, Snapshot, SuggestedPassword, SupportReport, SyncRow,
    SyncsWanted, TextToCopy, User, UserName, UserSizes, UserSwitch, describe,
};

/// A command: how it is described to TypeScript, and how it is carried out.
#[derive(Debug)]
pub struct Command {
    /// Its name on the pipe and in TypeScript.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub purpose: &'static str,
    /// Declares its types and names those of its arguments and its answer.
    pub describe: fn(&mut Declarations) -> (String, String),
    /// Carries it out.
    pub run: fn(Arc<App>, Value) -> Running,
}

/// A command under way.
pub type Running = Pin<Box<dyn Future<Output = Result<Value, CommandError>> + Send>>;

/// Carries out the command of that name.
///
/// # Errors
/// What the command says; [`CommandError::Internal`] when there is none of that
/// name or its arguments are of another shape.
pub async fn run(app: Arc<App>, name: &str, arguments: Value) -> Result<Value, CommandError> {
    match TABLE.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(app, arguments).await,
        None => Err(CommandError::Internal { detail: format!("no command {name}") }),
    }
}

fn internal(error: &serde_json::Error) -> CommandError {
    // The text of a parse error can quote what was sent, a password even.
    CommandError::Internal {
        detail: format!("{:?} at column {}", error.classify(), error.column()),
    }
}

macro_rules! table {
    ($(#[doc = $purpose:literal] $name:ident($arguments:ty) -> $answer:ty = $function:path;)*) => {
        /// All commands.
        pub static TABLE: &[Command] = &[$(Command {
            name: stringify!($name),
            purpose: $purpose.trim_ascii(),
            describe: describe::<$arguments, $answer>,
            run: |app, arguments| Box::pin(async move {
                let arguments: $arguments =
                    serde_json::from_value(arguments).map_err(|error| internal(&error))?;
                let answer: $answer = $function(&app, arguments).await?;
                serde_json::to_value(answer).map_err(|error| internal(&error))
            }),
        }),*];
    };
}

table! {
    /// Everything the window shows at first.
    snapshot(()) -> Snapshot = server::snapshot;
    /// Starts the server.
    start_server(()) -> () = server::start;
    /// Stops the server: what runs may end first.
    stop_server(()) -> () = server::stop;
    /// Takes another port, keeps it, and starts the server.
    use_port(PortToUse) -> () = server::use_port;
    /// Puts the address onto the clipboard and remembers that.
    copy_address(AddressToCopy) -> () = server::copy_address;
    /// Puts a text onto the clipboard.
    copy_text(TextToCopy) -> () = server::copy_text;
    /// Forgets how far the last device got.
    reset_ladder(()) -> () = server::reset_ladder;
    /// Answers the question whether the app may quit.
    quit(Quit) -> () = server::quit;

    /// All accounts with their devices.
    users(()) -> Vec<User> = accounts::users;
    /// How much one account holds.
    user_sizes(UserName) -> UserSizes = accounts::sizes;
    /// A password that is easy to read and hard to guess.
    suggest_password(()) -> SuggestedPassword = accounts::suggest_password;
    /// Adds an account, or gives data that was found its account.
    add_user(NewUser) -> () = accounts::add;
    /// Renames an account.
    rename_user(NewName) -> () = accounts::rename;
    /// Changes an account's password.
    set_password(NewPassword) -> () = accounts::set_password;
    /// Lets an account sync, or not.
    switch_user(UserSwitch) -> () = accounts::switch;
    /// Removes an account; its data goes to a dated folder.
    remove_user(UserName) -> RemovedUser = accounts::remove;
    /// Signs one device of an account out, or all.
    sign_out(DeviceToSignOut) -> () = accounts::sign_out;

    /// Syncs that ended, the newest first.
    syncs(SyncsWanted) -> Vec<SyncRow> = activity::syncs;
    /// The end of the log.
    log(LogWanted) -> LogLines = activity::log;
    /// What to send to somebody who helps: no secrets in it.
    support_report(()) -> SupportReport = activity::support_report;

    /// What there is to know about a folder before it is chosen.
    check_folder(FolderToCheck) -> FolderCheck = folders::check;
    /// Takes another storage folder, with or without the present data.
    change_storage(MoveStorage) -> Moved = folders::change_storage;
    /// Shows a folder in the system's file manager.
    open_folder(FolderToOpen) -> () = folders::open;

    /// Keeps the settings, and lets the server follow. `storage` changes through `change_storage`.
    save_settings(Settings) -> () = settings::save;
    /// Chooses the storage folder of the first run and starts the server.
    set_up(FolderToCheck) -> () = settings::set_up;
    /// Ends the first run.
    finish_set_up(()) -> () = settings::finish_set_up;
}
