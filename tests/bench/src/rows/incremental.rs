//! Normal syncs in a collection of 48 MB.

use anyhow::{Context, Result};
use serde_json::json;
use tempfile::TempDir;

use crate::bench::{Bench, Named};
use crate::client::Client;
use crate::collection::{MIDDLE, Size};
use crate::http::Body;
use crate::process::Program;
use crate::recorder::{Recorded, Recorder};
use crate::report::{Aim, Report};

const AIM: Aim = Aim::Part(0.5);
const COUNTS: [usize; 2] = [10, 5000];

/// The requests of a sync, and the upload that they need to come after.
pub struct Script {
    /// Packed collection.
    pub upload: Vec<u8>,
    /// A device's sync with changes of its own.
    pub push: Vec<Recorded>,
    /// Another device's sync afterwards, with changes for it.
    pub pull: Vec<Recorded>,
}

/// Requests alone, then real clients.
pub fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    report.group("Normal sync, 48 MB");
    let servers = bench.start_both(4)?;
    for count in COUNTS {
        let script = record(bench, MIDDLE, count)?;
        for _ in 0..bench.rounds(7) {
            for (program, server) in &servers {
                let mut device = server.device(1)?;
                device.upload(Body::Bytes(&script.upload))?;
                let meta = script.pull.get(..1).context("a sync begins with meta")?;
                // Opens the collection, as an earlier sync did in real life.
                device.replay(meta)?;
                let name = format!("{count} changes up, requests alone");
                report.add_time(*program, &name, AIM, device.replay(&script.push)?);
                let name = format!("{count} changes down, requests alone");
                report.add_time(*program, &name, AIM, device.replay(&script.pull)?);
                if count == COUNTS[0] {
                    let name = "0 changes, requests alone";
                    report.add_time(*program, name, AIM, device.replay(meta)?);
                }
            }
        }
    }
    with_clients(bench, report, &servers)?;
    report.show_group();
    Ok(())
}

/// Has real clients sync with our server and keeps their requests.
pub fn record(bench: &Bench, size: Size, count: usize) -> Result<Script> {
    let server = bench.start(Program::Ours, 1)?;
    let recorder = Recorder::start(server.port())?;
    let sample = bench.sample(size)?;
    let (folder, other_folder) = (bench.folder()?, bench.folder()?);
    sample.place(folder.path())?;
    let mut client = Client::start(bench.programs(), folder.path())?;
    client.log_in(&recorder.address(), 1)?;
    client.call("upload", json!({}))?;
    let upload = recorder
        .take()
        .into_iter()
        .find(|request| request.path.ends_with("sync/upload"))
        .context("the client uploaded")?
        .body;
    // A copy is a device in the same state; one that downloads would raise the server's usn.
    client.call("close", json!({}))?;
    let file = "collection.anki2";
    std::fs::copy(folder.path().join(file), other_folder.path().join(file))?;
    client.call("open", json!({ "folder": folder.path() }))?;
    let mut other = Client::start(bench.programs(), other_folder.path())?;
    other.log_in(&recorder.address(), 1)?;
    recorder.take();
    client.change(count, " x")?;
    client.sync()?;
    let push = recorder.take();
    other.sync()?;
    let pull = recorder.take();
    Ok(Script { upload, push, pull })
}

/// Two devices of one account, in sync with each other.
struct Pair {
    near: Client,
    far: Client,
    _folders: [TempDir; 2],
}

fn with_clients(bench: &Bench, report: &mut Report, servers: &[Named]) -> Result<()> {
    let sample = bench.sample(MIDDLE)?;
    let mut pairs = Vec::new();
    for (program, server) in servers {
        let folders = [bench.folder()?, bench.folder()?];
        sample.place(folders[0].path())?;
        let mut near = Client::start(bench.programs(), folders[0].path())?;
        near.log_in(&server.address(), 2)?;
        near.call("upload", json!({}))?;
        let mut far = Client::start(bench.programs(), folders[1].path())?;
        far.log_in(&server.address(), 2)?;
        far.call("download", json!({}))?;
        near.sync()?;
        pairs.push((*program, Pair { near, far, _folders: folders }));
    }
    for round in 0..bench.rounds(5) {
        for (program, Pair { near, far, .. }) in &mut pairs {
            for count in COUNTS {
                near.change(count, &"x".repeat(round + 1))?;
                let name = format!("{count} changes up, real client");
                report.add_time(*program, &name, Aim::None, near.sync()?);
                let name = format!("{count} changes down, real client");
                report.add_time(*program, &name, Aim::None, far.sync()?);
            }
            // What the other one sent last counts as a change of the server's.
            near.sync()?;
            report.add_time(*program, "0 changes, real client", Aim::None, near.sync()?);
        }
    }
    Ok(())
}
