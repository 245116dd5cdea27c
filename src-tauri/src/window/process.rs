//! The process of an open window: its start, its pipe, its end.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;

use super::lines::{Heard, Lines, write_lines};
use super::{Change, events};
use crate::app::App;
use crate::arguments::WINDOW;
use crate::commands;
use crate::ipc::ToWindow;
use crate::logging::LogFeed;
use crate::toolkit;

/// Lines that wait for a window that does not read. Events beyond that are
/// replaced by the present state once it reads again.
const LINES_WAITING: usize = 64;

/// How much of what it last said a crashed window leaves in the log.
const LAST_WORDS: usize = 20;

/// Starts the process. What is sent to the result goes to the window.
/// `note` hears what becomes of it, at least once that it is gone.
///
/// # Errors
/// When the process cannot be started.
pub fn start(
    app: Arc<App>,
    log: &LogFeed,
    note: impl Fn(Change) + Send + Sync + 'static,
) -> io::Result<mpsc::Sender<ToWindow>> {
    let mut command = Command::new(program()?);
    command.arg(WINDOW).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    toolkit::allow_opengl(&mut command);
    let mut child = command.spawn()?;
    let (Some(input), Some(output), Some(errors)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::Error::other("the window's process has no pipes"));
    };
    tracing::debug!(process = child.id(), "the window opens");

    let runtime = tauri::async_runtime::handle();
    let (lines, waiting) = mpsc::channel(LINES_WAITING);
    let note = Arc::new(note);
    let pushing = runtime.spawn(events::push(Arc::clone(&app), log.clone(), lines.clone()));

    // The pipes of a process block, hence threads. They are there only while the
    // window is.
    spawn("window-input", move || {
        // An error means that the window is gone, which is noticed elsewhere.
        let _ = write_lines(input, waiting);
    })?;
    spawn("window-output", {
        let (lines, note) = (lines.clone(), Arc::clone(&note));
        move || {
            for heard in Lines::new(BufReader::new(output)) {
                match heard {
                    Heard::Closing => note(Change::Gone),
                    Heard::Shown => note(Change::Shown),
                    Heard::Command(asked) => {
                        let (app, lines) = (Arc::clone(&app), lines.clone());
                        runtime.spawn(async move {
                            let outcome = commands::run(app, &asked.command, asked.arguments).await;
                            let answer = ToWindow::Answer { id: asked.id, outcome };
                            // A window that has closed needs no answer.
                            let _ = lines.send(answer).await;
                        });
                    }
                }
            }
        }
    })?;
    spawn("window-process", move || {
        wait(child, errors);
        pushing.abort();
        note(Change::Gone);
    })?;
    Ok(lines)
}

/// This program. After an update the file on the disk is another one, whose
/// window might speak another language than this app.
fn program() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    if cfg!(target_os = "linux") && !program.exists() {
        return Ok("/proc/self/exe".into());
    }
    Ok(program)
}

/// Waits for the end of the process and tells the log when it was no good one.
fn wait(mut child: Child, errors: impl Read + Send + 'static) {
    // Helpers of the web engine may hold the pipe for longer than the process
    // lives, so its end says nothing and it must not be waited for.
    let last_words = Arc::new(std::sync::Mutex::new(VecDeque::with_capacity(LAST_WORDS)));
    let _ = spawn("window-errors", {
        let last_words = Arc::clone(&last_words);
        move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                tracing::debug!("window: {line}");
                let mut words = last_words.lock().unwrap_or_else(|e| e.into_inner());
                if words.len() == LAST_WORDS {
                    words.pop_front();
                }
                words.push_back(line);
            }
        }
    });
    match child.wait() {
        Ok(status) if status.success() || was_told_to_end(status) => {
            tracing::debug!("the window closed");
        }
        Ok(status) => {
            let words = last_words.lock().unwrap_or_else(|e| e.into_inner());
            let words = words.iter().map(String::as_str).collect::<Vec<_>>().join(" | ");
            tracing::warn!(%status, last_words = words, "the window's process ended abnormally");
        }
        Err(error) => tracing::warn!(%error, "the window's process cannot be watched"),
    }
}

/// At logout everybody is told to end at once, this process not last.
#[cfg(unix)]
fn was_told_to_end(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    use tokio::signal::unix::SignalKind;

    [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()]
        .iter()
        .any(|signal| status.signal() == Some(signal.as_raw_value()))
}

#[cfg(not(unix))]
fn was_told_to_end(_status: ExitStatus) -> bool {
    false
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}
