//! Every conformance case has a test that names it, and README.md says which.

use std::collections::BTreeMap;
use std::path::Path;

const CASES: std::ops::RangeInclusive<u32> = 1..=112;
const BETTER_POINTS: std::ops::RangeInclusive<u32> = 1..=15;

/// Tests by the number in their doc comment: `/// Case 37. H-2.`
#[derive(Default)]
struct Named {
    cases: BTreeMap<u32, Vec<String>>,
    better_points: BTreeMap<u32, Vec<String>>,
}

fn named_tests() -> Named {
    let mut named = Named::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sync");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    paths.sort();
    for path in paths {
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut doc = "";
        let mut is_test = false;
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix("/// ") {
                doc = comment;
            } else if line == "#[test]" {
                is_test = true;
            } else if let Some(rest) = line.strip_prefix("fn ") {
                let name = rest.split('(').next().unwrap();
                if is_test {
                    note(&mut named, doc, &format!("{module}::{name}"));
                }
                (doc, is_test) = ("", false);
            } else if line.is_empty() {
                doc = "";
            }
        }
    }
    named
}

fn note(named: &mut Named, doc: &str, test: &str) {
    for sentence in doc.split_inclusive('.') {
        let sentence = sentence.trim().trim_end_matches('.');
        if let Some(number) = sentence.strip_prefix("H-") {
            let list = named.better_points.entry(number.parse().unwrap()).or_default();
            list.push(test.to_owned());
        } else if let Some(numbers) =
            sentence.strip_prefix("Cases ").or_else(|| sentence.strip_prefix("Case "))
        {
            for number in numbers.split(" and ") {
                named.cases.entry(number.parse().unwrap()).or_default().push(test.to_owned());
            }
        }
    }
}

fn table(first: &str, rows: &BTreeMap<u32, Vec<String>>, prefix: &str) -> String {
    let mut text = format!("| {first} | Tests |\n| --- | --- |\n");
    for (number, tests) in rows {
        let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
        text.push_str(&format!("| {prefix}{number} | {} |\n", tests.join("<br>")));
    }
    text
}

#[test]
fn every_conformance_case_has_a_test() {
    let named = named_tests();
    let missing: Vec<u32> = CASES.filter(|case| !named.cases.contains_key(case)).collect();
    assert_eq!(missing, Vec::<u32>::new());
    assert_eq!(named.cases.len(), CASES.count(), "no case beyond the last");
}

#[test]
fn every_point_that_is_better_than_the_reference_has_a_test() {
    let named = named_tests();
    let missing: Vec<u32> =
        BETTER_POINTS.filter(|point| !named.better_points.contains_key(point)).collect();
    assert_eq!(missing, Vec::<u32>::new());
}

/// To write the tables anew, run this test with `UPDATE_COVERAGE=1`.
#[test]
fn the_readme_lists_which_test_covers_which_case() {
    const START: &str = "<!-- tables -->\n";
    let named = named_tests();
    let tables = format!(
        "{START}\n{}\n{}",
        table("Case", &named.cases, ""),
        table("Point", &named.better_points, "H-")
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sync/README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (head, found) = readme.split_at(readme.find(START).unwrap());
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        std::fs::write(&path, format!("{head}{tables}")).unwrap();
        return;
    }
    assert_eq!(found, tables, "run this test once with UPDATE_COVERAGE=1");
}
