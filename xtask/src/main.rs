//! Tasks of this repository. `cargo xtask help` lists them.

mod app;
mod bench;
mod bindings;
mod check;
mod clients;
mod evidence;
mod icons;
mod kill;
mod matrix;
mod node;
mod package;
mod package_test;
mod python;
mod serve;
mod steps;
mod suites;
mod system;
mod ui;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::Steps;
use crate::system::Need;

const HELP: &str = "\
Tasks of this repository. They need nothing but cargo; what else they need they
install, and say so before they do.

  cargo xtask run               build the app and open it
  cargo xtask serve             build the server without a window and start it with a
                                demonstration account
  cargo xtask check             format, lints, types and documentation; good before each commit
  cargo xtask test              everything: check, all tests, the app, and real Anki clients
  cargo xtask app [FILTER]      the tests of the app from end to end alone, or some of them
  cargo xtask clients [FILTER]  the tests with real Anki clients alone, or some of them
  cargo xtask kill [N] [SEED]   end the server N times for each of two pairs of real Anki clients
  cargo xtask bindings          write the types that the window shares with the app
  cargo xtask screenshots       make the pictures in docs/screenshots/
  cargo xtask measure [PROGRAM] time to start and memory of the app, or of the one at that path
  cargo xtask bench [PART ...]  time and memory of the server beside the official one: all of
                                it, which takes half an hour and writes docs/benchmarks.md,
                                or some parts; with --quick to see that it works
  cargo xtask package           build the packages for this system into target/packages
  cargo xtask package-test      install the Debian package into a fresh Debian, start it, remove it
  cargo xtask icons             draw all icons anew from the SVG files in icons/
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
        ["run"] => app::open(),
        ["serve"] => serve::run(),
        ["check"] => in_steps(|steps| {
            system::provide(steps, &[&app::needs_to_build()[..], &[Need::Lints]].concat())?;
            check::server(steps)?;
            let node = ui::build(steps)?;
            check::app(steps, &node)
        }),
        ["test"] => in_steps(test),
        ["app"] | ["app", _] => in_steps(|steps| {
            system::provide(steps, &app::NEEDS_TO_TEST)?;
            ui::build(steps)?;
            app::build(steps)?;
            app::test(steps, &system::python()?, arguments.get(1).copied())
        }),
        ["clients"] | ["clients", _] => in_steps(|steps| {
            system::provide(steps, &[Need::Python])?;
            clients::run(steps, &system::python()?, arguments.get(1).copied())
        }),
        ["kill"] | ["kill", _] | ["kill", _, _] => in_steps(|steps| {
            system::provide(steps, &[Need::Python])?;
            let (count, seed) = (arguments.get(1).copied(), arguments.get(2).copied());
            kill::run(steps, &system::python()?, count, seed)
        }),
        ["bindings"] => in_steps(|steps| {
            system::provide(steps, &app::needs_to_build())?;
            ui::build(steps)?;
            bindings::write(steps)
        }),
        ["screenshots"] => in_steps(|steps| {
            system::provide(steps, &app::NEEDS_TO_TEST)?;
            ui::build(steps)?;
            app::build(steps)?;
            app::make(steps, &system::python()?, "Pictures", "making::screenshots::are_taken")
        }),
        ["measure"] | ["measure", _] => in_steps(|steps| {
            system::provide(steps, &app::NEEDS_TO_TEST)?;
            app::measure(steps, arguments.get(1).copied())
        }),
        ["bench", chosen @ ..] => {
            let mut steps = Steps::new();
            system::provide(&mut steps, &[Need::Python])?;
            bench::run(&mut steps, &system::python()?, chosen)
        }
        ["package", rest @ ..] => package::run(rest),
        ["package-test", rest @ ..] => package_test::run(rest),
        ["icons"] => icons::run(),
        other => bail!("There is no task `{}`.\n\n{HELP}", other.join(" ")),
    }
}

/// Everything. The server and its tests come first: they need neither a display nor a front end,
/// and are a quarter of what has to be compiled.
fn test(steps: &mut Steps) -> Result<()> {
    // At once and first, so that nothing is missing after half an hour.
    system::provide(steps, &[&app::NEEDS_TO_TEST[..], &[Need::Lints]].concat())?;
    let python = system::python()?;
    let evidence = evidence::keep(steps)?;
    check::server(steps)?;
    suites::run(steps)?;
    let node = ui::build(steps)?;
    check::app(steps, &node)?;
    ui::test(steps, &node)?;
    app::build(steps)?;
    app::test_units(steps)?;
    app::test(steps, &python, None)?;
    clients::run(steps, &python, None)?;
    kill::run(steps, &python, None, None)?;
    evidence::search(steps, &evidence)
}

fn in_steps(task: impl FnOnce(&mut Steps) -> Result<()>) -> Result<ExitCode> {
    let mut steps = Steps::new();
    task(&mut steps)?;
    Ok(steps.finish())
}
