//! The server under test: a program with the official server's settings, in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sync_tests::evidence;

use crate::client::{NEWEST, python};

/// The account of most scenarios: a capital, a blank and other scripts in its name,
/// and a colon in its password.
pub const NAME: &str = "Ana María 安娜";
/// Its password.
pub const PASSWORD: &str = "pass: wörd";

const START_DEADLINE: Duration = Duration::from_secs(60);
const STOP_DEADLINE: Duration = Duration::from_secs(30);

/// Which program serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Program {
    /// Ours, or the one that the environment variable `ANKI_SYNC_SERVER` names.
    UnderTest,
    /// The one in the PyPI package.
    Official,
}

/// A running server and its storage folder.
pub struct Server {
    process: Child,
    port: u16,
    storage: PathBuf,
    lines: Arc<Mutex<Vec<String>>>,
    program: Program,
}

impl Server {
    /// Starts the server on a free port and returns once it listens.
    pub fn start(program: Program, storage: &Path) -> Self {
        evidence::password(NAME, PASSWORD);
        std::fs::create_dir_all(storage).expect("the storage folder can be made");
        let mut command = command(program);
        let mut process = command
            .env("SYNC_USER1", format!("{NAME}:{PASSWORD}"))
            .env("SYNC_BASE", storage)
            .env("SYNC_HOST", "127.0.0.1")
            .env("SYNC_PORT", "0")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (sender, ports) = channel();
        collect(process.stdout.take().expect("piped"), &lines, sender.clone());
        collect(process.stderr.take().expect("piped"), &lines, sender);
        let Ok(port) = ports.recv_timeout(START_DEADLINE) else {
            let _ = process.kill();
            let _ = process.wait();
            panic!("the server told no address:\n{}", lines.lock().unwrap().join("\n"));
        };
        Self { process, port, storage: storage.to_owned(), lines, program }
    }

    /// What a person types into a client.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The port on the loopback interface.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of the account of most scenarios.
    pub fn account_folder(&self) -> PathBuf {
        self.storage.join(NAME)
    }

    /// Asks the server to end, as a service manager does, and waits for it.
    #[track_caller]
    pub fn stop(&mut self) {
        // A signal needs a foreign function; the shell has it built in.
        let asked = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.process.id())])
            .status()
            .expect("sh runs");
        assert!(asked.success());
        let (sender, ended) = channel();
        let id = self.process.id();
        let watchdog = std::thread::spawn(move || {
            if ended.recv_timeout(STOP_DEADLINE).is_err() {
                let _ = Command::new("sh").args(["-c", &format!("kill -KILL {id}")]).status();
            }
        });
        let status = self.process.wait().expect("the server was started by us");
        let _ = sender.send(());
        watchdog.join().expect("the watchdog does not panic");
        if self.program == Program::UnderTest && !under_test_is_official() {
            assert!(status.success(), "the server ended with {status}:\n{}", self.log());
        }
    }

    /// Ends the server without warning. What it has written stays with the system.
    pub fn kill(&mut self) {
        if self.program == Program::UnderTest && !under_test_is_official() {
            evidence::files("storage", &self.storage);
        }
        // Both fail only for a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// What the program's own check has to say about the files of a server that does
    /// not run; nothing if all is well. The official server has no such check.
    pub fn problems(&self) -> Option<String> {
        self.problems_in(&self.storage)
    }

    /// The same of a copy.
    pub fn problems_in(&self, storage: &Path) -> Option<String> {
        if self.program == Program::Official || under_test_is_official() {
            return None;
        }
        let output = command(self.program)
            .arg("check")
            .env("SYNC_USER1", format!("{NAME}:{PASSWORD}"))
            .env("SYNC_BASE", storage)
            .env_remove("RUST_LOG")
            .output()
            .expect("the program starts");
        let said = [output.stdout, output.stderr].concat();
        (!output.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
    }

    /// What the server printed so far.
    pub fn log(&self) -> String {
        self.lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner).join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if self.program == Program::UnderTest && !under_test_is_official() {
            evidence::said("logs", self.log().as_bytes());
        }
        if std::thread::panicking() {
            eprintln!("--- what the server printed\n{}\n---", self.log());
        }
    }
}

/// Whether the tests themselves are being tested, against the official server.
pub fn under_test_is_official() -> bool {
    std::env::var_os("ANKI_SYNC_SERVER").is_some_and(|program| program == "official")
}

fn command(program: Program) -> Command {
    if program == Program::Official || under_test_is_official() {
        let mut command = Command::new(python(NEWEST));
        command.args(["-m", "anki.syncserver"]).env("RUST_LOG", "anki=info");
        return command;
    }
    let program = std::env::var_os("ANKI_SYNC_SERVER").map_or_else(built_program, PathBuf::from);
    assert!(
        program.exists(),
        "{} is missing. `cargo xtask test` builds it and runs these tests.",
        program.display()
    );
    let mut command = Command::new(program);
    command.env("RUST_LOG", "debug,hyper=info,hyper_util=info,mio=info");
    command
}

/// Cargo puts the programs of the workspace beside the folder of the test programs.
fn built_program() -> PathBuf {
    let test = std::env::current_exe().expect("a test program has a path");
    let folder = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/clients-…");
    folder.join("anki-sync-server")
}

/// Keeps what the server prints, and tells the first port of a loopback address in it.
fn collect(
    output: impl Read + Send + 'static,
    lines: &Arc<Mutex<Vec<String>>>,
    ports: Sender<u16>,
) {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(port) = port_in(&line) {
                let _ = ports.send(port);
            }
            lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
        }
    });
}

fn port_in(line: &str) -> Option<u16> {
    let digits = line.split("127.0.0.1:").nth(1)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok().filter(|port| *port != 0)
}
