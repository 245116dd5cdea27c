//! One real Anki client: a process of its own, driven by lines of JSON.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use sync_tests::evidence;

/// How long one command may take, a sync of thousands of notes included.
const DEADLINE: Duration = Duration::from_secs(120);

/// The newest release in the matrix, which also reads files for the comparisons.
pub const NEWEST: &str = "26.9.3";

/// What a client answered instead of a result.
pub struct ClientError {
    /// The class of the exception and its kind, such as `SyncError.AUTH`.
    pub kind: String,
    /// The text a person would see, or the trace for a fault of the driver.
    pub text: String,
}

impl fmt::Debug for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.text)
    }
}

/// A running client with its own folder and one open collection.
pub struct Client {
    version: &'static str,
    folder: PathBuf,
    process: Child,
    commands: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Client {
    /// Starts the client of this version and opens (or creates) the collection in `folder`.
    pub fn start(version: &'static str, folder: &Path) -> Self {
        let mut process = Command::new(python(version))
            .arg("-W")
            .arg("ignore")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/driver.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What the client prints on the side, such as deprecation notes, is of no use.
            .stderr(Stdio::null())
            .spawn()
            .expect("the client's Python starts");
        let commands = process.stdin.take().expect("piped");
        let output = process.stdout.take().expect("piped");
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        std::fs::create_dir_all(folder).expect("the client's folder can be made");
        let mut client =
            Self { version, folder: folder.to_owned(), process, commands: Some(commands), answers };
        client.open();
        client
    }

    /// The release of the `anki` package.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// Runs one command of `driver.py`.
    pub fn try_call(&mut self, name: &str, arguments: Value) -> Result<Value, ClientError> {
        self.send(name, arguments);
        self.answer(name)
    }

    /// Runs one command that has to work.
    #[track_caller]
    pub fn call(&mut self, name: &str, arguments: Value) -> Value {
        let shown = arguments.to_string();
        self.try_call(name, arguments)
            .unwrap_or_else(|error| panic!("client {}: {name} {shown}: {error:?}", self.version))
    }

    /// Sends a command without waiting for its end.
    pub fn send(&mut self, name: &str, mut arguments: Value) {
        arguments["do"] = json!(name);
        let commands = self.commands.as_mut().expect("the client runs");
        writeln!(commands, "{arguments}").expect("the client reads its commands");
    }

    /// Waits for the answer to what was sent.
    pub fn answer(&mut self, name: &str) -> Result<Value, ClientError> {
        let line = self.answers.recv_timeout(DEADLINE).map_err(|error| ClientError {
            kind: "NoAnswer".into(),
            text: format!("{name}: {error}"),
        })?;
        let mut answer: Value = serde_json::from_str(&line).expect("the driver answers JSON");
        let Some(error) = answer.get("error") else {
            return Ok(answer["ok"].take());
        };
        let kind = error["kind"].as_str().expect("every error has a kind").to_owned();
        let shown = if kind.starts_with("SyncError") { "text" } else { "trace" };
        Err(ClientError { kind, text: error[shown].as_str().unwrap_or_default().to_owned() })
    }

    /// Opens the collection in the client's folder.
    pub fn open(&mut self) {
        let folder = self.folder.clone();
        self.call("open", json!({ "folder": folder }));
    }

    /// Closes the collection, so that its file is complete by itself.
    pub fn close(&mut self) {
        self.call("close", json!({}));
    }

    /// The collection file. Only to be read while the collection is closed.
    pub fn collection(&self) -> PathBuf {
        self.folder.join("collection.anki2")
    }

    /// The folder of its media files.
    pub fn media_folder(&self) -> PathBuf {
        self.folder.join("collection.media")
    }

    /// Points the client at a server and signs in. Returns the host key.
    #[track_caller]
    pub fn log_in(&mut self, address: &str, name: &str, password: &str) -> String {
        self.use_server(address);
        evidence::password(name, password);
        let key = self.call("login", json!({ "name": name, "password": password }));
        let key = key.as_str().expect("the host key is text");
        evidence::secret(key);
        key.to_owned()
    }

    /// Points the client at a server, as a person types it into the preferences.
    pub fn use_server(&mut self, address: &str) {
        self.call("use_server", json!({ "address": address }));
    }

    /// Syncs the collection, and tells which full sync is needed if any.
    pub fn try_sync(&mut self) -> Result<String, ClientError> {
        let answer = self.try_call("sync", json!({}))?;
        Ok(answer["required"].as_str().expect("a name").to_owned())
    }

    /// Syncs the collection when no full sync can be needed.
    #[track_caller]
    pub fn sync(&mut self) {
        let required = self
            .try_sync()
            .unwrap_or_else(|error| panic!("client {}: the sync failed: {error:?}", self.version));
        assert_eq!(required, "NO_CHANGES", "client {} was asked for a full sync", self.version);
    }

    /// Syncs collection and media as the sync button does.
    #[track_caller]
    pub fn sync_with_media(&mut self) {
        let answer = self.call("sync", json!({ "media": true }));
        assert_eq!(answer["required"], "NO_CHANGES", "client {}", self.version);
    }

    /// The process id, for who wants to end it without warning.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Ends the process without warning.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.commands = None;
        // Both fail only for a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.end();
    }
}

/// The interpreter of a client's virtual environment.
pub fn python(version: &str) -> PathBuf {
    let root = std::env::var_os("ANKI_CLIENTS_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/clients"),
        PathBuf::from,
    );
    let python = root.join(version).join("bin/python");
    assert!(
        python.exists(),
        "Anki {version} is not installed in {}. `cargo xtask test` installs the clients and \
         runs these tests.",
        root.display()
    );
    python
}
