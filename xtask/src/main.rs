//! Tasks of this repository. `cargo xtask help` lists them.

mod bench;
mod check;
mod clients;
mod demo;
mod matrix;
mod steps;
mod suites;
mod system;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::Steps;

const HELP: &str = "\
Tasks of this repository. They need nothing but cargo; what else they need they
install, and say so before they do.

  cargo xtask run               build the server and start it with a demonstration account
  cargo xtask check             format, lints and documentation; good before each commit
  cargo xtask test              everything: check, all tests, and real Anki clients
  cargo xtask clients [FILTER]  the tests with real Anki clients alone, or some of them
  cargo xtask bench [PART …]    time and memory beside the official server: all of it, which
                                takes half an hour and writes docs/benchmarks.md, or some
                                parts; with --quick to see that it works
  cargo xtask help              this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<ExitCode> {
    match arguments {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        ["run"] => demo::run(),
        ["check"] => {
            let mut steps = Steps::new();
            check::run(&mut steps)?;
            Ok(steps.finish())
        }
        ["test"] => {
            let mut steps = Steps::new();
            // First, so that nothing is missing after half an hour.
            let python = system::provide(&mut steps)?;
            check::run(&mut steps)?;
            suites::run(&mut steps)?;
            clients::run(&mut steps, &python, None)?;
            Ok(steps.finish())
        }
        ["clients"] | ["clients", _] => {
            let mut steps = Steps::new();
            let python = system::provide(&mut steps)?;
            clients::run(&mut steps, &python, arguments.get(1).copied())?;
            Ok(steps.finish())
        }
        ["bench", chosen @ ..] => {
            let mut steps = Steps::new();
            let python = system::provide(&mut steps)?;
            bench::run(&mut steps, &python, chosen)
        }
        other => bail!("There is no task `{}`.\n\n{HELP}", other.join(" ")),
    }
}
