//! `cargo xtask test`: everything that CI runs.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::matrix::Matrix;
use crate::step::{Outcome, cannot_start, cargo, step};
use crate::{anki_clients, check};

/// The fast checks, then all tests, real Anki clients included.
pub fn test() -> Outcome {
    println!(
        "This checks and tests everything. It may install: rustfmt and clippy (rustup), python3 \
         and python3-venv (Debian), six releases of Anki (PyPI, into the target folder)."
    );
    check::check()?;
    let clients = step("Anki clients", anki_clients::install)?;

    let mut totals = Totals::default();
    let mut matrix = Matrix::default();
    let outcome = step("tests", || {
        let mut tests = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
        tests.env("ANKI_CLIENTS_DIR", &clients).stdout(Stdio::piped());
        let mut process = tests.spawn().map_err(|error| cannot_start(&tests, &error))?;
        let output = process.stdout.take().ok_or("The tests have no output.")?;
        follow(output, &mut totals, &mut matrix)?;
        let status = process.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err("Some tests failed.".to_owned()) }
    });
    if !matrix.is_empty() {
        println!("\nReal Anki clients, first and second device of one account:\n\n{matrix}");
    }
    println!("\n{} passed, {} failed", totals.passed, totals.failed);
    outcome?;
    if totals.passed == 0 {
        return Err("No test ran.".to_owned());
    }
    Ok(())
}

#[derive(Default)]
struct Totals {
    passed: u64,
    failed: u64,
}

/// Shows the output as it comes, and reads the results from it.
fn follow(output: impl Read, totals: &mut Totals, matrix: &mut Matrix) -> Outcome {
    let mut lines = BufReader::new(output);
    let mut line = Vec::new();
    // Tests may print anything, so the lines need not be UTF-8.
    while lines.read_until(b'\n', &mut line).map_err(|error| error.to_string())? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        matrix.read(text.trim_end());
        if let Some((passed, failed)) = suite_result(text.trim_end()) {
            totals.passed += passed;
            totals.failed += failed;
        }
        line.clear();
    }
    Ok(())
}

/// `test result: ok. 12 passed; 0 failed; …`
fn suite_result(line: &str) -> Option<(u64, u64)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split("; ");
    let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = counts.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some((passed, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_suites_are_added_up() {
        let output = "running 3 tests\ntest a ... ok\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: ok. 40 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n";
        let mut totals = Totals::default();
        assert!(follow(output.as_bytes(), &mut totals, &mut Matrix::default()).is_ok());
        assert_eq!((totals.passed, totals.failed), (42, 1));
    }
}
