//! What can go wrong below the server, as the cases that callers treat
//! differently.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::accounts::AccountNameProblem;

/// An operation on the stored data failed. Whatever it had begun is undone, unless the
/// operation says otherwise.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another program holds the file.
    #[error("{path} is in use by another program")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("cannot access {path}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed in a way that is neither [`StoreError::Busy`] nor
    /// [`StoreError::Corrupt`].
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is not a usable collection, for the reason in words.
    #[error("not a usable collection: {reason}")]
    Corrupt {
        /// What is wrong, for the log.
        reason: String,
    },
    /// The collection's schema is older or newer than this program can open.
    #[error("collections of schema {version} cannot be opened")]
    UnsupportedSchema {
        /// The version that the file states.
        version: i64,
    },
    /// A notetype was received with another number of fields or templates than
    /// the stored one; that needs a full sync.
    #[error("notetype {id} has another number of fields or templates")]
    NotetypeShape {
        /// The notetype.
        id: i64,
    },
    /// A notetype was received with two fields, or two templates, whose names
    /// differ in case at most.
    #[error("notetype {notetype} has a name twice")]
    DuplicateName {
        /// The notetype.
        notetype: i64,
    },
    /// A note refers to a notetype that the collection does not have.
    #[error("note {note} refers to the unknown notetype {notetype}")]
    UnknownNotetype {
        /// The note.
        note: i64,
        /// The notetype it names.
        notetype: i64,
    },
    /// A note's number of fields is not that of its notetype.
    #[error("note {note} has {fields} fields instead of {expected}")]
    FieldCount {
        /// The note.
        note: i64,
        /// How many fields it has.
        fields: usize,
        /// How many its notetype has.
        expected: usize,
    },
    /// An object with id 0 was received.
    #[error("a {object} with id 0 was received")]
    ZeroId {
        /// `deck`, `notetype` or `deck config`.
        object: &'static str,
    },
    /// A name was received that is longer than anybody's.
    #[error("a {object} was received whose name has {bytes} bytes")]
    NameTooLong {
        /// `deck`, `notetype` or `tag`.
        object: &'static str,
        /// The length of its name.
        bytes: usize,
    },
    /// A stored row holds something that cannot be understood.
    #[error("table {table} holds an unreadable row {row}")]
    UnreadableRow {
        /// The table.
        table: &'static str,
        /// The row's id or key.
        row: String,
    },
    /// An uploaded media archive breaks the rules; nothing was changed.
    #[error("the media archive is refused: {reason}")]
    MediaArchive {
        /// Which rule, for the log.
        reason: String,
    },
    /// A media file was asked for that the server does not have.
    #[error("the media file is missing")]
    MediaMissing {
        /// Its name.
        file_name: String,
    },
    /// The file was written by a newer program, whose layout is not known here.
    #[error("{path} has the layout {version}, which is newer than this program")]
    NewerLayout {
        /// The file.
        path: PathBuf,
        /// The version that the file states.
        version: i64,
    },
    /// No account goes by that name or id.
    #[error("there is no such account")]
    UnknownAccount,
    /// An account of that name, or of one that differs by case only, exists.
    #[error("the account name {name} is taken")]
    AccountNameTaken {
        /// The name that was asked for.
        name: String,
    },
    /// A name that an account cannot have.
    #[error("the account name is refused")]
    AccountName(#[source] AccountNameProblem),
    /// A folder stands where an account's folder should go.
    #[error("{path} exists already")]
    FolderExists {
        /// The folder.
        path: PathBuf,
    },
}

impl StoreError {
    /// Whether the reason lies in the surroundings (a full disk, a locked or
    /// missing file, no memory) rather than in the data: then trying again
    /// later may help, and the client is not to blame.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        use rusqlite::ErrorCode;
        match self {
            Self::Busy { .. } | Self::Io { .. } => true,
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::CannotOpen
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::DiskFull
                        | ErrorCode::FileLockingProtocolFailed
                        | ErrorCode::OutOfMemory
                        | ErrorCode::PermissionDenied
                        | ErrorCode::ReadOnly
                        | ErrorCode::SystemIoFailure
                )
            ),
            _ => false,
        }
    }

    /// Whether an operation on a file of the server's own failed for a reason that no
    /// client can have: one of [`Self::is_environment`], or the file is damaged, which is
    /// also what SQLite makes of a disk that cannot be read.
    #[must_use]
    pub fn is_server_fault(&self) -> bool {
        use rusqlite::ErrorCode;
        let Self::Sqlite(error) = self else { return self.is_environment() };
        self.is_environment()
            || matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::DatabaseCorrupt
                        | ErrorCode::NotADatabase
                        | ErrorCode::OperationInterrupted
                        | ErrorCode::InternalMalfunction
                )
            )
    }

    /// For `map_err` on file operations: keeps the path with the reason.
    pub fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { path: path.as_ref().to_owned(), source }
    }

    /// For `map_err` on SQLite calls where a lock conflict should name its file.
    pub fn sqlite(path: impl AsRef<Path>) -> impl FnOnce(rusqlite::Error) -> Self {
        move |error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::Busy { path: path.as_ref().to_owned() }
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// An error with its causes, in one phrase.
#[must_use]
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
