//! The end of the log.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How the names of log files begin.
const BEGINNING: &str = "anki-sync-tray";

/// Most of a file that is looked at, in bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// The last lines of the newest log file in a folder, the oldest first. No
/// folder and no file mean no lines.
///
/// # Errors
/// The system's reason when there is a file that cannot be read.
pub fn last_lines(folder: &Path, most: usize) -> std::io::Result<Vec<String>> {
    let Some(path) = newest(folder) else { return Ok(Vec::new()) };
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let skipped = length.saturating_sub(MOST_BYTES);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines: Vec<&str> = text.lines().collect();
    if skipped > 0 && !lines.is_empty() {
        // Its beginning is missing.
        lines.remove(0);
    }
    let first = lines.len().saturating_sub(most);
    Ok(lines.split_off(first).into_iter().map(str::to_owned).collect())
}

fn newest(folder: &Path) -> Option<PathBuf> {
    std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|item| item.file_name().to_string_lossy().starts_with(BEGINNING))
        .filter_map(|item| {
            let metadata = item.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((metadata.modified().ok()?, item.path()))
        })
        .max()
        .map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::time::{Duration, SystemTime};

    use super::*;

    fn write(folder: &Path, name: &str, text: &str, age_secs: u64) {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        let modified = SystemTime::now() - Duration::from_secs(age_secs);
        File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
    }

    #[test]
    fn the_last_lines_of_the_newest_file_are_read() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "anki-sync-tray.1.log", "old\n", 60);
        write(folder.path(), "anki-sync-tray.log", "one\ntwo\nthree\n", 5);
        write(folder.path(), "other.log", "foreign\n", 0);
        assert_eq!(last_lines(folder.path(), 2).unwrap(), ["two", "three"]);
        assert_eq!(last_lines(folder.path(), 9).unwrap(), ["one", "two", "three"]);
    }

    #[test]
    fn of_a_huge_file_the_end_is_read_from_a_whole_line_on() {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (0..200_000).map(|number| format!("line {number}\n")).collect();
        write(folder.path(), "anki-sync-tray.log", &text, 0);
        let lines = last_lines(folder.path(), usize::MAX).unwrap();
        assert_eq!(lines.last().unwrap(), "line 199999");
        assert!(lines.iter().all(|line| line.starts_with("line ")));
        assert!(lines.len() < 200_000);
    }

    #[test]
    fn without_a_log_there_are_no_lines() {
        let folder = tempfile::tempdir().unwrap();
        assert!(last_lines(folder.path(), 5).unwrap().is_empty());
        assert!(last_lines(&folder.path().join("none"), 5).unwrap().is_empty());
    }
}
