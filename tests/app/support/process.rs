//! A program of a test, which ends with the test together with all it started.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::wait::{self, DEADLINE};

/// A running program in a process group of its own.
pub struct Process {
    name: String,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    news: Receiver<String>,
}

impl Process {
    /// Starts it and collects what it prints.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (sender, news) = channel();
        collect(child.stdout.take().expect("piped"), &lines, sender.clone());
        collect(child.stderr.take().expect("piped"), &lines, sender);
        Self { name, child, lines, news }
    }

    /// The process id, which is also that of its group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line that `read` makes something of.
    pub fn line<T>(&self, read: impl Fn(&str) -> Option<T>) -> T {
        loop {
            match self.news.recv_timeout(DEADLINE) {
                Ok(line) => {
                    if let Some(found) = read(&line) {
                        return found;
                    }
                }
                Err(_) => panic!("{} did not print what was expected:\n{}", self.name, self.log()),
            }
        }
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("the child is ours").is_none()
    }

    /// Waits until it ended by itself.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        let (name, lines, child) = (&self.name, &self.lines, &mut self.child);
        let ended = || child.try_wait().expect("the child is ours");
        wait::until_or(&format!("{name} ends"), ended, || {
            lines.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
        })
    }

    /// Sends a signal to the process alone, as a session manager does.
    pub fn signal(&self, signal: &str) {
        kill(signal, &self.id().to_string());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The group is gone already when the program ended with all it started.
        kill("KILL", &format!("-{}", self.id()));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A signal needs a foreign function; the shell has it built in.
pub fn kill(signal: &str, target: &str) {
    let _ = Command::new("sh")
        .args(["-c", &format!("kill -s {signal} -- {target}")])
        .stderr(Stdio::null())
        .status();
}

fn collect(
    output: impl Read + Send + 'static,
    lines: &Arc<Mutex<Vec<String>>>,
    to: Sender<String>,
) {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
            // Nobody may be waiting any more.
            let _ = to.send(line);
        }
    });
}
