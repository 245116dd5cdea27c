//! Media files, many small ones and a few big ones.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::bench::Bench;
use crate::client::Client;
use crate::process::{Program, Server};
use crate::recorder::{Recorded, Recorder};
use crate::report::{Aim, Report};

/// A kind of media: its name, how many files, bytes of each, and rounds.
const KINDS: [(&str, usize, usize, Aim); 2] = [
    ("2,000 files of 8 KB", 2000, 8 * 1024, Aim::Part(0.5)),
    ("20 files of 5 MB", 20, 5_000_000, Aim::None),
];

const ROUNDS: usize = 5;

/// Requests alone, and real clients.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    // Nothing is removed before the end: where thousands of files were deleted within the
    // last minutes, some file systems take ten times as long to create one.
    let mut all_servers = Vec::new();
    for (title, count, bytes, aim) in KINDS {
        report.group(&format!("Media, {title}"));
        let recording = bench.start(Program::Ours, 1)?;
        let (up, down) = record(bench, &recording, count, bytes)?;
        all_servers.push((Program::Ours, recording));
        let rounds = bench.rounds(ROUNDS);
        // Each round has an account of its own, and so has each client's round.
        let servers = bench.start_both(2 * rounds)?;
        for round in 0..rounds {
            for (program, server) in &servers {
                let mut device = server.device(1 + round)?;
                let before = server.cpu_secs()?;
                server.reset_peak()?;
                report.add_time(*program, "Up, requests alone", aim, device.replay(&up)?);
                let cpu = Duration::from_secs_f64((server.cpu_secs()? - before).max(0.0));
                report.add_time(*program, "Up, server's processor time", Aim::None, cpu);
                report.add(*program, "Up, peak memory", "MiB", Aim::None, server.peak_mib()?);
                let before = server.cpu_secs()?;
                server.reset_peak()?;
                report.add_time(*program, "Down, requests alone", aim, device.replay(&down)?);
                let cpu = Duration::from_secs_f64((server.cpu_secs()? - before).max(0.0));
                report.add_time(*program, "Down, server's processor time", Aim::None, cpu);
                report.add(*program, "Down, peak memory", "MiB", Aim::None, server.peak_mib()?);
            }
        }
        for round in 0..rounds.min(3) {
            for (program, server) in &servers {
                let (from, to) = (bench.folder()?.keep(), bench.folder()?.keep());
                let account = 1 + rounds + round;
                let mut sender = Client::start(bench.programs(), &from)?;
                sender.log_in(&server.address(), account)?;
                write_files(&from, count, bytes)?;
                let time = sender.timed("sync_media", json!({}))?;
                report.add_time(*program, "Up, real client", Aim::None, time);
                let mut receiver = Client::start(bench.programs(), &to)?;
                receiver.log_in(&server.address(), account)?;
                let time = receiver.timed("sync_media", json!({}))?;
                report.add_time(*program, "Down, real client", Aim::None, time);
            }
        }
        report.show_group();
        all_servers.extend(servers);
    }
    Ok(())
}

/// The requests of a device that sends all files, and of one that gets them.
fn record(
    bench: &Bench,
    server: &Server,
    count: usize,
    bytes: usize,
) -> Result<(Vec<Recorded>, Vec<Recorded>)> {
    let recorder = Recorder::start(server.port())?;
    let mut scripts = Vec::new();
    for is_sender in [true, false] {
        let folder = bench.folder()?.keep();
        let mut client = Client::start(bench.programs(), &folder)?;
        client.log_in(&recorder.address(), 1)?;
        if is_sender {
            write_files(&folder, count, bytes)?;
        }
        recorder.take();
        client.call("sync_media", json!({}))?;
        scripts.push(recorder.take());
    }
    let down = scripts.pop().context("two scripts")?;
    let up = scripts.pop().context("two scripts")?;
    Ok((up, down))
}

/// Puts files into a client's media folder that nothing can compress, as pictures and sounds.
fn write_files(client: &Path, count: usize, bytes: usize) -> Result<()> {
    let folder = client.join("collection.media");
    fs::create_dir_all(&folder)?;
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut content = vec![0; bytes];
    for n in 0..count {
        for eight in content.chunks_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            eight.copy_from_slice(&state.to_le_bytes()[..eight.len()]);
        }
        fs::write(folder.join(format!("picture {n}.jpg")), &content)?;
    }
    Ok(())
}
