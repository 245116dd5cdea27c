//! Where formatted lines go: to the file, and to the window that listens.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use tokio::sync::broadcast;
use tracing_subscriber::fmt::MakeWriter;

use super::file::RotatingFile;

/// Takes one formatted line at a time.
#[derive(Debug)]
pub struct LogWriter {
    file: Mutex<RotatingFile>,
    lines: broadcast::Sender<String>,
}

impl LogWriter {
    /// Writes to `file` and tells `lines`.
    pub fn new(file: RotatingFile, lines: broadcast::Sender<String>) -> Self {
        Self { file: Mutex::new(file), lines }
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = &'a LogWriter;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &LogWriter {
    /// The formatter hands over each line as a whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // A full disk must not hide the line from the window.
        let written = self.file.lock().unwrap_or_else(PoisonError::into_inner).add(line);
        if self.lines.receiver_count() > 0 {
            let _ = self.lines.send(String::from_utf8_lossy(line).trim_end().to_owned());
        }
        written.map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use tracing_subscriber::layer::SubscriberExt;

    use super::super::LOG_FILE;
    use super::*;

    #[test]
    fn a_line_reaches_file_and_listener_alike() {
        let folder = tempfile::tempdir().unwrap();
        let lines = broadcast::Sender::new(4);
        let mut heard = lines.subscribe();
        let writer = LogWriter::new(RotatingFile::new(folder.path()), lines);
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::info!(port = 8080, "listening");
        });
        let heard = heard.try_recv().unwrap();
        assert!(heard.ends_with("listening port=8080"), "{heard}");
        let written = std::fs::read_to_string(folder.path().join(LOG_FILE)).unwrap();
        assert_eq!(written, heard + "\n");
    }
}
