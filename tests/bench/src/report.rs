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
    /// From how many rounds together each value was worked out, if from several.
    pooled_rounds: Option<usize>,
}

/// All rows, in the order in which they were first mentioned.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
    group: String,
    pooled_rounds: Option<usize>,
}

impl Report {
    /// The group of the rows that are mentioned from now on.
    pub fn group(&mut self, name: &str) {
        println!("\n{name}");
        self.group = name.to_owned();
        self.pooled_rounds = None;
    }

    /// Says that the values of the running group are worked out from what so many rounds
    /// measured together, and are not one for each round.
    pub fn pool(&mut self, rounds: usize) {
        self.pooled_rounds = Some(rounds);
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
                    pooled_rounds: self.pooled_rounds,
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

    /// The tables of a page, which tell of each row how often it was measured.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for rows in self.rows.chunk_by(|row, next| row.group == next.group) {
            let _ = writeln!(text, "\n## {}\n{}", rows[0].group, note(rows));
            text += "| | ours | official | ratio | aim | runs |\n|---|---:|---:|---:|---|---:|\n";
            for row in rows {
                let cell = |values: &[f64]| match values {
                    [] => String::new(),
                    values => format!("{} {}", number(median(values)), row.unit),
                };
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} | {} | {} |",
                    row.name,
                    cell(&row.ours),
                    cell(&row.official),
                    row.ratio_text(),
                    row.verdict(),
                    row.runs_text(),
                );
            }
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
                "pooled_rounds": row.pooled_rounds,
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

    /// How many values the number shown is the median of.
    fn runs_text(&self) -> String {
        if let Some(rounds) = self.pooled_rounds {
            return format!("{rounds} pooled");
        }
        match (self.ours.len(), self.official.len()) {
            (runs, 0) | (0, runs) => runs.to_string(),
            (ours, official) if ours == official => ours.to_string(),
            // A real client gave up in some round.
            (ours, official) => format!("{ours} and {official}"),
        }
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

/// What has to be said of a whole group, above its table.
fn note(rows: &[Row]) -> String {
    if let Some(rounds) = rows[0].pooled_rounds {
        return format!("\nWorked out from all small syncs of {rounds} rounds together.\n");
    }
    let is_single = |row: &Row| row.ours.len().max(row.official.len()) == 1;
    match rows.iter().all(is_single) {
        true => "\nThis ran once: each number is a single value, not a median.\n".to_owned(),
        false => String::new(),
    }
}

/// The value in the middle; of an even number of values, the greater of the two.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The last column of each row.
    fn runs(report: &Report) -> Vec<String> {
        let page = report.markdown();
        let cells = page.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once("| "));
        cells.map(|(_, runs)| runs.to_owned()).filter(|runs| runs != "runs").collect()
    }

    fn add(report: &mut Report, program: Program, name: &str, values: &[f64]) {
        for value in values {
            report.add(program, name, "ms", Aim::None, *value);
        }
    }

    #[test]
    fn page_tells_how_often_each_row_was_measured() {
        let mut report = Report::default();
        report.group("Some");
        add(&mut report, Program::Ours, "both", &[1.0, 2.0]);
        add(&mut report, Program::Official, "both", &[1.0, 2.0]);
        add(&mut report, Program::Ours, "one gave up", &[1.0, 2.0]);
        add(&mut report, Program::Official, "one gave up", &[1.0]);
        add(&mut report, Program::Ours, "ours alone", &[1.0, 2.0, 3.0]);
        assert_eq!(runs(&report), ["2", "2 and 1", "3"]);
        assert!(!report.markdown().contains("once"));
    }

    #[test]
    fn page_tells_of_a_group_that_ran_once() {
        let mut report = Report::default();
        report.group("Once");
        add(&mut report, Program::Ours, "a", &[1.0]);
        add(&mut report, Program::Official, "a", &[1.0]);
        assert_eq!(runs(&report), ["1"]);
        assert!(report.markdown().contains("## Once\n\nThis ran once"));
    }

    #[test]
    fn page_tells_of_rounds_taken_together_until_the_next_group() {
        let mut report = Report::default();
        report.group("Delays");
        report.pool(3);
        add(&mut report, Program::Ours, "p50", &[1.0]);
        report.group("Others");
        add(&mut report, Program::Ours, "a", &[1.0, 2.0]);
        assert_eq!(runs(&report), ["3 pooled", "2"]);
        assert!(report.markdown().contains("of 3 rounds together"));
        assert_eq!(report.json()[0]["pooled_rounds"], 3);
        assert_eq!(report.json()[1]["pooled_rounds"], Value::Null);
    }

    #[test]
    fn of_an_even_number_the_greater_in_the_middle_is_the_median() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(3.0));
        assert_eq!(median(&[]), None);
    }
}
