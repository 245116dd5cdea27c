//! A real Anki client in a process of its own, driven by lines of JSON. The driver is that of
//! the tests with real clients.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::device::PASSWORD;
use crate::process::Programs;

/// A running client with its own folder and one open collection.
pub struct Client {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Client {
    /// Starts a client and opens (or creates) the collection in `folder`.
    pub fn start(programs: &Programs, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/driver.py");
        let mut process = Command::new(&programs.python)
            .args(["-W", "ignore"])
            .arg(driver)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let commands = process.stdin.take().context("piped")?;
        let answers = BufReader::new(process.stdout.take().context("piped")?);
        let mut client = Self { process, commands, answers, folder: folder.to_owned() };
        client.call("open", json!({ "folder": client.folder }))?;
        Ok(client)
    }

    /// Runs a command of the driver and gives how long it took.
    pub fn timed(&mut self, name: &str, arguments: Value) -> Result<Duration> {
        let begun = Instant::now();
        self.call(name, arguments)?;
        Ok(begun.elapsed())
    }

    /// Runs a command of the driver.
    pub fn call(&mut self, name: &str, mut arguments: Value) -> Result<Value> {
        arguments["do"] = json!(name);
        writeln!(self.commands, "{arguments}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let mut answer: Value = serde_json::from_str(&line).context("the client went away")?;
        if let Some(error) = answer.get("error") {
            bail!("the client's {name} failed: {error}");
        }
        Ok(answer["ok"].take())
    }

    /// Points the client at a server and signs in to the account `u` with this number.
    pub fn log_in(&mut self, address: &str, account: usize) -> Result<Duration> {
        self.call("use_server", json!({ "address": address }))?;
        self.timed("login", json!({ "name": format!("u{account}"), "password": PASSWORD }))
    }

    /// A normal sync that must not ask for a full one.
    pub fn sync(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        let answer = self.call("sync", json!({}))?;
        let elapsed = begun.elapsed();
        if answer["required"] != "NO_CHANGES" {
            bail!("the client wants {answer}");
        }
        Ok(elapsed)
    }

    /// Changes `count` objects: half of them notes, half cards, always the same ones.
    pub fn change(&mut self, count: usize, suffix: &str) -> Result<()> {
        let tag = format!("tag:first{count}");
        self.call("edit_notes", json!({ "query": tag, "suffix": suffix }))?;
        let flag = 1 + suffix.len() % 7;
        // Each note has two cards.
        self.call("flag", json!({ "query": format!("{tag} card:1"), "flag": flag }))?;
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Both fail only for a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
