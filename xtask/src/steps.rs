//! Runs one thing after the other and tells how each went.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Progress of a task, and what failed in it.
pub struct Steps {
    started: Instant,
    passed_tests: u64,
    failed_tests: u64,
    failed_steps: Vec<String>,
    evidence: Option<PathBuf>,
}

/// What a command printed, whether it went well or not.
pub struct Outcome {
    /// Standard output and standard error, line by line as they came.
    pub lines: Vec<String>,
    /// Whether it ended with 0.
    pub is_ok: bool,
}

impl Steps {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            passed_tests: 0,
            failed_tests: 0,
            failed_steps: Vec::new(),
            evidence: None,
        }
    }

    /// Runs a command as one step. What it prints is shown only if it fails, but for its
    /// progress when a person is watching.
    pub fn run(&mut self, name: &str, command: &mut Command) -> Result<Outcome> {
        let started = self.begin(name);
        let outcome = run_quietly(command)?;
        self.end(name, started, outcome.is_ok);
        if !outcome.is_ok {
            println!("{}", outcome.lines.join("\n"));
        }
        Ok(outcome)
    }

    /// Has all tests from now on leave in this folder what is searched afterwards.
    pub fn keep_evidence(&mut self, folder: PathBuf) {
        self.evidence = Some(folder);
    }

    /// Runs tests as one step, counts them, and tells which could not run here.
    pub fn run_tests(&mut self, name: &str, command: &mut Command) -> Result<Outcome> {
        match &self.evidence {
            Some(folder) => command.env("TEST_EVIDENCE", folder),
            None => command.env_remove("TEST_EVIDENCE"),
        };
        let skipped = target()?.join("skipped-tests");
        // Usually there is none.
        let _ = std::fs::remove_file(&skipped);
        let outcome = self.run(name, command.env("SKIPPED_TESTS", &skipped))?;
        for line in std::fs::read_to_string(&skipped).unwrap_or_default().lines() {
            println!("Skipped: {line}");
        }
        let results = outcome.lines.iter().filter_map(|line| line.strip_prefix("test result: "));
        for result in results {
            self.count_tests(count(result, "passed"), count(result, "failed"));
        }
        Ok(outcome)
    }

    /// Adds tests that something else than libtest ran.
    pub fn count_tests(&mut self, passed: u64, failed: u64) {
        self.passed_tests += passed;
        self.failed_tests += failed;
    }

    /// Runs something else as one step.
    pub fn run_function<T>(
        &mut self,
        name: &str,
        function: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let started = self.begin(name);
        let result = function();
        self.end(name, started, result.is_ok());
        result
    }

    fn begin(&self, name: &str) -> Instant {
        print!("{name} ... ");
        // Nothing to do about a terminal that went away.
        let _ = std::io::stdout().flush();
        Instant::now()
    }

    fn end(&mut self, name: &str, started: Instant, is_ok: bool) {
        let result = if is_ok { "ok" } else { "FAILED" };
        println!("{result} ({})", in_words(started.elapsed()));
        if !is_ok {
            self.failed_steps.push(name.to_owned());
        }
    }

    /// Tells the result of all steps.
    pub fn finish(self) -> ExitCode {
        for step in &self.failed_steps {
            println!("Failed: {step}");
        }
        let time = in_words(self.started.elapsed());
        if self.passed_tests + self.failed_tests > 0 {
            println!("It took {time}.");
            println!("{} passed, {} failed", self.passed_tests, self.failed_tests);
        } else if self.failed_steps.is_empty() {
            println!("All is well ({time})");
        }
        if self.failed_steps.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Reads `N what` out of a summary: libtest's `ok. 5 passed; 0 failed`, Vitest's
/// `1 failed | 4 passed (5)`.
pub fn count(result: &str, what: &str) -> u64 {
    result
        .split(['.', ';', '|', '('])
        .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
        .unwrap_or(0)
}

/// Runs a command and collects what it prints.
pub fn run_quietly(command: &mut Command) -> Result<Outcome> {
    let program = command.get_program().to_string_lossy().into_owned();
    // Cargo shows its progress on a terminal, and errors of the compiler with it.
    let is_watched = std::io::stderr().is_terminal();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(if is_watched { Stdio::inherit() } else { Stdio::piped() })
        .spawn()
        .with_context(|| format!("{program} cannot be started"))?;
    let (sender, receiver) = channel();
    let outputs: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|output| Box::new(output) as _),
        child.stderr.take().map(|output| Box::new(output) as _),
    ];
    for output in outputs.into_iter().flatten() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let lines = receiver.iter().collect();
    let is_ok = child.wait().with_context(|| format!("{program} went missing"))?.success();
    Ok(Outcome { lines, is_ok })
}

/// A cargo command in this workspace, with the cargo that runs this.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(arguments);
    command
}

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder for everything that can be made again: where this program itself was built.
pub fn target() -> Result<PathBuf> {
    let program = std::env::current_exe().context("this program has a path")?;
    let target = program.ancestors().nth(2).context("cargo builds into target/PROFILE/")?;
    Ok(target.to_owned())
}

fn in_words(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f32()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn the_summaries_of_both_test_programs_are_understood() {
        let libtest = "ok. 5 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!((count(libtest, "passed"), count(libtest, "failed")), (5, 1));
        let vitest = " 1 failed | 4 passed (5)";
        assert_eq!((count(vitest, "passed"), count(vitest, "failed")), (4, 1));
    }
}
