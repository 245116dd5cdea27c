//! Which names a media file may have.
//!
//! The official server checks the length, the Unicode form and separators. The
//! further rules keep a file inside its folder, and make it writable and found
//! again on every desktop system. Clients leave out files whose names break one
//! of them (seen with 2.1.50 and 26.9.3), so no real upload is refused for it.

use std::path::{Path, PathBuf};

use thiserror::Error;
use unicode_normalization::is_nfc;

use crate::windows_names;

/// Longest name, in bytes of UTF-8: the limit of the usual file systems.
pub const MAX_MEDIA_NAME_BYTES: usize = 255;

/// Why a name cannot be a media file's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MediaNameProblem {
    /// There is nothing in it.
    #[error("the file name is empty")]
    Empty,
    /// More than [`MAX_MEDIA_NAME_BYTES`].
    #[error("the file name is longer than {MAX_MEDIA_NAME_BYTES} bytes")]
    TooLong,
    /// Not Unicode NFC: on some systems it would be found under another
    /// spelling than it was sent with.
    #[error("the file name is not in Unicode NFC")]
    NotNormal,
    /// `.` and `..` are folders.
    #[error("the file name is that of a folder")]
    Folder,
    /// `/`, or `\`, which separates on Windows only but may get there.
    #[error("the file name holds a path separator")]
    Separator,
    /// `:` names a drive (`c:x`) or a hidden stream of another file (`a:b`) on
    /// Windows.
    #[error("the file name holds a colon")]
    Colon,
    /// NUL ends a name in every system's calls; the others cannot be written on
    /// Windows.
    #[error("the file name holds a control character")]
    ControlCharacter,
    /// `<>"|?*`, which Windows refuses.
    #[error("the file name holds a character that Windows does not allow")]
    WindowsCharacter,
    /// `con`, `nul.jpg`, …: on Windows these reach a device, not a file.
    #[error("the file name is that of a device on Windows")]
    WindowsDevice,
    /// A dot or blank at the end, which Windows drops.
    #[error("the file name ends with a dot or a blank")]
    TrailingDotOrBlank,
}

/// Checks the name of an uploaded or deleted file.
///
/// # Errors
/// The first rule that the name breaks.
pub fn check_media_name(name: &str) -> Result<(), MediaNameProblem> {
    if name.is_empty() {
        return Err(MediaNameProblem::Empty);
    }
    if name.len() > MAX_MEDIA_NAME_BYTES {
        return Err(MediaNameProblem::TooLong);
    }
    if matches!(name, "." | "..") {
        return Err(MediaNameProblem::Folder);
    }
    for character in name.chars() {
        match character {
            '/' | '\\' => return Err(MediaNameProblem::Separator),
            ':' => return Err(MediaNameProblem::Colon),
            _ if character.is_control() => return Err(MediaNameProblem::ControlCharacter),
            _ if windows_names::FORBIDDEN_CHARACTERS.contains(&character) => {
                return Err(MediaNameProblem::WindowsCharacter);
            }
            _ => {}
        }
    }
    if windows_names::is_device(name) {
        return Err(MediaNameProblem::WindowsDevice);
    }
    if windows_names::loses_its_end(name) {
        return Err(MediaNameProblem::TrailingDotOrBlank);
    }
    if !is_nfc(name) {
        return Err(MediaNameProblem::NotNormal);
    }
    Ok(())
}

/// Where a file of a stored row lies. Rows may come from another server with
/// laxer rules, so only what is needed to stay inside the folder is asked;
/// `None` when the name would leave it.
pub(super) fn path_in_folder(media_folder: &Path, name: &str) -> Option<PathBuf> {
    let leaves = name.is_empty()
        || matches!(name, "." | "..")
        || name.contains(['/', '\0'])
        || (cfg!(windows) && (name.contains(['\\', ':']) || windows_names::is_device(name)));
    (!leaves).then(|| media_folder.join(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn usual_names_are_accepted() {
        for name in
            ["a.jpg", "_x.js", ".hidden", "日本語 ü.png", " lead.jpg", "a;b&c%20^.jpg", "[x]"]
        {
            assert_eq!(check_media_name(name), Ok(()), "{name}");
        }
        assert_eq!(check_media_name(&"x".repeat(255)), Ok(()));
    }

    #[test]
    fn each_rule_refuses_its_names() {
        use MediaNameProblem::*;
        let long = "ü".repeat(128);
        for (name, problem) in [
            ("", Empty),
            (long.as_str(), TooLong),
            ("e\u{301}.jpg", NotNormal),
            (".", Folder),
            ("..", Folder),
            ("a/b", Separator),
            ("../a", Separator),
            ("a\\b", Separator),
            ("c:x", Colon),
            ("a.jpg:stream", Colon),
            ("a\0b", ControlCharacter),
            ("a\nb", ControlCharacter),
            ("a\u{7f}", ControlCharacter),
            ("a?.jpg", WindowsCharacter),
            ("<a>", WindowsCharacter),
            ("nul", WindowsDevice),
            ("CON.jpg", WindowsDevice),
            ("lpt1.x.y", WindowsDevice),
            ("a.", TrailingDotOrBlank),
            ("a ", TrailingDotOrBlank),
        ] {
            assert_eq!(check_media_name(name), Err(problem), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn accepted_names_are_normal_and_stay_inside_the_folder(name in ".{0,40}") {
            let normal: String = name.nfc().collect();
            prop_assert_eq!(normal.nfc().collect::<String>(), normal.clone());
            if check_media_name(&name).is_ok() {
                prop_assert_eq!(&name, &normal);
                let folder = Path::new("folder");
                let path = path_in_folder(folder, &name).unwrap();
                prop_assert_eq!(path.parent(), Some(folder));
                prop_assert_eq!(path.file_name().and_then(|n| n.to_str()), Some(name.as_str()));
            }
        }

        #[test]
        fn whatever_row_there_is_its_path_stays_inside_the_folder(name in "[./\\\\a:\0]{0,6}") {
            let folder = Path::new("folder");
            if let Some(path) = path_in_folder(folder, &name) {
                prop_assert_eq!(path.parent(), Some(folder));
            }
        }
    }
}
