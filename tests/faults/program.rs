//! The program itself, in a process of its own, so that it can be ended, watched
//! and deprived of things.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use sync_tests::{Client, NAME, PASSWORD, evidence};
use tempfile::TempDir;

/// What a program printed, and word of each further line.
type Lines = (Mutex<Vec<String>>, Condvar);

const LINE_DEADLINE: Duration = Duration::from_secs(20);
const START_DEADLINE: Duration = Duration::from_secs(60);

/// A running server with the account [`NAME`]. Ends when dropped.
pub struct Program {
    process: Child,
    address: SocketAddr,
    storage: PathBuf,
    lines: Arc<Lines>,
}

impl Program {
    /// Starts it on a storage folder.
    pub fn start(storage: &Path) -> Self {
        Self::start_through(&[], &built(), storage)
    }

    /// Starts it as the last words of another command, such as one that gives
    /// up its rights.
    pub fn start_through(before: &[&str], program: &Path, storage: &Path) -> Self {
        let mut words: Vec<&std::ffi::OsStr> = before.iter().map(AsRef::as_ref).collect();
        words.push(program.as_os_str());
        let mut process = with_settings(Command::new(words[0]).args(&words[1..]), storage)
            .env("RUST_LOG", "debug,hyper=info,hyper_util=info,mio=info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{words:?}: {error}"));
        evidence::password(NAME, PASSWORD);
        let lines = Arc::default();
        let (sender, addresses) = channel();
        collect(process.stdout.take().unwrap(), &lines, sender.clone());
        collect(process.stderr.take().unwrap(), &lines, sender);
        let Ok(address) = addresses.recv_timeout(START_DEADLINE) else {
            let _ = process.kill();
            let _ = process.wait();
            panic!("the server told no address:\n{}", text(&lines));
        };
        Self { process, address, storage: storage.to_owned(), lines }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The most memory that it had so far, in KiB.
    pub fn peak_memory(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    /// The memory that it has now, in KiB.
    pub fn memory(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    fn status_kib(&self, key: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process_id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// How many descriptors it has.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process_id())).unwrap().count()
    }

    /// The folder of the account [`NAME`].
    pub fn account_folder(&self) -> PathBuf {
        self.storage.join(NAME)
    }

    /// A device that is signed in.
    pub fn client(&self) -> Client {
        let mut client = Client::new(self.address);
        let answer = client.log_in(NAME, PASSWORD).ok();
        client.host_key = answer["key"].as_str().unwrap().to_owned();
        client
    }

    /// Waits for an end that somebody else brings about.
    pub fn wait(mut self) {
        self.process.wait().unwrap();
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> bool {
        // What waits for its parent to look is `Z`.
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        status.is_ok_and(|status| status.rsplit(')').next().unwrap().starts_with(" Z"))
    }

    /// How many files it may have open.
    pub fn descriptor_limit(&self) -> usize {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.process.id()));
        let limits = limits.unwrap();
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Ends it in order, as a service manager does. Gives all that it printed.
    #[track_caller]
    pub fn stop(mut self) -> String {
        let kill = format!("kill -TERM {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success(), "{}", self.log());
        self.wait_for_line(0, &["the server has stopped"]);
        self.log()
    }

    /// What it printed so far, from the first line on.
    pub fn log(&self) -> String {
        text(&self.lines)
    }

    /// Waits for a line with these words after the first `skip` lines. The log
    /// comes through a pipe, and so a little after the answer that it is about.
    #[track_caller]
    pub fn wait_for_line(&self, skip: usize, words: &[&str]) -> String {
        let (lines, more) = &*self.lines;
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = |lines: &[String]| {
            let mut later = lines.iter().skip(skip);
            later.find(|line| words.iter().all(|word| line.contains(word))).cloned()
        };
        let waited =
            more.wait_timeout_while(lines, LINE_DEADLINE, |lines| is_there(lines).is_none());
        let (lines, _) = waited.unwrap();
        is_there(&lines).unwrap_or_else(|| panic!("no line with {words:?}"))
    }

    /// How many lines it printed.
    pub fn line_count(&self) -> usize {
        self.lines.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn end(&mut self) {
        evidence::files("storage", &self.storage);
        // Both fail only for a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
        evidence::said("logs", self.log().as_bytes());
        if std::thread::panicking() {
            eprintln!("--- what the server printed\n{}\n---", self.log());
        }
    }
}

/// A storage folder that outlives several servers.
pub fn storage() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs the program with a command, such as `check`, to its end.
pub fn command(storage: &Path, words: &[&str]) -> Output {
    let output = with_settings(Command::new(built()).args(words), storage).output().unwrap();
    evidence::said("logs", &[output.stdout.as_slice(), &output.stderr].concat());
    output
}

/// Likewise, with something on its standard input.
pub fn command_with_input(storage: &Path, words: &[&str], input: Stdio) -> Output {
    with_settings(Command::new(built()).args(words), storage).stdin(input).output().unwrap()
}

/// What the program's own check has against the files; nothing if all is well.
pub fn problems(storage: &Path) -> Option<String> {
    let output = command(storage, &["check"]);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (!output.status.success()).then_some(said)
}

/// The program that cargo built beside the test programs.
pub fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("anki-sync-server");
    assert!(
        program.exists(),
        "{} is missing. `cargo xtask test` builds it and runs these tests.",
        program.display()
    );
    program
}

fn with_settings<'a>(command: &'a mut Command, storage: &Path) -> &'a mut Command {
    for foreign in ["PASSWORDS_HASHED", "SYNC_IP_HEADER", "MAX_SYNC_PAYLOAD_MEGS", "RUST_LOG"] {
        command.env_remove(foreign);
    }
    command
        .env("SYNC_USER1", format!("{NAME}:{PASSWORD}"))
        .env("SYNC_BASE", storage)
        .env("SYNC_HOST", "127.0.0.1")
        .env("SYNC_PORT", "0")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
}

/// Keeps what the server prints, and tells the first address in it.
fn collect(output: impl Read + Send + 'static, lines: &Arc<Lines>, addresses: Sender<SocketAddr>) {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = address_in(&line) {
                let _ = addresses.send(address);
            }
            lines.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            lines.1.notify_all();
        }
    });
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let at = line.find("127.0.0.1:")?;
    let end = line[at..].find(|c: char| !c.is_ascii_digit() && !".:".contains(c));
    let address = &line[at..end.map_or(line.len(), |end| at + end)];
    address.parse().ok().filter(|address: &SocketAddr| address.port() != 0)
}

fn text(lines: &Lines) -> String {
    lines.0.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
}
