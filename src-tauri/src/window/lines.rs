//! Both ends of the pipe, on the app's side: one line is one message.

use std::io::{self, BufRead, Write};

use tokio::sync::mpsc;

use crate::ipc::{FromWindow, ToWindow};

/// A line longer than this is none of ours, in bytes.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// What the window said.
#[derive(Debug)]
pub enum Heard {
    /// It wants something.
    Command(FromWindow),
    /// It closes, and shows nothing any more.
    Closing,
    /// It came to the front as it was told.
    Shown,
}

/// What the window says, line by line, until its end of the pipe is closed.
#[derive(Debug)]
pub struct Lines<R>(R);

impl<R: BufRead> Lines<R> {
    /// Reads from there.
    pub fn new(from: R) -> Self {
        Self(from)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Heard;

    fn next(&mut self) -> Option<Heard> {
        loop {
            let mut line = Vec::new();
            let mut limited = io::Read::take(&mut self.0, LONGEST_LINE);
            match limited.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
            // Libraries print as well; what is no message is passed over.
            let Ok(message) = serde_json::from_slice::<FromWindow>(&line) else { continue };
            return Some(match message.command.as_str() {
                FromWindow::CLOSING => Heard::Closing,
                FromWindow::SHOWN => Heard::Shown,
                _ => Heard::Command(message),
            });
        }
    }
}

/// Writes what arrives until nobody sends any more or nobody reads.
///
/// # Errors
/// When nobody reads.
pub fn write_lines(mut to: impl Write, mut waiting: mpsc::Receiver<ToWindow>) -> io::Result<()> {
    while let Some(message) = waiting.blocking_recv() {
        let mut line = serde_json::to_vec(&message)?;
        line.push(b'\n');
        to.write_all(&line)?;
        to.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::{BufReader, Cursor};

    use serde_json::json;

    use super::*;
    use crate::ipc::{AppEvent, ServerStatus};

    fn heard(text: &str) -> Vec<String> {
        Lines::new(Cursor::new(text.as_bytes()))
            .map(|heard| match heard {
                Heard::Command(asked) => format!("{}:{}", asked.id, asked.command),
                Heard::Closing => "closing".to_owned(),
                Heard::Shown => "shown".to_owned(),
            })
            .collect()
    }

    #[test]
    fn each_line_is_a_command() {
        let text = "{\"id\":1,\"command\":\"users\"}\n{\"id\":2,\"command\":\"log\",\"arguments\":{\"lines\":9}}\n";
        assert_eq!(heard(text), ["1:users", "2:log"]);
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let text =
            "(process:1): Gtk-WARNING\n{\"id\":1}\n\n\u{fffd}\n{\"id\":3,\"command\":\"users\"}\n";
        assert_eq!(heard(text), ["3:users"]);
    }

    #[test]
    fn what_a_window_says_of_itself_is_no_command() {
        let text = "{\"id\":0,\"command\":\"shown\"}\n{\"id\":0,\"command\":\"closing\"}\n";
        assert_eq!(heard(text), ["shown", "closing"]);
    }

    #[test]
    fn half_a_line_at_the_end_is_no_command() {
        assert_eq!(heard("{\"id\":1,\"command\":\"stop_ser"), [""; 0]);
    }

    #[tokio::test]
    async fn messages_become_one_line_each_in_order() {
        let (read, write) = io::pipe().unwrap();
        let (lines, waiting) = mpsc::channel(4);
        let writing = tokio::task::spawn_blocking(move || write_lines(write, waiting));
        let event = Box::new(AppEvent::Status(ServerStatus::Running));
        lines.send(ToWindow::Event { event }).await.unwrap();
        lines.send(ToWindow::Answer { id: 7, outcome: Ok(json!("a\nb")) }).await.unwrap();
        drop(lines);
        writing.await.unwrap().unwrap();
        let written: Vec<_> = BufReader::new(read).lines().map(Result::unwrap).collect();
        assert_eq!(
            written,
            [
                r#"{"kind":"event","event":{"event":"status","value":{"state":"running"}}}"#,
                r#"{"kind":"answer","id":7,"outcome":{"Ok":"a\nb"}}"#,
            ]
        );
    }

    #[tokio::test]
    async fn a_window_that_is_gone_ends_the_writing() {
        let (read, write) = io::pipe().unwrap();
        drop(read);
        let (lines, waiting) = mpsc::channel(4);
        lines.send(ToWindow::Show).await.unwrap();
        let error = tokio::task::spawn_blocking(move || write_lines(write, waiting)).await.unwrap();
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert!(lines.is_closed());
    }
}
