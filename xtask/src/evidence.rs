//! No password and no key is in anything that the programs wrote or said while all tests
//! ran: logs, `server.db` and settings, answers with an error, reports for support.
//!
//! The tests leave copies in a folder, and note the secrets that they used
//! (`tests/support/evidence.rs`).

use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, bail};

use crate::steps::{Steps, target};

/// What has to be there, or the search would find nothing because there is nothing.
const KINDS: [&str; 5] = ["logs", "storage", "answers", "homes", "support"];
const SECRETS: &str = "secrets";

/// Has the tests leave what is searched.
pub fn keep(steps: &mut Steps) -> Result<PathBuf> {
    let folder = target()?.join("evidence");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    steps.keep_evidence(folder.clone());
    Ok(folder)
}

/// Searches it.
pub fn search(steps: &mut Steps, folder: &Path) -> Result<()> {
    let found = steps.run_function("Search for secrets in what the tests left", || {
        let secrets = secrets(folder)?;
        let mut searched = Searched::default();
        let finder = AhoCorasick::new(&secrets).context("the secrets are too many")?;
        for kind in KINDS {
            let before = searched.files;
            search_in(&folder.join(kind), &finder, &mut searched)?;
            if searched.files == before {
                searched.found.push(format!("nothing was kept in {kind}"));
            }
        }
        println!(
            "({} secrets, {} files, {} MB) ",
            secrets.len(),
            searched.files,
            searched.bytes / 1_000_000
        );
        if !searched.found.is_empty() {
            bail!("{}", searched.found.join("\n"));
        }
        Ok(())
    });
    steps.count_tests(u64::from(found.is_ok()), u64::from(found.is_err()));
    if let Err(error) = found {
        println!("{error:#}");
    }
    Ok(())
}

#[derive(Default)]
struct Searched {
    files: u64,
    bytes: u64,
    /// What should not be, in words, without the secrets themselves.
    found: Vec<String>,
}

fn secrets(folder: &Path) -> Result<Vec<String>> {
    let mut secrets = Vec::new();
    for path in entries(&folder.join(SECRETS))? {
        secrets.extend(fs::read_to_string(&path)?.lines().map(str::to_owned));
    }
    secrets.sort();
    secrets.dedup();
    if secrets.is_empty() {
        bail!("the tests noted no secret");
    }
    Ok(secrets)
}

fn search_in(folder: &Path, finder: &AhoCorasick, searched: &mut Searched) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            search_in(&path, finder, searched)?;
            continue;
        }
        let content = fs::read(&path).with_context(|| path.display().to_string())?;
        searched.files += 1;
        searched.bytes += content.len() as u64;
        if let Some(hit) = finder.find(&content) {
            let place = format!("{}, byte {}", path.display(), hit.start());
            searched.found.push(format!("a secret is in {place}"));
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    Ok(entries.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_anywhere_is_found() {
        let folder = std::env::temp_dir().join(format!("evidence-{}", std::process::id()));
        let deep = folder.join("homes/a/b");
        fs::create_dir_all(&deep).expect("a new folder");
        fs::create_dir_all(folder.join(SECRETS)).expect("a new folder");
        fs::write(folder.join(SECRETS).join("1"), "pass: wörd\nother-key\n").expect("a new file");
        fs::write(deep.join("log"), "nothing").expect("a new file");
        let finder = AhoCorasick::new(secrets(&folder).expect("secrets")).expect("few");
        let mut searched = Searched::default();
        search_in(&folder, &finder, &mut searched).expect("files that can be read");
        // The list itself has them.
        assert_eq!((searched.files, searched.found.len()), (2, 1), "{:?}", searched.found);
        fs::write(deep.join("log"), "x\0pass: wörd").expect("a new file");
        search_in(&folder, &finder, &mut searched).expect("files that can be read");
        fs::remove_dir_all(&folder).expect("it is ours");
        assert!(searched.found.iter().any(|line| line.contains("log, byte 2")));
    }
}
