//! A log file that begins anew before it grows large.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that is written to.
pub const LOG_FILE: &str = "anki-sync-tray.log";

/// Size at which a file is put aside, in bytes: some ten thousand lines.
const LIMIT_BYTES: u64 = 1024 * 1024;

/// Files that were put aside and are kept.
const KEPT: usize = 2;

/// Writes to [`LOG_FILE`]; older lines are in `anki-sync-tray.1.log` and so on.
/// Nothing is buffered: after a crash the last line is there.
#[derive(Debug)]
pub struct RotatingFile {
    folder: PathBuf,
    limit_bytes: u64,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    size_bytes: u64,
}

impl RotatingFile {
    /// A log in `folder`, which is created with the first line.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), limit_bytes: LIMIT_BYTES, open: None }
    }

    /// Adds a line, which ends with its newline.
    ///
    /// # Errors
    /// When the file can be neither opened nor written.
    pub fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.open()?,
        };
        let length = line.len() as u64;
        if open.size_bytes > 0 && open.size_bytes + length > self.limit_bytes {
            // Windows does not rename a file that is open.
            drop(open);
            self.put_aside();
            open = self.open()?;
        }
        open.file.write_all(line)?;
        open.size_bytes += length;
        self.open = Some(open);
        Ok(())
    }

    fn open(&self) -> io::Result<Open> {
        std::fs::create_dir_all(&self.folder)?;
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // Names of people and addresses of their devices are in it.
            options.mode(0o600);
        }
        let file = options.open(self.folder.join(LOG_FILE))?;
        let size_bytes = file.metadata()?.len();
        Ok(Open { file, size_bytes })
    }

    /// Makes room. A file that cannot be moved simply grows on.
    fn put_aside(&self) {
        for number in (0..KEPT).rev() {
            let (from, to) = (self.path(number), self.path(number + 1));
            let _ = std::fs::rename(from, to);
        }
    }

    fn path(&self, number: usize) -> PathBuf {
        match number {
            0 => self.folder.join(LOG_FILE),
            number => self.folder.join(format!("anki-sync-tray.{number}.log")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn log(folder: &Path) -> RotatingFile {
        RotatingFile { limit_bytes: 20, ..RotatingFile::new(folder) }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_created_before_the_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = log(&folder.path().join("logs"));
        assert!(names(folder.path()).is_empty());
        log.add(b"first\n").unwrap();
        let written = std::fs::read(folder.path().join("logs").join(LOG_FILE)).unwrap();
        assert_eq!(written, b"first\n");
    }

    #[test]
    fn a_full_file_is_put_aside_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = log(folder.path());
        for number in 0..9 {
            log.add(format!("line number {number}\n").as_bytes()).unwrap();
        }
        assert_eq!(
            names(folder.path()),
            ["anki-sync-tray.1.log", "anki-sync-tray.2.log", "anki-sync-tray.log"]
        );
        let newest = std::fs::read_to_string(folder.path().join(LOG_FILE)).unwrap();
        assert_eq!(newest, "line number 8\n");
        let oldest = std::fs::read_to_string(folder.path().join("anki-sync-tray.2.log")).unwrap();
        assert_eq!(oldest, "line number 6\n");
    }

    #[test]
    fn a_second_start_goes_on_in_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        log(folder.path()).add(b"one\n").unwrap();
        log(folder.path()).add(b"two\n").unwrap();
        assert_eq!(std::fs::read(folder.path().join(LOG_FILE)).unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn a_line_longer_than_the_limit_is_still_written() {
        let folder = tempfile::tempdir().unwrap();
        let long = "x".repeat(50);
        log(folder.path()).add(long.as_bytes()).unwrap();
        assert_eq!(names(folder.path()), [LOG_FILE]);
    }
}
