//! A thousand accounts, of which fifty sync at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::Result;

use crate::bench::Bench;
use crate::collection::SMALL;
use crate::http::Body;
use crate::process::BOTH;
use crate::report::{Aim, Report, percentile};
use crate::rows::incremental::record;

const ACCOUNTS: usize = 1000;
const AT_ONCE: usize = 50;

/// Every account uploads a small collection, then syncs changes.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("1,000 accounts, 50 at a time");
    let script = record(bench, SMALL, 10)?;
    for program in BOTH {
        let server = bench.start(program, ACCOUNTS)?;
        report.add_time(program, "Start", Aim::None, server.start);
        server.reset_peak()?;
        let begun = Instant::now();
        for_all(|account| {
            server.device(account)?.upload(Body::Bytes(&script.upload))?;
            Ok(0.0)
        })?;
        report.add_time(program, "Everybody's first upload", Aim::None, begun.elapsed());
        let begun = Instant::now();
        let times =
            for_all(|account| Ok(server.device(account)?.replay(&script.push)?.as_secs_f64()))?;
        report.add_time(program, "Everybody's sync, together", Aim::Part(0.5), begun.elapsed());
        for (name, part) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
            let value = percentile(&times, part).unwrap_or_default() * 1000.0;
            report.add(program, &format!("One sync among them: {name}"), "ms", Aim::None, value);
        }
        report.add(program, "Peak memory", "MiB", Aim::None, server.peak_mib()?);
        report.add(program, "Memory afterwards", "MiB", Aim::None, server.memory_mib()?);
    }
    report.show_group();
    Ok(())
}

/// Does something for each account, fifty at a time.
fn for_all(work: impl Fn(usize) -> Result<f64> + Sync) -> Result<Vec<f64>> {
    let next = AtomicUsize::new(1);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| -> Result<Vec<f64>> {
                    let mut values = Vec::new();
                    loop {
                        let account = next.fetch_add(1, Ordering::Relaxed);
                        if account > ACCOUNTS {
                            return Ok(values);
                        }
                        values.push(work(account)?);
                    }
                })
            })
            .collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().expect("no panic")?);
        }
        Ok(all)
    })
}
