//! What the numbers were measured on.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use crate::process::Programs;

/// The computer and the versions of the programs.
#[derive(Debug)]
pub struct Machine {
    processor: String,
    cores: usize,
    memory_gib: f64,
    kernel: String,
    ours: String,
    commit: String,
    official: String,
    load_at_start: String,
    date: String,
}

impl Machine {
    /// Asks the system, the programs, and Git about the sources around a folder.
    pub fn look(programs: &Programs, sources: &Path) -> Result<Self> {
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
        };
        let first_line = |command: &mut Command| {
            let output = command.output().map(|output| output.stdout).unwrap_or_default();
            String::from_utf8_lossy(&output).lines().next().unwrap_or_default().to_owned()
        };
        let memory = field("/proc/meminfo", "MemTotal");
        let memory_kib: f64 =
            memory.split(' ').next().and_then(|kib| kib.parse().ok()).unwrap_or_default();
        let mut python = Command::new(&programs.python);
        python.args(["-c", "from anki.buildinfo import version; print('anki', version)"]);
        Ok(Self {
            processor: field("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism()?.get(),
            memory_gib: memory_kib / 1024.0 / 1024.0,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .unwrap_or_default()
                .trim()
                .to_owned(),
            ours: first_line(Command::new(&programs.ours).arg("--version")),
            commit: commit(sources),
            official: first_line(&mut python),
            load_at_start: fs::read_to_string("/proc/loadavg")
                .unwrap_or_default()
                .split(' ')
                .take(3)
                .collect::<Vec<_>>()
                .join(" "),
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        })
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "processor": self.processor,
            "cores": self.cores,
            "memory_gib": self.memory_gib,
            "kernel": self.kernel,
            "ours": self.ours,
            "commit": self.commit,
            "official": self.official,
            "load_at_start": self.load_at_start,
            "date": self.date,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, commit {}, beside the official server of {}; {}, {} cores, {:.0} GiB, Linux {}; \
             load at the start {}; {}.",
            self.ours,
            self.commit,
            self.official,
            self.processor,
            self.cores,
            self.memory_gib,
            self.kernel,
            self.load_at_start,
            self.date
        )
    }
}

/// The commit that is measured. `cargo xtask bench` builds everything right before, so
/// it is what lies there now.
fn commit(sources: &Path) -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(sources).args(arguments).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    };
    // The page changes with each run, and no document changes a figure.
    let status = ["status", "--porcelain", "--", ":(top)", ":(top,exclude)docs"];
    commit_text(git(&["rev-parse", "--short", "HEAD"]), git(&status))
}

/// A `+` says that what was measured is more than the commit.
fn commit_text(commit: Option<String>, changes: Option<String>) -> String {
    match (commit, changes) {
        // Sources without their history, as in an archive.
        (None, _) => "unknown".to_owned(),
        (Some(commit), Some(changes)) if changes.is_empty() => commit,
        (Some(commit), _) => format!("{commit}+"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commit_tells_of_changes_that_are_not_in_it() {
        let text = |commit: Option<&str>, changes: Option<&str>| {
            commit_text(commit.map(str::to_owned), changes.map(str::to_owned))
        };
        assert_eq!(text(Some("abc1234"), Some("")), "abc1234");
        assert_eq!(text(Some("abc1234"), Some(" M src/main.rs")), "abc1234+");
        assert_eq!(text(Some("abc1234"), None), "abc1234+");
        assert_eq!(text(None, None), "unknown");
    }
}
