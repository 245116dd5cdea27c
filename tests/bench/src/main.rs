//! `cargo xtask bench`: this server beside the official one, in one run.
//!
//! Both programs run at the same time and are measured in turn, so that
//! whatever else the computer does hits both alike. The medians stand side by
//! side. What is called "requests alone" are requests of a real client, sent
//! again without the client's own work; "real client" is the whole.

mod bench;
mod client;
mod collection;
mod device;
mod http;
mod machine;
mod page;
mod process;
mod recorder;
mod report;
mod rows;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::bench::Bench;
use crate::machine::Machine;
use crate::process::Programs;
use crate::report::Report;

type Row = fn(&Bench, &mut Report) -> Result<()>;

/// The parts of a run, by the names that choose them.
const PARTS: [(&str, Row); 9] = [
    ("start", rows::start::run),
    ("login", rows::start::log_in),
    ("full", rows::full::run),
    ("incremental", rows::incremental::run),
    ("meta", rows::meta::run),
    ("media", rows::media::run),
    ("delay", rows::delay::run),
    ("crowd", rows::crowd::run),
    ("huge", rows::full::huge),
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().with_context(|| format!("{what} is missing"));
    let programs = Programs {
        ours: PathBuf::from(next("our program")?),
        python: PathBuf::from(next("the Python with anki")?),
    };
    let folder = PathBuf::from(next("a folder for temporary things")?);
    let page = PathBuf::from(next("the page")?);
    let mut is_quick = false;
    let mut chosen = Vec::new();
    for argument in arguments {
        match argument.as_str() {
            "--quick" => is_quick = true,
            name if PARTS.iter().any(|(part, _)| *part == name) => chosen.push(name.to_owned()),
            other => {
                let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
                bail!("There is no part {other}. The parts are: {}.", names.join(", "));
            }
        }
    }
    let sources = page.parent().context("the page has no folder")?;
    let machine = Machine::look(&programs, sources)?;
    println!("{machine}");
    let bench = Bench::new(programs, &folder, is_quick)?;
    let mut report = Report::default();
    for (name, part) in PARTS {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == name) {
            part(&bench, &mut report).with_context(|| format!("in the part {name}"))?;
        }
    }
    let json = folder.join("benchmarks.json");
    page::write_json(&json, &machine, &report)?;
    println!("\nAll values are in {}.", json.display());
    // A part of the rows must not take the place of the page with all of them.
    if chosen.is_empty() && !is_quick {
        page::write(&page, &machine, &report)?;
        println!("The table is in {}.", page.display());
    }
    Ok(())
}
