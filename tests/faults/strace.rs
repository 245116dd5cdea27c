//! `strace` on the running program: what it asks of the system, in order, and
//! calls that fail, or end it, when they are wanted to.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sync_tests::disks::skip;

use crate::program::Program;

/// The calls that make something last, change the names in a folder, or write.
pub const CALLS: &str = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,\
                         mkdir,mkdirat,ftruncate,write,pwrite64,writev,sendto,sendmsg,\
                         copy_file_range,sendfile,openat";

/// Those that flush.
pub const FLUSH: &[&str] = &["fsync", "fdatasync"];
/// Those that may send an answer.
pub const SEND: &[&str] = &["sendto", "sendmsg", "write", "writev"];

/// A `strace` that is attached to a program.
pub struct Strace {
    process: Child,
    output: PathBuf,
    _folder: tempfile::TempDir,
}

impl Strace {
    /// Attaches to all threads of a program; `None`, with the reason printed,
    /// where that is not permitted.
    ///
    /// `when` is what is to happen in strace's words, such as
    /// `fsync:error=EIO:when=2`: each thread counts its own calls.
    pub fn attach(program: &Program, calls: &str, when: Option<&str>) -> Option<Self> {
        Self::attach_to(program, calls, when, None)
    }

    /// Likewise, for calls that have to do with this file alone: `read` and `write` are
    /// those of sockets too.
    pub fn attach_to(
        program: &Program,
        calls: &str,
        when: Option<&str>,
        file: Option<&Path>,
    ) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("calls");
        let mut command = Command::new("strace");
        command.args(["-f", "-yy", "-s", "0", "-e", &format!("trace={calls}"), "-o"]);
        command.arg(&output);
        if let Some(when) = when {
            command.args(["-e", &format!("inject={when}")]);
        }
        if let Some(file) = file {
            command.arg("-P").arg(file);
        }
        command.args(["-p", &program.process_id().to_string()]);
        let spawned = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn();
        let Ok(mut process) = spawned else {
            skip("there is no strace here");
            return None;
        };
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let first = said.next().and_then(Result::ok).unwrap_or_default();
        if !first.contains("attached") {
            skip(&format!("strace may not attach here: {first}"));
            let _ = process.kill();
            let _ = process.wait();
            return None;
        }
        // Read on, or it would wait for room in the pipe.
        std::thread::spawn(move || said.for_each(drop));
        Some(Self { process, output, _folder: folder })
    }

    /// Lets go of the program and gives the calls, in the order they ended.
    pub fn detach(mut self) -> Vec<Call> {
        let id = self.process.id();
        let _ = Command::new("sh").args(["-c", &format!("kill -INT {id}")]).status();
        let _ = self.process.wait();
        let text = std::fs::read_to_string(&self.output).unwrap();
        calls(&text)
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One call, as strace writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `fsync`, `rename`, ….
    pub name: String,
    /// Arguments and outcome, with paths.
    pub text: String,
}

impl Call {
    /// Whether it was one of these and had to do with this.
    pub fn is(&self, names: &[&str], about: &str) -> bool {
        names.contains(&self.name.as_str()) && self.text.contains(about)
    }

    /// Whether it was made to fail.
    pub fn is_injected(&self) -> bool {
        self.text.contains("(INJECTED)")
    }
}

fn call(whole: &str) -> Option<Call> {
    let (name, text) = whole.split_once('(')?;
    Some(Call { name: name.to_owned(), text: text.to_owned() })
}

/// Reads `PID NAME(ARGUMENTS) = OUTCOME`, and puts calls together that another
/// thread interrupted; they count from when they ended. Those whose end was not seen any
/// more come last: an answer may have arrived before strace heard of it.
fn calls(text: &str) -> Vec<Call> {
    let mut begun: Vec<(String, String)> = Vec::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let unfinished = [" <unfinished ...>", " <detached ...>"];
        if let Some(beginning) = unfinished.iter().find_map(|end| rest.strip_suffix(end)) {
            begun.push((thread.to_owned(), beginning.trim_end().to_owned()));
            continue;
        }
        let whole = match rest.strip_prefix("<... ") {
            None => rest.to_owned(),
            Some(end) => {
                let Some(at) = begun.iter().position(|(waiting, _)| waiting == thread) else {
                    continue;
                };
                let (_, beginning) = begun.swap_remove(at);
                beginning + end.split_once("resumed>").map_or("", |(_, end)| end)
            }
        };
        calls.extend(call(&whole));
    }
    calls.extend(begun.iter().filter_map(|(_, beginning)| call(beginning)));
    calls
}
