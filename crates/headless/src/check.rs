//! `check`: what is wrong with the files of accounts, in words.

use std::path::PathBuf;
use std::process::ExitCode;

use sync_server::control::{CheckedAccount, ControlAnswer, ControlRequest};

use crate::error::Error;
use crate::{output, settings, user};

/// Checks one account or all; exit code 1 when something is wrong.
pub fn run(base: Option<PathBuf>, account: Option<String>, json: bool) -> Result<ExitCode, Error> {
    let base = settings::storage_folder(base)?;
    let ControlAnswer::Checked { accounts } =
        user::ask(&base, ControlRequest::Check { name: account })?
    else {
        return Err(Error::UnexpectedAnswer);
    };
    if json {
        output::print_json(&accounts);
    } else {
        output::print(&report(&accounts));
    }
    let is_sound = accounts.iter().all(|account| account.problems.is_empty());
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(accounts: &[CheckedAccount]) -> String {
    if accounts.is_empty() {
        return "There is no account to check.\n".to_owned();
    }
    let mut text = String::new();
    for account in accounts {
        match (account.has_data, account.problems.as_slice()) {
            (false, []) => text.push_str(&format!("{}: has not synced yet\n", account.name)),
            (true, []) => text.push_str(&format!("{}: all is well\n", account.name)),
            (_, problems) => {
                for problem in problems {
                    text.push_str(&format!("{}: {problem}\n", account.name));
                }
            }
        }
    }
    text
}
