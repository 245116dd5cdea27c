//! The table of client versions and scenarios, read from the tests' output.

use std::fmt;

/// Which scenario went how with which pair of clients.
#[derive(Default)]
pub struct Matrix {
    scenarios: Vec<String>,
    pairs: Vec<(String, Vec<(usize, bool)>)>,
}

impl Matrix {
    /// Takes note of `test v2_1_50_then_v26_9_3::login ... ok`; ignores all other lines.
    pub fn read(&mut self, line: &str) {
        let Some((pair, scenario, passed)) = parse(line) else { return };
        let column = match self.scenarios.iter().position(|known| known == scenario) {
            Some(column) => column,
            None => {
                self.scenarios.push(scenario.to_owned());
                self.scenarios.len() - 1
            }
        };
        match self.pairs.iter_mut().find(|(known, _)| *known == pair) {
            Some((_, results)) => results.push((column, passed)),
            None => self.pairs.push((pair, vec![(column, passed)])),
        }
    }

    /// Whether no client was tested.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

fn parse(line: &str) -> Option<(String, &str, bool)> {
    let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let (pair, scenario) = name.split_once("::")?;
    if !pair.strip_prefix('v')?.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut versions = pair.split("_then_").map(|version| version.trim_start_matches('v'));
    let first = versions.next()?.replace('_', ".");
    let second = versions.next().map_or_else(|| first.clone(), |version| version.replace('_', "."));
    Some((format!("{first} + {second}"), scenario, result == "ok"))
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pairs: Vec<_> = self.pairs.iter().collect();
        pairs.sort();
        let first_width = pairs.iter().map(|(pair, _)| pair.len()).max().unwrap_or(0);
        write!(f, "{:first_width$}", "")?;
        for scenario in &self.scenarios {
            write!(f, "  {scenario}")?;
        }
        for (pair, results) in pairs {
            write!(f, "\n{pair:first_width$}")?;
            for (column, scenario) in self.scenarios.iter().enumerate() {
                let result = results.iter().find(|(of, _)| *of == column);
                let text = match result {
                    Some((_, true)) => "ok",
                    Some((_, false)) => "FAILED",
                    None => "-",
                };
                write!(f, "  {text:width$}", width = scenario.len())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_pair_and_a_column_a_scenario() {
        let mut matrix = Matrix::default();
        for line in [
            "test v2_1_50_then_v26_9_3::login ... ok",
            "test v26_9_3::media ... FAILED",
            "test v26_9_3::login ... ok",
            "test some_unit_test ... ok",
            "test other::login ... ok",
        ] {
            matrix.read(line);
        }
        let expected = "                 login  media\n\
                        2.1.50 + 26.9.3  ok     -    \n\
                        26.9.3 + 26.9.3  ok     FAILED";
        assert_eq!(matrix.to_string(), expected);
    }
}
