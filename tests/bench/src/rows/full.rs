//! Full uploads and downloads.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use crate::bench::Bench;
use crate::client::Client;
use crate::collection::{HUGE, LARGE, MIDDLE, Sample, Size};
use crate::http::Answer;
use crate::process::{Program, Server};
use crate::report::{Aim, Report};

/// Most memory for any full sync, in MiB.
const PEAK: Aim = Aim::AtMost(48.0);

/// Both sizes that people have.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    for (title, size, rounds) in
        [("Full sync of 48 MB", MIDDLE, 7), ("Full sync of 261 MB", LARGE, 5)]
    {
        report.group(title);
        let sample = bench.sample(size)?;
        println!("  The file has {} bytes.", sample.bytes()?);
        let servers = bench.start_both(2)?;
        for _ in 0..bench.rounds(rounds) {
            for (program, server) in &servers {
                exchange(report, *program, server, &sample, Aim::Part(0.7))?;
            }
        }
        for _ in 0..bench.rounds(3) {
            for (program, server) in &servers {
                // Clients give up after 30 s without a byte, which a busy computer can cause.
                if let Err(error) = with_client(bench, report, *program, server, &sample) {
                    println!("  {program:?}, real client: {error}");
                }
            }
        }
        report.show_group();
    }
    Ok(())
}

/// A size that nobody has: what grows with it.
pub fn huge(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("Full sync of 1 GiB");
    let size: Size = HUGE;
    let sample = bench.sample(size)?;
    println!("  The file has {} bytes.", sample.bytes()?);
    for (program, server) in bench.start_both(1)? {
        exchange(report, program, &server, &sample, Aim::None)?;
    }
    report.show_group();
    Ok(())
}

/// An upload and a download by requests alone.
fn exchange(
    report: &mut Report,
    program: Program,
    server: &Server,
    sample: &Sample,
    aim: Aim,
) -> Result<()> {
    let mut device = server.device(1)?;
    let upload = measure(server, || device.upload_file(&sample.packed))?;
    let download = measure(server, || device.download())?;
    for (way, measured, first_byte_aim) in
        [("Upload", upload, Aim::None), ("Download", download, Aim::AtMost(30_000.0))]
    {
        report.add_time(program, &format!("{way}, requests alone"), aim, measured.time);
        let name = format!("{way}, until the answer begins");
        report.add_time(program, &name, first_byte_aim, measured.first_byte);
        let name = format!("{way}, server's processor time");
        report.add_time(program, &name, Aim::None, measured.cpu);
        report.add(program, &format!("{way}, peak memory"), "MiB", PEAK, measured.peak_mib);
    }
    Ok(())
}

struct Measured {
    time: Duration,
    first_byte: Duration,
    cpu: Duration,
    peak_mib: f64,
}

fn measure(server: &Server, work: impl FnOnce() -> Result<Answer>) -> Result<Measured> {
    server.reset_peak()?;
    let cpu_before = server.cpu_secs()?;
    let begun = Instant::now();
    let answer = work()?;
    Ok(Measured {
        time: begun.elapsed(),
        first_byte: answer.first_byte,
        cpu: Duration::from_secs_f64((server.cpu_secs()? - cpu_before).max(0.0)),
        peak_mib: server.peak_mib()?,
    })
}

fn with_client(
    bench: &Bench,
    report: &mut Report,
    program: Program,
    server: &Server,
    sample: &Sample,
) -> Result<()> {
    let folder = bench.folder()?;
    sample.place(folder.path())?;
    let mut client = Client::start(bench.programs(), folder.path())?;
    client.log_in(&server.address(), 2)?;
    let time = client.timed("upload", json!({}))?;
    report.add_time(program, "Upload, real client", Aim::None, time);
    let time = client.timed("download", json!({}))?;
    report.add_time(program, "Download, real client", Aim::None, time);
    Ok(())
}
