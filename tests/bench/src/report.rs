//! What was measured, as a table, as JSON and as a page.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::Program;

/// What a row should show.
#[derive(Clone, Copy, Debug)]
pub enum Aim {
    /// Nothing in particular.
    None,
    /// Ours is at most this part of theirs.
    Part(f64),
    /// Ours is at least this many times theirs.
    Times(f64),
    /// Ours is at most this, whatever theirs is.
    AtMost(f64),
}

/// One measured quantity of both servers.
#[derive(Debug)]
pub struct Row {
    group: String,
    name: String,
    unit: &'static str,
    aim: Aim,
    ours: Vec<f64>,
    official: Vec<f64>,
}

/// All rows, in the order in which they were first mentioned.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
    group: String,
}

impl Report {
    /// The group of the rows that are mentioned from now on.
    pub fn group(&mut self, name: &str) {
        println!("\n{name}");
        self.group = name.to_owned();
    }

    /// Adds a value to a row, which its first value makes.
    pub fn add(&mut self, program: Program, name: &str, unit: &'static str, aim: Aim, value: f64) {
        let found = self.rows.iter_mut().find(|row| row.group == self.group && row.name == name);
        let row = match found {
            Some(row) => row,
            None => {
                self.rows.push(Row {
                    group: self.group.clone(),
                    name: name.to_owned(),
                    unit,
                    aim,
                    ours: Vec::new(),
                    official: Vec::new(),
                });
                self.rows.last_mut().expect("just pushed")
            }
        };
        match program {
            Program::Ours => row.ours.push(value),
            Program::Official => row.official.push(value),
        }
    }

    /// Adds a time in milliseconds.
    pub fn add_time(&mut self, program: Program, name: &str, aim: Aim, time: Duration) {
        self.add(program, name, "ms", aim, time.as_secs_f64() * 1000.0);
    }

    /// Prints the rows of the running group.
    pub fn show_group(&self) {
        for row in self.rows.iter().filter(|row| row.group == self.group) {
            println!(
                "  {:<46} {:>10} {:>10} {:>4}  {:>6}  {}",
                row.name,
                number(median(&row.ours)),
                number(median(&row.official)),
                row.unit,
                row.ratio_text(),
                row.verdict(),
            );
        }
    }

    /// The table of a page.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let mut group = "";
        for row in &self.rows {
            if row.group != group {
                group = &row.group;
                let _ = write!(
                    text,
                    "\n## {group}\n\n| | ours | official | ratio | aim |\n|---|---:|---:|---:|---|\n"
                );
            }
            let cell = |values: &[f64]| match values {
                [] => String::new(),
                values => format!("{} {}", number(median(values)), row.unit),
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                row.name,
                cell(&row.ours),
                cell(&row.official),
                row.ratio_text(),
                row.verdict()
            );
        }
        text
    }

    /// All values, for programs.
    pub fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            json!({
                "group": row.group,
                "name": row.name,
                "unit": row.unit,
                "ours": { "median": median(&row.ours), "values": row.ours },
                "official": { "median": median(&row.official), "values": row.official },
                "ratio": row.ratio(),
                "aim": row.verdict(),
            })
        });
        rows.collect()
    }
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        let ratio = median(&self.ours)? / median(&self.official)?;
        ratio.is_finite().then_some(ratio)
    }

    fn ratio_text(&self) -> String {
        self.ratio().map_or_else(String::new, |ratio| match ratio {
            0.0..0.1 => format!("{ratio:.3}"),
            0.1..10.0 => format!("{ratio:.2}"),
            _ => format!("{ratio:.0}"),
        })
    }

    /// The aim, and whether it is met.
    fn verdict(&self) -> String {
        let (text, is_met) = match self.aim {
            Aim::None => return String::new(),
            Aim::Part(part) => (format!("≤ {part}"), self.ratio().map(|ratio| ratio <= part)),
            Aim::Times(times) => (format!("≥ {times}"), self.ratio().map(|ratio| ratio >= times)),
            Aim::AtMost(most) => (
                format!("≤ {} {}", number(Some(most)), self.unit),
                median(&self.ours).map(|ours| ours <= most),
            ),
        };
        match is_met {
            None => text,
            Some(true) => format!("{text}: met"),
            Some(false) => format!("{text}: **missed**"),
        }
    }
}

/// The value in the middle.
pub fn median(values: &[f64]) -> Option<f64> {
    percentile(values, 0.5)
}

/// The value that this part of the values does not exceed.
pub fn percentile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    sorted.get((last as f64 * part).round() as usize).copied()
}

fn number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
    }
}
