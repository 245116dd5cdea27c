//! The two servers, each a process of its own, and what the system tells of them.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::device::{Device, PASSWORD};
use crate::http::{Body, Connection};

/// How long a server may take to start: the official one hashes all passwords first.
const START_DEADLINE: Duration = Duration::from_secs(600);
/// Time between two looks at a server that starts.
const PAUSE: Duration = Duration::from_micros(500);
/// The clock of the scheduler, in ticks a second; the same on every Linux.
const TICKS_PER_SEC: f64 = 100.0;

/// Which program serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Program {
    /// The program of this repository.
    Ours,
    /// The one in the PyPI package `anki`.
    Official,
}

/// Both, in the order of the columns.
pub const BOTH: [Program; 2] = [Program::Ours, Program::Official];

/// Where the programs are.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The program of this repository.
    pub ours: PathBuf,
    /// The interpreter of the virtual environment with the PyPI package.
    pub python: PathBuf,
}

/// A running server with an empty storage folder of its own.
pub struct Server {
    process: Child,
    port: u16,
    /// From the start of the process to the first answer.
    pub start: Duration,
    storage: PathBuf,
}

impl Server {
    /// Starts a server with accounts `u1`, `u2`, … on a free port.
    pub fn start(
        programs: &Programs,
        program: Program,
        folder: &Path,
        accounts: usize,
    ) -> Result<Self> {
        let storage = folder.join(format!("{program:?}"));
        fs::create_dir_all(&storage)?;
        let port = free_port()?;
        let mut command = match program {
            Program::Ours => Command::new(&programs.ours),
            Program::Official => {
                let mut command = Command::new(&programs.python);
                command.args(["-m", "anki.syncserver"]);
                command
            }
        };
        for n in 1..=accounts {
            command.env(format!("SYNC_USER{n}"), format!("u{n}:{PASSWORD}"));
        }
        command
            .env("SYNC_BASE", &storage)
            .env("SYNC_HOST", "127.0.0.1")
            .env("SYNC_PORT", port.to_string())
            // The largest collection is over the default of 100.
            .env("MAX_SYNC_PAYLOAD_MEGS", "1500")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let begun = Instant::now();
        let process = command.spawn().with_context(|| format!("{:?}", command.get_program()))?;
        let mut server = Self { process, port, start: Duration::ZERO, storage };
        while !is_healthy(port) {
            if let Some(status) = server.process.try_wait()? {
                bail!("{program:?} ended at once: {status}");
            }
            if begun.elapsed() > START_DEADLINE {
                bail!("{program:?} does not answer");
            }
            rest(PAUSE);
        }
        server.start = begun.elapsed();
        Ok(server)
    }

    /// The port on the loopback interface.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What a person types into a client.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// A device of the account `u` with this number.
    pub fn device(&self, account: usize) -> Result<Device> {
        Device::new(self.port, &format!("u{account}"))
    }

    /// Forgets the peak of the memory so far.
    pub fn reset_peak(&self) -> Result<()> {
        let path = format!("/proc/{}/clear_refs", self.process.id());
        fs::write(&path, "5").with_context(|| path)
    }

    /// The most resident memory since the last reset, in MiB.
    pub fn peak_mib(&self) -> Result<f64> {
        self.status_mib("VmHWM:")
    }

    /// Resident memory, in MiB.
    pub fn memory_mib(&self) -> Result<f64> {
        self.status_mib("VmRSS:")
    }

    /// Processor time so far, in seconds.
    pub fn cpu_secs(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The name in parentheses may hold blanks.
        let fields = stat.rsplit_once(')').context("no process")?.1;
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse::<f64>().ok())
            .sum();
        Ok(ticks / TICKS_PER_SEC)
    }

    fn status_mib(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let kib: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|number| number.parse().ok())
            .with_context(|| name.to_owned())?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only for a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.storage);
    }
}

/// Does nothing for a while, because that is what is measured: a server at rest,
/// or a person who thinks.
#[expect(clippy::disallowed_methods, reason = "the time itself is meant")]
pub fn rest(time: Duration) {
    thread::sleep(time);
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn is_healthy(port: u16) -> bool {
    Connection::open(port)
        .and_then(|mut connection| {
            connection.request("GET", "/health", "", Body::Bytes(&[]), false)
        })
        .is_ok_and(|answer| answer.status == 200)
}
