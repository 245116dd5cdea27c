//! How long a person's small sync takes while somebody else moves a large collection.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::bench::{Bench, Named};
use crate::collection::{LARGE, SMALL, Sample};
use crate::http::Body;
use crate::process::rest;
use crate::report::{Aim, Report, percentile};
use crate::rows::incremental::{Script, record};

/// A pause after each small sync, so that it is a person's and not a flood.
const PAUSE: Duration = Duration::from_millis(2);
/// Syncs of an idle server in a round, and the least while it is busy.
const SYNCS: usize = 300;
/// Whole transfers in a round, from the first byte to the last answer.
const TRANSFERS: usize = 2;

/// What the other one does meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Other {
    Nothing,
    Uploads,
    Downloads,
}

/// The small sync alone, beside uploads, and beside downloads.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("Somebody's small sync while another moves 261 MB");
    let script = record(bench, SMALL, 10)?;
    let large = bench.sample(LARGE)?;
    let servers = bench.start_both(2)?;
    for (_, server) in &servers {
        server.device(2)?.upload_file(&large.packed)?;
        server.device(1)?.upload(Body::Bytes(&script.upload))?;
    }
    // Of all rounds together: there would be three slowest hundredths otherwise.
    let mut all: [[Vec<f64>; OTHERS.len()]; 2] = Default::default();
    let rounds = bench.rounds(3);
    report.pool(rounds);
    for _ in 0..rounds {
        for (named, all) in servers.iter().zip(&mut all) {
            for (other, all) in OTHERS.into_iter().zip(all) {
                all.extend(delays(named, &script, &large, other, bench.rounds(SYNCS))?);
            }
        }
    }
    for (n, other) in OTHERS.into_iter().enumerate() {
        for ((program, _), all) in servers.iter().zip(&all) {
            for (name, part) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
                let value = percentile(&all[n], part).unwrap_or_default();
                report.add(*program, &format!("{}: {name}", label(other)), "ms", Aim::None, value);
            }
            if other != Other::Nothing {
                // Ours is held against its own idle value, not against theirs.
                let p99 = |delays: &[f64]| percentile(delays, 0.99).unwrap_or_default();
                let name = format!("{}: p99 as a multiple of idle", label(other));
                let multiple = p99(&all[n]) / p99(&all[0]);
                report.add(*program, &name, "×", Aim::AtMost(2.0), multiple);
            }
        }
    }
    report.show_group();
    Ok(())
}

const OTHERS: [Other; 3] = [Other::Nothing, Other::Uploads, Other::Downloads];

fn label(other: Other) -> &'static str {
    match other {
        Other::Nothing => "Idle",
        Other::Uploads => "During uploads",
        Other::Downloads => "During downloads",
    }
}

/// Milliseconds of each small sync.
fn delays(
    (_, server): &Named,
    script: &Script,
    large: &Sample,
    other: Other,
    least: usize,
) -> Result<Vec<f64>> {
    let is_over = AtomicBool::new(false);
    let transfers = AtomicUsize::new(0);
    thread::scope(|scope| {
        let busy = scope.spawn(|| -> Result<()> {
            let mut device = server.device(2)?;
            while other != Other::Nothing && !is_over.load(Ordering::Relaxed) {
                match other {
                    Other::Nothing => {}
                    Other::Uploads => drop(device.upload_file(&large.packed)?),
                    Other::Downloads => drop(device.download()?),
                }
                transfers.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        let measured = || -> Result<Vec<f64>> {
            let mut device = server.device(1)?;
            let mut delays = Vec::new();
            let is_enough =
                || other == Other::Nothing || transfers.load(Ordering::Relaxed) >= TRANSFERS;
            while delays.len() < least || !(is_enough() || busy.is_finished()) {
                let begun = Instant::now();
                device.replay(&script.push)?;
                delays.push(begun.elapsed().as_secs_f64() * 1000.0);
                rest(PAUSE);
            }
            Ok(delays)
        };
        let delays = measured();
        is_over.store(true, Ordering::Relaxed);
        busy.join().expect("no panic")?;
        delays
    })
}
