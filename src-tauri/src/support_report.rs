//! A text for somebody who helps: what the program knows of itself and its
//! surroundings, without secrets and without names of people.

use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::folder_check::check_folder;
use crate::ipc::{ClientApp, LadderProblem, ServerStatus, Settings, Snapshot, SyncRow};
use crate::log_file::last_lines;

/// Lines of the log in a report.
const LOG_LINES: usize = 50;

/// The report. Blocking: it looks at the storage folder and the log.
#[must_use]
pub fn support_report(
    snapshot: &Snapshot,
    logs: &Path,
    syncs: &[SyncRow],
    users: Vec<String>,
) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut text, snapshot, logs, syncs);
    Veil::new(users, syncs).over(&text)
}

fn write(
    text: &mut String,
    snapshot: &Snapshot,
    logs: &Path,
    syncs: &[SyncRow],
) -> std::fmt::Result {
    writeln!(text, "Anki Sync Tray {}", snapshot.version)?;
    writeln!(text, "Written: {}", moment(Timestamp::now().as_millisecond()))?;
    writeln!(text, "System: {}", system())?;
    writeln!(text, "Desktop: {}", desktop())?;
    writeln!(text, "Tray: {}", if snapshot.has_tray { "shown" } else { "not shown" })?;

    writeln!(text, "\nServer: {}", status(&snapshot.status))?;
    for address in &snapshot.addresses.all {
        writeln!(text, "  {} ({:?}, {})", address.url, address.kind, address.adapter)?;
    }
    writeln!(text, "Adapters:")?;
    for (adapter, address) in local_ip_address::list_afinet_netifas().unwrap_or_default() {
        writeln!(text, "  {adapter}: {address}")?;
    }
    if let Some(ladder) = &snapshot.ladder {
        writeln!(
            text,
            "Last device: {:?} at {}, problem: {}",
            ladder.rung,
            moment(ladder.at),
            ladder.problem.as_ref().map_or("none", LadderProblem::code)
        )?;
    }

    write_settings(text, &snapshot.settings)?;
    if let Some(notice) = &snapshot.settings_notice {
        writeln!(text, "  notice: {notice:?}")?;
    }

    let storage = Path::new(&snapshot.settings.storage);
    let check = check_folder(storage, Some(storage));
    writeln!(text, "\nStorage folder: {}", check.folder)?;
    writeln!(text, "  exists: {}", storage.is_dir())?;
    let kind = storage.canonicalize().ok().and_then(|folder| sync_server::file_system(&folder));
    writeln!(text, "  file system: {}", kind.as_deref().unwrap_or("?"))?;
    writeln!(text, "  problem: {:?}, warnings: {:?}", check.problem, check.warnings)?;
    if let Some(free_bytes) = check.free_bytes {
        writeln!(text, "  free: {} MiB", free_bytes / (1024 * 1024))?;
    }
    writeln!(text, "  accounts with data: {}", check.accounts.len())?;

    writeln!(text, "\nLast syncs:")?;
    for sync in syncs {
        let ClientApp { name, version, system } = &sync.app;
        let result = sync.failure.map_or("ok".to_owned(), |failure| format!("{failure:?}"));
        writeln!(
            text,
            "  {} {}: {:?}, {name} {version} {system}, up {} B, down {} B, {} ms, {result}",
            moment(sync.started),
            sync.user.as_deref().unwrap_or("(removed)"),
            sync.kind,
            sync.up_bytes,
            sync.down_bytes,
            sync.duration_ms,
        )?;
    }

    writeln!(text, "\nLog:")?;
    match last_lines(logs, LOG_LINES) {
        Ok(lines) => lines.iter().try_for_each(|line| writeln!(text, "  {line}")),
        Err(error) => writeln!(text, "  (cannot be read: {error})"),
    }
}

fn write_settings(text: &mut String, settings: &Settings) -> std::fmt::Result {
    writeln!(text, "\nSettings:")?;
    writeln!(text, "  set up: {}", settings.is_set_up)?;
    writeln!(text, "  address: {}", settings.address.as_deref().unwrap_or("all"))?;
    writeln!(text, "  port: {}", settings.port)?;
    writeln!(text, "  reach: {:?}", settings.reach)?;
    writeln!(text, "  upload limit: {} MiB", settings.upload_limit_mib)?;
    writeln!(
        text,
        "  starts with the computer: {}, hidden: {}",
        settings.starts_with_computer, settings.starts_hidden
    )?;
    writeln!(text, "  language: {:?}, theme: {:?}", settings.language, settings.theme)
}

fn status(status: &ServerStatus) -> String {
    match status {
        ServerStatus::Failed { problem } => format!("failed: {problem:?}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn moment(millis: i64) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(moment) => moment
            .to_zoned_datetime(TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S %z")
            .to_string(),
        Err(_) => millis.to_string(),
    }
}

/// The system with the name that its makers give it, where a file tells.
fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map(|name| name.trim_matches('"')).unwrap_or(std::env::consts::OS);
    format!("{name} ({})", std::env::consts::ARCH)
}

fn desktop() -> String {
    let variable = |name| std::env::var(name).unwrap_or_else(|_| "?".to_owned());
    format!("{} ({})", variable("XDG_CURRENT_DESKTOP"), variable("XDG_SESSION_TYPE"))
}

/// What is put in the place of people's names.
struct Veil {
    /// What to replace, the longest first, and with what.
    names: Vec<(String, String)>,
}

impl Veil {
    fn new(users: Vec<String>, syncs: &[SyncRow]) -> Self {
        let mut all = users;
        for user in syncs.iter().filter_map(|sync| sync.user.clone()) {
            if !all.contains(&user) {
                all.push(user);
            }
        }
        let mut names: Vec<_> = all
            .into_iter()
            .zip(1..)
            .map(|(name, number)| (name, format!("user {number}")))
            .collect();
        if let Some(home) = std::env::home_dir().filter(|home| home.parent().is_some()) {
            names.push((home.to_string_lossy().into_owned(), "~".to_owned()));
        }
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self { names }
    }

    fn over(&self, text: &str) -> String {
        let mut veiled = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = None;
        'next: while let Some(first) = rest.chars().next() {
            for (name, instead) in &self.names {
                // Whole words only: a user named "an" is not in every "and".
                if let Some(after) = rest.strip_prefix(name.as_str())
                    && !name.is_empty()
                    && !joins(before, name.chars().next())
                    && !joins(name.chars().next_back(), after.chars().next())
                {
                    veiled.push_str(instead);
                    before = name.chars().next_back();
                    rest = after;
                    continue 'next;
                }
            }
            veiled.push(first);
            before = Some(first);
            rest = &rest[first.len_utf8()..];
        }
        veiled
    }
}

/// Whether two characters that follow one another belong to one word.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    let is_of_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    is_of_word(left) && is_of_word(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_veiled_as_whole_words() {
        let veil = Veil::new(vec!["an".to_owned(), "anna".to_owned()], &[]);
        assert_eq!(
            veil.over("account=anna and an, banana \"anna\" /x/anna/collection"),
            "account=user 2 and user 1, banana \"user 2\" /x/user 2/collection"
        );
    }

    #[test]
    fn the_home_folder_is_shortened() {
        let veil = Veil { names: vec![("/home/anna".to_owned(), "~".to_owned())] };
        assert_eq!(veil.over("in /home/anna/.syncserver"), "in ~/.syncserver");
        assert_eq!(veil.over("in /home/annabel"), "in /home/annabel");
    }
}
