//! `BASE/server.control`: where the running server listens for commands.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::ServerError;

const CONTROL_FILE: &str = "server.control";

/// Bytes of randomness in a token.
const TOKEN_BYTES: usize = 32;

/// What proves that a command comes from somebody who may read the file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Token(String);

impl Token {
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex::encode(bytes)))
    }

    /// Compares in a time that tells nothing about where they differ.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// The file's content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ControlFile {
    pub(super) port: u16,
    pub(super) token: Token,
}

impl ControlFile {
    /// Reads the file; `None` when there is none or it cannot be understood,
    /// which both mean that nobody can be reached through it.
    pub(super) fn read(base: &Path) -> Option<Self> {
        let text = std::fs::read(path_in(base)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes the file, readable by this user only from its first byte on.
    pub(super) fn write(&self, base: &Path) -> Result<(), ServerError> {
        let path = path_in(base);
        let new = path.with_extension("control.new");
        let written = || -> std::io::Result<()> {
            match std::fs::remove_file(&new) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&new)?;
            file.write_all(&serde_json::to_vec(self)?)?;
            std::fs::rename(&new, &path)
        };
        written().map_err(ServerError::io(&path))
    }

    /// Removes the file. It does no harm where it stays, so a failure does not
    /// count.
    pub(super) fn remove(base: &Path) {
        let _ = std::fs::remove_file(path_in(base));
    }
}

fn path_in(base: &Path) -> PathBuf {
    base.join(CONTROL_FILE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    #[cfg(unix)]
    fn the_file_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let file = ControlFile { port: 1, token: Token::random().unwrap() };
        file.write(base.path()).unwrap();
        let mode = std::fs::metadata(path_in(base.path())).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_file_is_replaced_as_a_whole() {
        let base = tempfile::tempdir().unwrap();
        for port in [1, 2] {
            ControlFile { port, token: Token::random().unwrap() }.write(base.path()).unwrap();
            assert_eq!(ControlFile::read(base.path()).unwrap().port, port);
        }
        ControlFile::remove(base.path());
        assert!(ControlFile::read(base.path()).is_none());
    }

    #[test]
    fn tokens_are_long_differ_and_do_not_show() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.0.len(), 64);
        assert!(one.is(&one.clone()));
        assert!(!one.is(&other));
        assert_eq!(format!("{one:?}"), "Token([redacted])");
    }
}
