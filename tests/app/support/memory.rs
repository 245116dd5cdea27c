//! How much memory a process and all that it started take.

use std::fs;

use super::app::children;

/// Sums over a tree of processes, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// All pages, shared ones counted for each process.
    pub resident: u64,
    /// Shared pages divided among those who share them.
    pub proportional: u64,
    /// How many processes there are.
    pub processes: usize,
}

/// Measures a process and its descendants.
pub fn of_tree(process: u32) -> Memory {
    let mut sum = of_one(process);
    for child in children(process) {
        let more = of_tree(child);
        sum.resident += more.resident;
        sum.proportional += more.proportional;
        sum.processes += more.processes;
    }
    sum
}

fn of_one(process: u32) -> Memory {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let field = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    Memory {
        resident: field("Rss:").unwrap_or_default() * 1024,
        proportional: field("Pss:").unwrap_or_default() * 1024,
        processes: 1,
    }
}
