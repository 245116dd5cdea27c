//! `docs/benchmarks.md` and the values as JSON.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::machine::Machine;
use crate::report::Report;

/// Between these, the page is written anew; the words around them are a person's.
const BEGIN: &str = "<!-- written by cargo xtask bench -->\n";
const END: &str = "<!-- end of what is written -->\n";

/// Writes all values.
pub fn write_json(path: &Path, machine: &Machine, report: &Report) -> Result<()> {
    let whole = json!({ "machine": machine.json(), "rows": report.json() });
    fs::write(path, serde_json::to_string_pretty(&whole)?)?;
    Ok(())
}

/// Puts the tables into the page, and the values beside it.
pub fn write(path: &Path, machine: &Machine, report: &Report) -> Result<()> {
    let page = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for tables")?;
    let (_, after) = rest.split_once(END).context("the page has no place for tables")?;
    let tables = report.markdown();
    fs::write(path, format!("{before}{BEGIN}\n{machine}\n{tables}\n{END}{after}"))?;
    write_json(&path.with_extension("json"), machine, report)
}
