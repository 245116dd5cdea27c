//! Which names an account may have.

use thiserror::Error;

/// Why a name cannot be an account's. The name is also that of a folder, which
/// has to work on every system, so that a storage folder can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccountNameProblem {
    /// Nothing but blanks, or nothing at all.
    #[error("the name is empty")]
    Empty,
    /// More bytes in UTF-8 than a folder name has room for.
    #[error("the name is longer than {max_bytes} bytes")]
    TooLong {
        /// The limit, in bytes of UTF-8.
        max_bytes: usize,
    },
    /// `/` or `\`.
    #[error("the name holds a path separator")]
    Separator,
    /// `:`, which ends the name in `SYNC_USERn` and names a drive on Windows.
    #[error("the name holds a colon")]
    Colon,
    /// `<>"|?*`, which Windows allows in no file name.
    #[error("the name holds {character}, which Windows does not allow")]
    WindowsCharacter {
        /// The first such character.
        character: char,
    },
    /// A control character, a line separator or one that turns the direction
    /// of writing: none of them can be seen or typed.
    #[error("the name holds an invisible control character")]
    ControlCharacter,
    /// `con`, `nul.txt`, …: devices on Windows.
    #[error("the name is that of a device on Windows")]
    WindowsDevice,
    /// A dot or blank at the end, which Windows drops; also `.` and `..`.
    #[error("the name ends with a dot or a blank")]
    TrailingDotOrBlank,
    /// A name of the server's own files: `server.…`, `.removed`, `.incoming`.
    #[error("the name is one of the server's own files")]
    ReservedByServer,
}

/// Checks a name for a new account, or for one to be renamed to.
///
/// # Errors
/// The first rule that the name breaks.
pub fn check_account_name(name: &str) -> Result<(), AccountNameProblem> {
    unimplemented!()
}

/// What two names have in common that differ by case or Unicode form only:
/// accounts are unique by this key.
#[must_use]
pub fn name_key(name: &str) -> String {
    unimplemented!()
}

/// The form in which names are stored: Unicode NFC.
#[must_use]
pub fn normal_name(name: &str) -> String {
    unimplemented!()
}
