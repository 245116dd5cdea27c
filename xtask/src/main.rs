//! `cargo xtask …`: the tasks of this repository.

mod anki_clients;
mod check;
mod matrix;
mod prerequisites;
mod run;
mod step;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
Tasks of this repository:

  cargo xtask run     Build the server and start it with a demonstration account
  cargo xtask test    Run all tests, with real Anki clients; what CI runs
  cargo xtask check   Run the fast part: format, lints, documentation
  cargo xtask help    Show this text

`run` and `test` install what is missing, and say what before they do it.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run"] => run::run(),
        ["test"] => test::test(),
        ["check"] => check::check(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("There is no task `{}`.\n\n{HELP}", arguments.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\n{message}");
            ExitCode::FAILURE
        }
    }
}
