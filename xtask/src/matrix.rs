//! The table of clients and scenarios, from what the tests printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The longest result, and libtest's word for it.
const FAILED: &str = "FAILED";

/// Draws the table: a row for each pair of clients, a column for each scenario. Lines of other
/// tests are left out; without any of these the table is empty text.
pub fn table(lines: &[String]) -> String {
    let mut rows: BTreeMap<Vec<u32>, (String, BTreeMap<&str, &str>)> = BTreeMap::new();
    let mut scenarios: Vec<&str> = Vec::new();
    for line in lines {
        let Some((test, result)) = line.strip_prefix("test ").and_then(|l| l.split_once(" ... "))
        else {
            continue;
        };
        let Some((pair, scenario)) = test.split_once("::") else { continue };
        let Some((order, name)) = pair_name(pair) else { continue };
        if !scenarios.contains(&scenario) {
            scenarios.push(scenario);
        }
        rows.entry(order).or_insert((name, BTreeMap::new())).1.insert(scenario, result);
    }
    if rows.is_empty() {
        return String::new();
    }
    scenarios.sort_unstable();
    let first_width = rows.values().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("\n{:first_width$}", "devices");
    for scenario in &scenarios {
        let width = scenario.len().max(FAILED.len());
        let _ = write!(text, " | {scenario:width$}");
    }
    text.push('\n');
    for (name, results) in rows.values() {
        let _ = write!(text, "{name:first_width$}");
        for scenario in &scenarios {
            let width = scenario.len().max(FAILED.len());
            let result = results.get(scenario).copied().unwrap_or("-");
            let _ = write!(text, " | {result:width$}");
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

/// `v2_1_50_then_v26_9_3` as "2.1.50, 26.9.3", and what it is sorted by: pairs of one
/// release first.
fn pair_name(pair: &str) -> Option<(Vec<u32>, String)> {
    let releases: Vec<&str> = pair.split("_then_").collect();
    let mut order = vec![u32::try_from(releases.len()).ok()?];
    let mut names = Vec::new();
    for release in releases {
        let parts: Vec<&str> = release.strip_prefix('v')?.split('_').collect();
        for part in &parts {
            order.push(part.parse().ok()?);
        }
        names.push(parts.join("."));
    }
    if let [only] = names.as_slice() {
        names.push(only.clone());
    }
    Some((order, names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn results_stand_where_pair_and_scenario_meet() {
        let lines = [
            "running 4 tests",
            "test v2_1_50_then_v26_9_3::media ... FAILED",
            "test v26_9_3::login ... ok",
            "test v26_9_3::media ... ok",
            "test differential::all ... ok",
        ]
        .map(str::to_owned);
        let expected = "
devices        | login  | media 
26.9.3, 26.9.3 | ok     | ok    
2.1.50, 26.9.3 | -      | FAILED

";
        assert_eq!(table(&lines), expected);
    }

    #[test]
    fn no_tests_draw_no_table() {
        assert_eq!(table(&["running 0 tests".to_owned()]), "");
    }
}
