//! Password hashes: made with Argon2id, verified as Argon2 or PBKDF2.
//!
//! A hash is a PHC string (`$argon2id$v=19$…`), which names its own function
//! and cost. `$pbkdf2-sha256$…` is what the official server takes with
//! `PASSWORDS_HASHED`.

use std::str::FromStr;
use std::sync::Arc;

use argon2::{Argon2, Block};
use password_hash::PasswordVerifier;
use password_hash::phc::{Ident, Output, ParamsString, PasswordHash as Phc, Salt};
use pbkdf2::Pbkdf2;
use serde::{Deserialize, Serialize};
use sync_protocol::Password;
use thiserror::Error;
use tokio::sync::Semaphore;

use super::blocking::run_blocking;

/// Argon2id needs 19 MiB a run; one at a time bounds both memory and the cores
/// that a flood of logins can occupy. There are still dozens a second.
const CONCURRENT_HASHES: usize = 1;

/// Room that is asked for, in blocks of 1 KiB. The system's allocator gives
/// pieces of more than 32 MiB back at once when they are freed, and keeps
/// smaller ones for the thread. What is not written to costs nothing.
const ROOM_BLOCKS: usize = 33 * 1024;

/// The hash of a password nobody knows, with the default cost. An unknown name
/// is verified against it when there is no account to take a hash from.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$MhtKGZQkPHpCyf1GPmXXsw$Ur1qG0Hu1/GHxvvQqVuuXj0n8/Waylc6V1neuQlLZBo";

/// The text is no password hash that this program can verify.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "the text is not a usable password hash: it must start with $argon2id$ or $pbkdf2-sha256$ \
     and have a salt and a hash"
)]
pub struct UnusablePasswordHash;

/// A password cannot be hashed.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// An empty password would let anybody in.
    #[error("a password cannot be empty")]
    Empty,
    /// No memory or no randomness.
    #[error("the password could not be hashed")]
    Failed(#[source] password_hash::Error),
}

/// A password hash as a PHC string that is known to be verifiable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Hashes a password with Argon2id and a random salt. Takes tens of
    /// milliseconds and 19 MiB: blocking work.
    ///
    /// # Errors
    /// [`PasswordError::Empty`], or [`PasswordError::Failed`] when memory or
    /// randomness cannot be had.
    pub fn of(password: &Password) -> Result<Self, PasswordError> {
        if password.is_empty() {
            return Err(PasswordError::Empty);
        }
        let argon2 = Argon2::default();
        let salt = Salt::generate();
        let hash = argon2_hash(&argon2, password, &salt).map_err(PasswordError::Failed)?;
        let params = ParamsString::try_from(argon2.params()).map_err(PasswordError::Failed)?;
        let phc = Phc {
            algorithm: argon2::Algorithm::default().ident(),
            version: Some(argon2::Version::default().into()),
            params,
            salt: Some(salt),
            hash: Some(hash),
        };
        Ok(Self(phc.to_string()))
    }

    /// The PHC string, for storing. Never log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of `password`. Takes as long as the hash says
    /// it must: blocking work.
    #[must_use]
    pub fn matches(&self, password: &Password) -> bool {
        let Ok(phc) = Phc::new(&self.0) else { return false };
        match family(&phc.algorithm) {
            Some(Family::Argon2) => argon2_matches(password, &phc).unwrap_or(false),
            Some(Family::Pbkdf2) => {
                Pbkdf2::default().verify_password(password.expose().as_bytes(), &phc).is_ok()
            }
            None => false,
        }
    }

    /// The hash that an unknown name is verified against when there is no
    /// account to borrow one from.
    #[must_use]
    pub(crate) fn decoy() -> Self {
        Self(DECOY.to_owned())
    }
}

impl FromStr for PasswordHash {
    type Err = UnusablePasswordHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let phc = Phc::new(text).map_err(|_| UnusablePasswordHash)?;
        let parameters_fit = match family(&phc.algorithm).ok_or(UnusablePasswordHash)? {
            Family::Argon2 => argon2::Params::try_from(&phc).is_ok(),
            Family::Pbkdf2 => pbkdf2::Params::try_from(&phc).is_ok(),
        };
        if !parameters_fit || phc.salt.is_none() || phc.hash.is_none() {
            return Err(UnusablePasswordHash);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PasswordHash {
    type Error = UnusablePasswordHash;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PasswordHash> for String {
    fn from(hash: PasswordHash) -> Self {
        hash.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

/// The hash with the function and cost that `argon2` is set to.
fn argon2_hash(
    argon2: &Argon2<'_>,
    password: &Password,
    salt: &Salt,
) -> Result<Output, password_hash::Error> {
    let params = argon2.params();
    let mut blocks = Vec::new();
    blocks
        .try_reserve_exact(params.block_count().max(ROOM_BLOCKS))
        .map_err(|_| password_hash::Error::OutOfMemory)?;
    blocks.resize(params.block_count(), Block::new());
    let length = params.output_len().unwrap_or(argon2::Params::DEFAULT_OUTPUT_LEN);
    let mut hash = [0; Output::MAX_LENGTH];
    let hash = hash.get_mut(..length).ok_or(password_hash::Error::OutputSize)?;
    let password = password.expose().as_bytes();
    argon2.hash_password_into_with_memory(password, salt, hash, &mut blocks)?;
    Ok(Output::new(hash)?)
}

/// Whether this is the hash of `password`. Compares in constant time.
fn argon2_matches(password: &Password, phc: &Phc) -> Result<bool, password_hash::Error> {
    let (Some(salt), Some(expected)) = (&phc.salt, &phc.hash) else { return Ok(false) };
    let algorithm = argon2::Algorithm::try_from(phc.algorithm.as_str())?;
    let version = phc.version.map(argon2::Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, argon2::Params::try_from(phc)?);
    Ok(argon2_hash(&argon2, password, salt)? == *expected)
}

enum Family {
    Argon2,
    Pbkdf2,
}

fn family(algorithm: &Ident) -> Option<Family> {
    match algorithm.as_str() {
        "argon2id" | "argon2i" | "argon2d" => Some(Family::Argon2),
        "pbkdf2-sha256" | "pbkdf2-sha512" => Some(Family::Pbkdf2),
        _ => None,
    }
}

/// Runs the hashing of all logins off the async threads, a few at a time.
#[derive(Debug, Clone)]
pub(crate) struct PasswordHashing {
    permits: Arc<Semaphore>,
}

impl PasswordHashing {
    pub(crate) fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(CONCURRENT_HASHES)) }
    }

    /// Runs `work` on a blocking thread as soon as one of the places is free.
    /// Once begun it runs to its end, even if the caller goes away, and keeps
    /// its place until then.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        run_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
    }

    pub(crate) async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordError> {
        let password = password.clone();
        self.run(move || PasswordHash::of(&password)).await
    }

    pub(crate) async fn verify(&self, hash: PasswordHash, password: &Password) -> bool {
        let password = password.clone();
        self.run(move || hash.matches(&password)).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// "hello" as the official server's documentation tells to make it.
    const PBKDF2_HELLO: &str = "$pbkdf2-sha256$i=1000,l=32$c29tZXNhbHRzb21lc2FsdA$l7WRHqyp1Yrx8b/Ak81sGCEvruwRbh6cQdRRcz97LMw";

    #[test]
    fn a_hash_matches_its_password_only() {
        let hash = PasswordHash::of(&Password::new("pässword")).unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hash.matches(&Password::new("pässword")));
        assert!(!hash.matches(&Password::new("password")));
        assert!(!hash.matches(&Password::new("")));
    }

    #[test]
    fn the_same_password_hashes_differently_each_time() {
        let password = Password::new("x");
        assert_ne!(PasswordHash::of(&password).unwrap(), PasswordHash::of(&password).unwrap());
    }

    #[test]
    fn an_empty_password_is_refused() {
        assert!(matches!(PasswordHash::of(&Password::new("")), Err(PasswordError::Empty)));
    }

    #[test]
    fn the_official_servers_pbkdf2_hashes_verify() {
        let hash: PasswordHash = PBKDF2_HELLO.parse().unwrap();
        assert!(hash.matches(&Password::new("hello")));
        assert!(!hash.matches(&Password::new("hello ")));
    }

    #[test]
    fn texts_that_cannot_be_verified_are_refused() {
        for text in [
            "",
            "password",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$MhtKGZQkPHpCyf1GPmXXsw",
            "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
            "$pbkdf2-sha256$i=1,l=32$c29tZXNhbHRzb21lc2FsdA$l7WRHqyp1Yrx8b/Ak81sGCEvruwRbh6cQdRRcz97LMw",
        ] {
            assert_eq!(text.parse::<PasswordHash>(), Err(UnusablePasswordHash), "{text}");
        }
    }

    #[test]
    fn the_decoy_costs_as_much_as_a_new_hash() {
        let decoy: PasswordHash = DECOY.parse().unwrap();
        let fresh = PasswordHash::of(&Password::new("x")).unwrap();
        let cost = |hash: &PasswordHash| hash.expose().split('$').nth(3).map(str::to_owned);
        assert_eq!(cost(&decoy), cost(&fresh));
        assert!(!decoy.matches(&Password::new("")));
    }

    #[test]
    fn a_hash_is_not_shown_in_debug_output() {
        let hash = PasswordHash::of(&Password::new("x")).unwrap();
        assert_eq!(format!("{hash:?}"), "PasswordHash([redacted])");
    }
}
