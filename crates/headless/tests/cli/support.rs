//! Starting the program and talking to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use sync_tests::evidence;

/// Variables that must not come in from where the tests run.
const FOREIGN: [&str; 8] = [
    "PASSWORDS_HASHED",
    "SYNC_BASE",
    "SYNC_HOST",
    "SYNC_PORT",
    "SYNC_IP_HEADER",
    "MAX_SYNC_PAYLOAD_MEGS",
    "SYNC_USER1",
    "RUST_LOG",
];

/// The program with a storage folder.
pub fn program(base: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anki-sync-server"));
    for name in FOREIGN {
        command.env_remove(name);
    }
    command.env("SYNC_BASE", base).stdin(Stdio::null());
    command
}

/// What a finished command said.
#[derive(Debug)]
pub struct Said {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end.
pub fn run(base: &Path, words: &[&str]) -> Said {
    finish(program(base).args(words), "")
}

/// Runs a command to its end, with something on its standard input.
pub fn run_with_input(base: &Path, words: &[&str], input: &str) -> Said {
    // All that the program asks for are passwords.
    input.lines().for_each(evidence::secret);
    finish(program(base).args(words).stdin(Stdio::piped()), input)
}

pub fn finish(command: &mut Command, input: &str) -> Said {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    evidence::said("logs", &output.stderr);
    Said {
        status: output.status,
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running server, which is ended when dropped.
pub struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    err: Option<JoinHandle<String>>,
    pub url: String,
    pub greeting: String,
}

impl Running {
    /// Starts the server on a free port of the loopback address.
    pub fn start(base: &Path) -> Self {
        Self::start_command(&mut program(base))
    }

    /// With further variables or arguments.
    pub fn start_command(command: &mut Command) -> Self {
        Self::start_with_log(command, Stdio::piped())
    }

    /// With the log going elsewhere.
    pub fn start_with_log(command: &mut Command, log: Stdio) -> Self {
        let mut child = command
            .env("SYNC_HOST", "127.0.0.1")
            .env("SYNC_PORT", "0")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let stderr = child.stderr.take();
        // Read all the time, or the server would wait for room in the pipe.
        let err = std::thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut stderr) = stderr {
                stderr.read_to_string(&mut text).unwrap();
            }
            text
        });
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        let url = loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "the server ended: {greeting}");
            greeting.push_str(&line);
            if let Some(word) = line.split_whitespace().find(|word| word.starts_with("http://")) {
                break word.to_owned();
            }
        };
        Self { child, out, err: Some(err), url, greeting }
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn port(&self) -> String {
        self.url.trim_end_matches('/').rsplit(':').next().unwrap().to_owned()
    }

    /// Logs in as an old client does, whose requests need no compression.
    /// Gives the status and the body.
    pub fn log_in(&self, name: &str, password: &str) -> (u16, String) {
        evidence::password(name, password);
        let data = serde_json::json!({ "u": name, "p": password }).to_string();
        self.post("hostKey", "", &data)
    }

    /// The key that a login gives.
    pub fn key_of(&self, name: &str, password: &str) -> String {
        let (status, body) = self.log_in(name, password);
        assert_eq!(status, 200, "{body}");
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        let key = answer["key"].as_str().unwrap();
        evidence::secret(key);
        key.to_owned()
    }

    /// Status of a request that needs a key.
    pub fn status_of_meta(&self, key: &str) -> u16 {
        self.post("meta", key, r#"{"v":10,"cv":"ankidesktop,2.1.50,lin"}"#).0
    }

    fn post(&self, method: &str, key: &str, data: &str) -> (u16, String) {
        let mut body = String::new();
        for (field, value) in [("c", "0"), ("k", key), ("data", data)] {
            body.push_str(&format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str("--edge--\r\n");
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent
            .post(format!("{}sync/{method}", self.url))
            .content_type("multipart/form-data; boundary=edge")
            .send(&body)
            .unwrap();
        let (status, body) =
            (response.status().as_u16(), response.body_mut().read_to_string().unwrap());
        if status != 200 {
            evidence::said("answers", body.as_bytes());
        }
        (status, body)
    }

    /// Sends a signal, waits for the end and gives the status, the rest of
    /// standard output and all of standard error.
    pub fn end_with(mut self, signal: &str) -> Said {
        // The shell's own `kill`: the program is not on every machine.
        let kill = format!("kill {signal} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.unwrap().success());
        let mut out = std::mem::take(&mut self.greeting);
        self.out.read_to_string(&mut out).unwrap();
        let err = self.err.take().unwrap().join().unwrap();
        evidence::said("logs", err.as_bytes());
        Said { status: self.child.wait().unwrap(), out, err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing to end when `end_with` has seen to it.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(err) = self.err.take().and_then(|err| err.join().ok()) {
            evidence::said("logs", err.as_bytes());
        }
    }
}

/// The key that the official server gives: SHA-1 of `anna:se:cret`.
pub const OFFICIAL_KEY_OF_ANNA: &str = "00036014cf91d1ecfb42ebd745cf0afdf5544a48";
