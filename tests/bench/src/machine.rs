//! What the numbers were measured on.

use std::fmt;
use std::fs;
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
    official: String,
    load_at_start: String,
    date: String,
}

impl Machine {
    /// Asks the system and the programs.
    pub fn look(programs: &Programs) -> Result<Self> {
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
            "{} beside the official server of {}; {}, {} cores, {:.0} GiB, Linux {}; load at the \
             start {}; {}.",
            self.ours,
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
