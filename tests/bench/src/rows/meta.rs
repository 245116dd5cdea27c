//! How many `meta` requests a second are answered: what clients send in the background.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::bench::{Bench, Named};
use crate::collection::{MIDDLE, SMALL};
use crate::recorder::Recorded;
use crate::report::{Aim, Report};
use crate::rows::incremental::record;

/// How long each number is measured.
const TIME: Duration = Duration::from_secs(2);

/// One connection, and eight of as many accounts.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("Meta");
    let script = record(bench, SMALL, 10)?;
    let meta = script.push.into_iter().next().context("a sync begins with meta")?;
    let sample = bench.sample(MIDDLE)?;
    let servers = bench.start_both(8)?;
    for (_, server) in &servers {
        for account in 1..=8 {
            server.device(account)?.upload_file(&sample.packed)?;
        }
    }
    for _ in 0..bench.rounds(7) {
        for named in &servers {
            for connections in [1, 8] {
                let rate = rate(named, connections, &meta)?;
                let name = format!("Requests a second on {connections} connection(s)");
                report.add(named.0, &name, "/s", Aim::Times(5.0), rate);
            }
        }
    }
    report.show_group();
    Ok(())
}

fn rate((_, server): &Named, connections: usize, meta: &Recorded) -> Result<f64> {
    let begun = Instant::now();
    let counts: Vec<Result<u64>> = thread::scope(|scope| {
        let workers: Vec<_> = (1..=connections)
            .map(|account| {
                scope.spawn(move || {
                    let mut device = server.device(account)?;
                    let request = device.meta_request(meta);
                    let mut count = 0;
                    while begun.elapsed() < TIME {
                        device.connection.exchange(&request)?;
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).collect()
    });
    let total: u64 = counts.into_iter().sum::<Result<u64>>()?;
    Ok(total as f64 / begun.elapsed().as_secs_f64())
}
