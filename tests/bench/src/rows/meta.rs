//! How many `meta` requests a second are answered: what clients send in the background.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::bench::{Bench, Named};
use crate::collection::{MIDDLE, SMALL};
use crate::process::Program;
use crate::recorder::Recorded;
use crate::report::{Aim, Report};
use crate::rows::incremental::record;

/// Size of a `meta` request, headers included; its answer is about as long.
const META_BYTES: usize = 400;
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
        // What no server could exceed that answers over the same way.
        for connections in [1, 8] {
            let name = format!("Bare round trips a second on {connections} connection(s)");
            let rate = total(connections, |_| bare_round_trips())?;
            report.add(Program::Ours, &name, "/s", Aim::None, rate);
        }
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
    total(connections, |account| {
        let mut device = server.device(account)?;
        let request = device.meta_request(meta);
        repeat(|| device.connection.exchange(&request))
    })
}

/// Sends as much as a `meta` has to a thread that sends as much back, and nothing else.
fn bare_round_trips() -> Result<u64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut near = TcpStream::connect(listener.local_addr()?)?;
    let (mut far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let echo = thread::spawn(move || {
        let mut message = [0; META_BYTES];
        while far.read_exact(&mut message).is_ok() && far.write_all(&message).is_ok() {}
    });
    let mut message = [0; META_BYTES];
    let count = repeat(|| {
        near.write_all(&message)?;
        Ok(near.read_exact(&mut message)?)
    });
    drop(near);
    echo.join().expect("no panic");
    count
}

/// How often something can be done in the time.
fn repeat(mut once: impl FnMut() -> Result<()>) -> Result<u64> {
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < TIME {
        once()?;
        count += 1;
    }
    Ok(count)
}

/// How many a second all of them do together, each on a thread of its own.
fn total(connections: usize, count: impl Fn(usize) -> Result<u64> + Sync) -> Result<f64> {
    let begun = Instant::now();
    let count = &count;
    let counts: Vec<Result<u64>> = thread::scope(|scope| {
        let workers: Vec<_> = (1..=connections).map(|n| scope.spawn(move || count(n))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).collect()
    });
    let total: u64 = counts.into_iter().sum::<Result<u64>>()?;
    Ok(total as f64 / begun.elapsed().as_secs_f64())
}
