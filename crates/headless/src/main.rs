//! `anki-sync-server`: the sync server without a window.
//!
//! Takes the environment variables and the storage folder of the official
//! server unchanged.

mod arguments;
mod check;
mod error;
mod healthcheck;
mod logging;
mod output;
mod password_input;
mod serve;
mod settings;
mod tables;
mod user;

use std::process::ExitCode;

use clap::CommandFactory;
use tracing::debug;

use arguments::{Arguments, Command};
use error::Error;

fn main() -> ExitCode {
    let arguments = Arguments::read();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            debug!(cause = ?error, "the command failed");
            output::complain(&error.sentence());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Error> {
    let Arguments { base, serve, command } = arguments;
    let command = command.unwrap_or(Command::Serve(serve));
    if !matches!(command, Command::Serve(_)) {
        logging::start_for_command();
    }
    match command {
        Command::Serve(serve) => serve::run(base, serve),
        Command::User { command } => user::run(base, command),
        Command::Check { account, json } => check::run(base, account, json),
        Command::HashPassword(source) => {
            let hash = password_input::read_new(&source)?;
            output::print(&format!("{}\n", hash.expose()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Healthcheck(target) => healthcheck::run(&target),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "anki-sync-server",
                &mut script,
            );
            output::print(&String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
    }
}
