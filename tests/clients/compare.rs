//! Compares two collection files table by table, and says why some columns are left out.

use std::collections::BTreeSet;

use crate::tables::{Rows, Tables};

/// A column that two converged files may hold different values in.
pub struct Excluded {
    table: &'static str,
    column: &'static str,
    /// Printed nowhere; it is here so that nobody adds a line without one.
    #[expect(dead_code, reason = "the reason is for the reader of this list")]
    reason: &'static str,
}

const fn excluded(table: &'static str, column: &'static str, reason: &'static str) -> Excluded {
    Excluded { table, column, reason }
}

/// What two converged devices, or a device and the server, may differ in.
pub const BETWEEN_DEVICES: &[Excluded] = &[
    excluded("*", "usn", "a device stamps rows when it syncs them, so each has its own number"),
    excluded("col", "mod", "set at the end of each device's own last sync"),
    excluded("col", "ls", "the time of the device's own last sync"),
    excluded("config", "mtime_secs", "set by the receiver; a sync carries values only"),
    excluded("fields", "mtime_secs", "does not travel; the notetype's time does"),
    excluded("templates", "mtime_secs", "does not travel; the notetype's time does"),
    excluded("tags", "collapsed", "does not travel; a sync carries names only"),
    excluded("tags", "config", "does not travel; a sync carries names only"),
];

/// Lists in words how two files differ.
pub fn differences(
    names: [&str; 2],
    files: [&Tables; 2],
    excluded: &[Excluded],
    known: impl Fn(&str, &str) -> bool,
) -> Vec<String> {
    let tables: BTreeSet<&String> = files[0].keys().chain(files[1].keys()).collect();
    let mut found = Vec::new();
    for table in tables {
        // Made by SQLite's own optimiser or by the app around the collection.
        match (files[0].get(table), files[1].get(table)) {
            (Some(first), Some(second)) => {
                let is_excluded = |column: &str| {
                    excluded
                        .iter()
                        .any(|e| (e.table == "*" || e.table == table) && e.column == column)
                        || known(table, column)
                };
                compare_rows(table, names, [first, second], is_excluded, &mut found);
            }
            (first, _) => {
                let without = names[usize::from(first.is_some())];
                found.push(format!("{table}: no such table in {without}"));
            }
        }
    }
    found
}

fn compare_rows(
    table: &str,
    names: [&str; 2],
    rows: [&Rows; 2],
    is_excluded: impl Fn(&str) -> bool,
    found: &mut Vec<String>,
) {
    let keys: BTreeSet<_> = rows[0].keys().chain(rows[1].keys()).collect();
    for key in keys {
        let (first, second) = match (rows[0].get(key), rows[1].get(key)) {
            (Some(first), Some(second)) => (first, second),
            (first, second) => {
                let (with, without) = if first.is_some() { (0, 1) } else { (1, 0) };
                let row = first.or(second);
                found.push(format!(
                    "{table} {key:?}: only in {}, not in {}: {row:?}",
                    names[with], names[without]
                ));
                continue;
            }
        };
        let columns: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
        for column in columns.into_iter().filter(|column| !is_excluded(column)) {
            let (a, b) = (first.get(column), second.get(column));
            if a != b {
                found.push(format!(
                    "{table} {key:?} {column}:\n    {}: {a:?}\n    {}: {b:?}",
                    names[0], names[1]
                ));
            }
        }
    }
}

/// Fails with the differences, if there are any.
#[track_caller]
pub fn assert_same(what: &str, found: &[String]) {
    assert!(
        found.is_empty(),
        "{what}: {} differences\n{}",
        found.len(),
        found[..found.len().min(20)].join("\n")
    );
}
