//! Start, memory at rest, and logging in.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use crate::bench::Bench;
use crate::client::Client;
use crate::device::PASSWORD;
use crate::process::{BOTH, Server, rest};
use crate::report::{Aim, Report};

/// Time for a server to come to rest.
const REST: Duration = Duration::from_millis(1500);

/// From the start of the process to the first answer, and memory afterwards.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("Start and rest");
    for _ in 0..bench.rounds(10) {
        for program in BOTH {
            let server = bench.start(program, 1)?;
            report.add_time(program, "Start to the first /health", Aim::Part(0.05), server.start);
            rest(REST);
            let memory = server.memory_mib()?;
            report.add(program, "Memory at rest", "MiB", Aim::Part(0.25), memory);
        }
    }
    report.show_group();
    Ok(())
}

/// A login with name and password.
pub fn log_in(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("Login");
    let servers = bench.start_both(2)?;
    let folder = bench.folder()?;
    let mut client = Client::start(bench.programs(), folder.path())?;
    for round in 0..bench.rounds(12) {
        for (program, server) in &servers {
            let mut device = server.device(1)?;
            let begun = Instant::now();
            device.call("/sync/hostKey", &json!({"u": "u1", "p": PASSWORD}))?;
            let elapsed = begun.elapsed();
            let whole = client.log_in(&server.address(), 1)?;
            // The very first one may still have a hash to make.
            if round > 0 {
                report.add_time(*program, "Request alone", Aim::None, elapsed);
                report.add_time(*program, "Real client", Aim::None, whole);
            }
        }
    }
    for (program, server) in &servers {
        report.add(*program, "Memory at rest afterwards", "MiB", Aim::None, settled(server)?);
    }
    report.show_group();
    Ok(())
}

/// Memory after a while without requests.
fn settled(server: &Server) -> Result<f64> {
    rest(REST);
    server.memory_mib()
}
