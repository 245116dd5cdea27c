//! What all rows need: programs, folders, and how often to repeat.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use crate::collection::{Sample, Size};
use crate::process::{BOTH, Program, Programs, Server};

/// The settings of a run.
#[derive(Debug)]
pub struct Bench {
    programs: Programs,
    /// Where collections are kept from run to run.
    cache: PathBuf,
    /// Where servers and clients have their folders.
    work: TempDir,
    /// One round of everything, to see that it works.
    is_quick: bool,
}

/// A server and which one it is.
pub type Named = (Program, Server);

impl Bench {
    /// Prepares a run below a folder for things that can be made again.
    pub fn new(programs: Programs, folder: &Path, is_quick: bool) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let work = tempfile::Builder::new().prefix("work-").tempdir_in(folder)?;
        Ok(Self { programs, cache: folder.join("collections"), work, is_quick })
    }

    /// Where the programs are.
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// How often to repeat, if this many times are wanted in a full run.
    pub fn rounds(&self, wanted: usize) -> usize {
        if self.is_quick { wanted.min(2) } else { wanted }
    }

    /// An empty folder that goes when dropped.
    pub fn folder(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.work.path())?)
    }

    /// A collection.
    pub fn sample(&self, size: Size) -> Result<Sample> {
        Sample::provide(&self.cache, size)
    }

    /// A fresh server with this many accounts.
    pub fn start(&self, program: Program, accounts: usize) -> Result<Server> {
        let folder = self.folder()?.keep();
        Server::start(&self.programs, program, &folder, accounts)
    }

    /// A fresh server of each kind.
    pub fn start_both(&self, accounts: usize) -> Result<Vec<Named>> {
        BOTH.into_iter().map(|program| Ok((program, self.start(program, accounts)?))).collect()
    }
}
