//! Which names an account may have.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::windows_names;

/// Longest account name, in bytes of UTF-8. A folder name has 255; the rest is
/// for the date behind the name of a removed account.
pub const MAX_ACCOUNT_NAME_BYTES: usize = 200;

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
    check_safe_name(name)?;
    if let Some(character) = name.chars().find(|c| windows_names::FORBIDDEN_CHARACTERS.contains(c))
    {
        return Err(AccountNameProblem::WindowsCharacter { character });
    }
    if windows_names::is_device(name) {
        return Err(AccountNameProblem::WindowsDevice);
    }
    if windows_names::loses_its_end(name) {
        return Err(AccountNameProblem::TrailingDotOrBlank);
    }
    Ok(())
}

/// The part of the rules that keeps a folder inside the storage folder and
/// apart from the server's own files, whatever the system.
pub(super) fn check_safe_name(name: &str) -> Result<(), AccountNameProblem> {
    if name.trim().is_empty() {
        return Err(AccountNameProblem::Empty);
    }
    if name.len() > MAX_ACCOUNT_NAME_BYTES {
        return Err(AccountNameProblem::TooLong { max_bytes: MAX_ACCOUNT_NAME_BYTES });
    }
    if matches!(name, "." | "..") {
        return Err(AccountNameProblem::TrailingDotOrBlank);
    }
    for character in name.chars() {
        match character {
            '/' | '\\' => return Err(AccountNameProblem::Separator),
            ':' => return Err(AccountNameProblem::Colon),
            _ if character.is_control() || is_hidden_control(character) => {
                return Err(AccountNameProblem::ControlCharacter);
            }
            _ => {}
        }
    }
    if is_reserved(name) {
        return Err(AccountNameProblem::ReservedByServer);
    }
    Ok(())
}

/// What two names have in common that differ by case or Unicode form only:
/// accounts are unique by this key.
///
/// Upper case first, so that letters with several lower-case forms meet (`ß`
/// and `SS`, the two forms of sigma).
#[must_use]
pub fn name_key(name: &str) -> String {
    let decomposed: String = name.nfd().collect();
    decomposed.to_uppercase().to_lowercase().nfc().collect()
}

/// The form in which names are stored: Unicode NFC.
#[must_use]
pub fn normal_name(name: &str) -> String {
    name.nfc().collect()
}

/// Line and paragraph separators, the byte order mark, and the marks that turn
/// the direction of what follows. The joiners that some scripts need are fine.
fn is_hidden_control(character: char) -> bool {
    matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_reserved(name: &str) -> bool {
    let key = name_key(name);
    key.starts_with("server.") || matches!(key.as_str(), ".removed" | ".incoming")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_people_type_are_accepted() {
        for name in [
            "ann",
            "Ann Lee",
            "日本語",
            "Jürgen",
            "o'neil",
            "a@b.example",
            "می‌خواهم",
            "👩‍🚀",
            "server",
        ] {
            assert_eq!(check_account_name(name), Ok(()), "{name}");
        }
        assert_eq!(check_account_name(&"x".repeat(200)), Ok(()));
    }

    #[test]
    fn each_rule_refuses_its_names() {
        use AccountNameProblem::*;
        let long = "x".repeat(201);
        for (name, problem) in [
            ("", Empty),
            ("  ", Empty),
            (long.as_str(), TooLong { max_bytes: 200 }),
            ("a/b", Separator),
            ("..\\a", Separator),
            ("/etc", Separator),
            ("a:b", Colon),
            ("a\0b", ControlCharacter),
            ("a\nb", ControlCharacter),
            ("a\u{202e}b", ControlCharacter),
            ("what?", WindowsCharacter { character: '?' }),
            ("con", WindowsDevice),
            ("Nul.x", WindowsDevice),
            (".", TrailingDotOrBlank),
            ("..", TrailingDotOrBlank),
            ("ann.", TrailingDotOrBlank),
            ("ann ", TrailingDotOrBlank),
            ("server.db", ReservedByServer),
            ("Server.Anything", ReservedByServer),
            (".removed", ReservedByServer),
            (".INCOMING", ReservedByServer),
        ] {
            assert_eq!(check_account_name(name), Err(problem), "{name:?}");
        }
    }

    #[test]
    fn names_that_differ_by_case_or_form_share_a_key() {
        for (a, b) in
            [("Ann", "aNN"), ("Jürgen", "JU\u{308}RGEN"), ("Straße", "STRASSE"), ("ΑΣ", "ας")]
        {
            assert_eq!(name_key(a), name_key(b), "{a} {b}");
        }
        assert_ne!(name_key("ann"), name_key("anne"));
    }

    proptest! {
        #[test]
        fn accepted_names_stay_inside_the_storage_folder(name in "\\PC{0,20}|[./\\\\:a]{0,6}") {
            if check_safe_name(&name).is_ok() {
                let base = Path::new("base");
                let path = base.join(&name);
                prop_assert_eq!(path.parent(), Some(base));
                prop_assert_eq!(path.file_name().and_then(|n| n.to_str()), Some(name.as_str()));
            }
        }

        #[test]
        fn normal_form_and_key_are_stable(name in "\\PC{0,20}") {
            let normal = normal_name(&name);
            prop_assert_eq!(normal_name(&normal), normal.clone());
            prop_assert_eq!(name_key(&normal), name_key(&name));
            prop_assert_eq!(name_key(&name.to_uppercase()), name_key(&name));
        }
    }
}
