//! Accounts from environment variables, as the official server has them.
//!
//! `SYNC_USER1=name:password`, `SYNC_USER2=…` up to the first gap; split at the
//! first colon, so that a password may contain colons. With `PASSWORDS_HASHED`
//! set to anything, the second part is a PHC string.

use std::ffi::OsString;

use sha1::{Digest, Sha1};
use sync_protocol::{HostKey, Password};
use sync_store::accounts::{AccountNameProblem, check_account_name, name_key, normal_name};
use thiserror::Error;

use super::password::PasswordHash;

/// A variable that names an account cannot be used. No text of these holds a
/// password, because they end up in logs.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EnvironmentError {
    /// The variable is not Unicode text.
    #[error("{variable} is not Unicode text")]
    NotText {
        /// The variable.
        variable: String,
    },
    /// There is no colon in it.
    #[error("{variable} must have the form name:password")]
    NoColon {
        /// The variable.
        variable: String,
    },
    /// Nothing follows the colon.
    #[error("{variable} has no password after the colon")]
    EmptyPassword {
        /// The variable.
        variable: String,
    },
    /// `PASSWORDS_HASHED` is set, and no hash follows the colon.
    #[error(
        "PASSWORDS_HASHED is set, but {variable} has no password hash after the colon; make one \
         with `anki-sync-server hash-password`"
    )]
    NotAHash {
        /// The variable.
        variable: String,
    },
    /// The name cannot be an account's.
    #[error("{variable} names an account that cannot be: {problem}")]
    Name {
        /// The variable.
        variable: String,
        /// The rule it breaks.
        problem: AccountNameProblem,
    },
    /// Two variables name the same account.
    #[error("{variable} names the same account as {earlier}: {name}")]
    Repeated {
        /// The later variable.
        variable: String,
        /// The earlier one.
        earlier: String,
        /// The account's name.
        name: String,
    },
}

/// The secret half of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EnvironmentPassword {
    Plain(Password),
    Hashed(PasswordHash),
}

/// An account that an environment variable names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentAccount {
    pub(crate) name: String,
    pub(crate) password: EnvironmentPassword,
    /// The key that the official server gives every device of this account.
    pub(crate) official_key: HostKey,
    variable: String,
}

impl EnvironmentAccount {
    /// Reads the value of one variable; `hashed` is whether `PASSWORDS_HASHED`
    /// is set.
    ///
    /// # Errors
    /// What is wrong with the value, without showing it.
    pub fn parse(variable: &str, value: &str, hashed: bool) -> Result<Self, EnvironmentError> {
        let variable = variable.to_owned();
        let Some((name, secret)) = value.split_once(':') else {
            return Err(EnvironmentError::NoColon { variable });
        };
        if let Err(problem) = check_account_name(name)
            && !(cfg!(not(windows)) && is_windows_rule(problem))
        {
            return Err(EnvironmentError::Name { variable, problem });
        }
        if secret.is_empty() {
            return Err(EnvironmentError::EmptyPassword { variable });
        }
        let password = if hashed {
            match secret.parse() {
                Ok(hash) => EnvironmentPassword::Hashed(hash),
                Err(_) => return Err(EnvironmentError::NotAHash { variable }),
            }
        } else {
            EnvironmentPassword::Plain(Password::new(secret))
        };
        let official_key = HostKey::new(hex::encode(Sha1::digest(value.as_bytes())));
        Ok(Self { name: normal_name(name), password, official_key, variable })
    }

    /// The account's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variable that names it.
    #[must_use]
    pub fn variable(&self) -> &str {
        &self.variable
    }
}

/// Rules that only matter once the folder moves to Windows. The official server
/// has served such names elsewhere, so they must go on working.
fn is_windows_rule(problem: AccountNameProblem) -> bool {
    match problem {
        AccountNameProblem::WindowsCharacter { .. }
        | AccountNameProblem::WindowsDevice
        | AccountNameProblem::TrailingDotOrBlank => true,
        AccountNameProblem::Empty
        | AccountNameProblem::TooLong { .. }
        | AccountNameProblem::Separator
        | AccountNameProblem::Colon
        | AccountNameProblem::ControlCharacter
        | AccountNameProblem::ReservedByServer => false,
    }
}

/// Reads `SYNC_USER1`, `SYNC_USER2`, … and `PASSWORDS_HASHED` through `read`,
/// which gives a variable's value.
///
/// # Errors
/// The first variable that cannot be used.
pub fn environment_accounts(
    read: impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<EnvironmentAccount>, EnvironmentError> {
    let hashed = read("PASSWORDS_HASHED").is_some();
    let mut accounts: Vec<EnvironmentAccount> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for number in 1_u32.. {
        let variable = format!("SYNC_USER{number}");
        let Some(value) = read(&variable) else { break };
        let Ok(value) = value.into_string() else {
            return Err(EnvironmentError::NotText { variable });
        };
        let account = EnvironmentAccount::parse(&variable, &value, hashed)?;
        if let Some(earlier) = known.insert(name_key(&account.name), variable.clone()) {
            return Err(EnvironmentError::Repeated { variable, earlier, name: account.name });
        }
        accounts.push(account);
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Vec<EnvironmentAccount>, EnvironmentError> {
        environment_accounts(|wanted| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn accounts_are_counted_up_to_the_first_gap() {
        let accounts =
            read(&[("SYNC_USER1", "anna:a"), ("SYNC_USER2", "bert:b"), ("SYNC_USER4", "dora:d")])
                .unwrap();
        let names: Vec<&str> = accounts.iter().map(EnvironmentAccount::name).collect();
        assert_eq!(names, ["anna", "bert"]);
    }

    #[test]
    fn a_password_may_contain_colons() {
        let accounts = read(&[("SYNC_USER1", "anna:a:b:c")]).unwrap();
        assert_eq!(accounts[0].name(), "anna");
        assert_eq!(accounts[0].password, EnvironmentPassword::Plain(Password::new("a:b:c")));
    }

    #[test]
    fn the_official_key_is_the_sha_1_of_the_value_as_written() {
        let accounts = read(&[("SYNC_USER1", "user:pass")]).unwrap();
        assert_eq!(accounts[0].official_key.expose(), "b2619aa1529dfdc4248e6edbf3c1b2a2b014cf6d");
    }

    #[test]
    fn with_passwords_hashed_the_value_holds_a_hash() {
        let hash = PasswordHash::of(&Password::new("x")).unwrap();
        let value = format!("anna:{}", hash.expose());
        let accounts = read(&[("PASSWORDS_HASHED", ""), ("SYNC_USER1", &value)]).unwrap();
        assert_eq!(accounts[0].password, EnvironmentPassword::Hashed(hash));
        assert_eq!(
            read(&[("PASSWORDS_HASHED", "1"), ("SYNC_USER1", "anna:plain")]),
            Err(EnvironmentError::NotAHash { variable: "SYNC_USER1".to_owned() })
        );
    }

    #[test]
    fn unusable_values_are_refused_by_the_variables_name() {
        let variable = || "SYNC_USER1".to_owned();
        assert_eq!(
            read(&[("SYNC_USER1", "anna")]),
            Err(EnvironmentError::NoColon { variable: variable() })
        );
        assert_eq!(
            read(&[("SYNC_USER1", "anna:")]),
            Err(EnvironmentError::EmptyPassword { variable: variable() })
        );
        assert!(matches!(
            read(&[("SYNC_USER1", "../anna:secret")]),
            Err(EnvironmentError::Name { .. })
        ));
    }

    #[test]
    fn two_variables_cannot_name_the_same_account() {
        let error = read(&[("SYNC_USER1", "Anna:a"), ("SYNC_USER2", "anna:b")]).unwrap_err();
        assert_eq!(error.to_string(), "SYNC_USER2 names the same account as SYNC_USER1: anna");
    }

    #[test]
    fn no_password_is_shown_in_debug_output() {
        let accounts = read(&[("SYNC_USER1", "anna:very-secret")]).unwrap();
        assert!(!format!("{accounts:?}").contains("very-secret"));
    }
}
