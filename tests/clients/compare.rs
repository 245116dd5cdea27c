//! Compares two collection files table by table, and says why some columns are left out.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, NEWEST};
use crate::tables::{self, Cell, Rows};

/// A column that two converged files may hold different values in.
struct Excluded {
    table: &'static str,
    column: &'static str,
    /// Printed nowhere; it is here so that nobody adds a line without one.
    #[expect(dead_code, reason = "for the reader of the list below")]
    reason: &'static str,
}

const fn excluded(table: &'static str, column: &'static str, reason: &'static str) -> Excluded {
    Excluded { table, column, reason }
}

/// What two converged devices, or a device and the server, may differ in.
const EXCLUDED: &[Excluded] = &[
    excluded("*", "usn", "a device stamps rows when it syncs them, so each has its own number"),
    excluded("col", "mod", "set at the end of each device's own last sync"),
    excluded("col", "ls", "the time of the device's own last sync"),
    excluded("config", "mtime_secs", "set by the receiver; a sync carries values only"),
    excluded("fields", "mtime_secs", "does not travel; the notetype's time does"),
    excluded("templates", "mtime_secs", "does not travel; the notetype's time does"),
    excluded("tags", "collapsed", "does not travel; a sync carries names only"),
    excluded("tags", "config", "does not travel; a sync carries names only"),
];

/// Columns whose bytes depend on the version that wrote them: what a version does not know
/// it carries along as JSON in field 255. They are compared as the newest version reads them.
const MESSAGES: [(&str, &str); 6] = [
    ("deck_config", "config"),
    ("decks", "common"),
    ("decks", "kind"),
    ("fields", "config"),
    ("notetypes", "config"),
    ("templates", "config"),
];

/// Settings whose value in a file of an old version cannot be seen from outside.
/// 2.1.50 does not know `waitForAudio`. Its files say nothing, which reads as no, although
/// whatever takes such options out of the file to send them says yes.
const UNREADABLE: [&str; 1] = ["waitForAudio"];

/// A collection file with the name that messages give it.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// Such as "the first device".
    pub name: &'a str,
    /// The file, which nobody may have open.
    pub file: &'a Path,
}

/// Fails unless both files hold the same, but for what is excluded above.
#[track_caller]
pub fn assert_same(first: Named<'_>, second: Named<'_>) {
    let files = [tables::read(first.file), tables::read(second.file)];
    let names = [first.name, second.name];
    let mut found = Vec::new();
    let mut messages_differ = false;
    let all: BTreeSet<&String> = files.iter().flat_map(|file| file.keys()).collect();
    for table in all {
        match (files[0].get(table), files[1].get(table)) {
            (Some(one), Some(other)) => {
                messages_differ |= compare_rows(table, names, [one, other], &mut found);
            }
            (one, _) => {
                found.push(format!("{}: no table {table}", names[usize::from(one.is_some())]))
            }
        }
    }
    if messages_differ {
        compare_objects(names, [first.file, second.file], &mut found);
    }
    assert!(
        found.is_empty(),
        "{} and {} differ in {} places\n{}",
        first.name,
        second.name,
        found.len(),
        found[..found.len().min(20)].join("\n")
    );
}

/// Returns whether a message differs in its bytes.
fn compare_rows(table: &str, names: [&str; 2], rows: [&Rows; 2], found: &mut Vec<String>) -> bool {
    let mut messages_differ = false;
    let keys: BTreeSet<&Vec<Cell>> = rows[0].keys().chain(rows[1].keys()).collect();
    for key in keys {
        let (Some(one), Some(other)) = (rows[0].get(key), rows[1].get(key)) else {
            let with = usize::from(!rows[0].contains_key(key));
            found.push(format!("{table} {key:?}: only in {}: {:?}", names[with], rows[with][key]));
            continue;
        };
        let columns: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        for column in columns {
            let (a, b) = (one.get(column), other.get(column));
            let is_excluded =
                EXCLUDED.iter().any(|e| (e.table == "*" || e.table == table) && e.column == column);
            if a == b || is_excluded {
                continue;
            }
            if MESSAGES.contains(&(table, column.as_str())) {
                messages_differ = true;
                continue;
            }
            found.push(format!(
                "{table} {key:?} {column}:\n    {}: {a:?}\n    {}: {b:?}",
                names[0], names[1]
            ));
        }
    }
    messages_differ
}

/// Compares decks, options and notetypes as the newest client reads them.
fn compare_objects(names: [&str; 2], files: [&Path; 2], found: &mut Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut reader = Client::start(NEWEST, folder.path());
    reader.close();
    let objects = files.map(|file| {
        let (_folder, copy) = tables::copy(file);
        reader.call("objects", json!({ "path": copy }))
    });
    compare_values("", names, &objects[0], &objects[1], found);
}

fn compare_values(at: &str, names: [&str; 2], one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in
                keys.into_iter().filter(|key| *key != "usn" && !UNREADABLE.contains(&key.as_str()))
            {
                let missing = json!("(missing)");
                let value = |object: &serde_json::Map<String, Value>| {
                    object.get(key).unwrap_or(&missing).clone()
                };
                compare_values(&format!("{at}/{key}"), names, &value(a), &value(b), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare_values(&format!("{at}/{index}"), names, a, b, found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{at}:\n    {}: {one}\n    {}: {other}", names[0], names[1])),
    }
}
