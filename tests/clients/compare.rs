//! Compares two collection files table by table, and says why some columns are left out.

use std::collections::BTreeSet;
use std::path::PathBuf;

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
/// Table, column, and the kind of object that the column is a part of.
const MESSAGES: [(&str, &str, &str); 6] = [
    ("deck_config", "config", "deck_config"),
    ("decks", "common", "decks"),
    ("decks", "kind", "decks"),
    ("fields", "config", "notetypes"),
    ("notetypes", "config", "notetypes"),
    ("templates", "config", "notetypes"),
];

/// Settings by the release that brought them. A client of 2.1.57 or newer that does not know
/// one drops it from an object that it edits or receives; the server keeps it (H-5), so that
/// no other device loses it. Before 2.1.57 they were carried along.
const NEWER_SETTINGS: [(&str, &[&str]); 2] = [
    (
        "23.10",
        &[
            "deck_config/*/waitForAudio",
            "notetypes/*/flds/*/id",
            "notetypes/*/flds/*/preventDeletion",
            "notetypes/*/flds/*/tag",
            "notetypes/*/originalStockKind",
            "notetypes/*/tmpls/*/id",
        ],
    ),
    ("24.11", &["deck_config/*/easyDaysPercentages"]),
];

/// A collection file and who wrote it.
pub struct Written<'a> {
    /// The name that messages give it, such as "the first device".
    pub name: &'static str,
    /// The file, which nobody may have open.
    pub file: PathBuf,
    /// The client that wrote it, with another collection or none open. The server has none.
    pub writer: Option<&'a mut Client>,
}

impl Written<'_> {
    /// Whether this was written before the release that brought something.
    fn is_older_than(&self, release: &str) -> bool {
        self.writer.as_ref().is_some_and(|writer| number(writer.version()) < number(release))
    }
}

/// The parts of a release number, which sort as the releases did.
fn number(release: &str) -> Vec<u32> {
    release.split('.').map(|part| part.parse().expect("a number")).collect()
}

/// Fails unless both files hold the same, but for what is excluded above.
#[track_caller]
pub fn assert_same(mut first: Written<'_>, mut second: Written<'_>) {
    let files = [tables::read(&first.file), tables::read(&second.file)];
    let names = [first.name, second.name];
    let drops_review_times =
        first.is_older_than(REVIEW_TIMES_SINCE) || second.is_older_than(REVIEW_TIMES_SINCE);
    let mut found = Vec::new();
    let mut doubtful = BTreeSet::new();
    let all: BTreeSet<&String> = files.iter().flat_map(|file| file.keys()).collect();
    for table in all {
        match (files[0].get(table), files[1].get(table)) {
            (Some(one), Some(other)) if table == "cards" && drops_review_times => {
                let rows = [one, other].map(without_review_times);
                compare_rows(table, names, [&rows[0], &rows[1]], &mut doubtful, &mut found);
            }
            (Some(one), Some(other)) => {
                compare_rows(table, names, [one, other], &mut doubtful, &mut found);
            }
            (one, _) => {
                found.push(format!("{}: no table {table}", names[usize::from(one.is_some())]));
            }
        }
    }
    if !doubtful.is_empty() {
        let unknown: Vec<&str> = NEWER_SETTINGS
            .iter()
            .filter(|(since, _)| first.is_older_than(since) || second.is_older_than(since))
            .flat_map(|(_, keys)| keys.iter().copied())
            .collect();
        let objects = [objects(&mut first), objects(&mut second)];
        for (kind, id) in doubtful {
            let [one, other] = [&objects[0], &objects[1]].map(|all| &all[kind][id.to_string()]);
            let at = format!("{kind}/{id}");
            compare_values(&at, names, [one, other], &unknown, &mut found);
        }
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

/// The release that started to keep when a card was last reviewed (`lrt` in its data).
/// Older ones drop it from the cards that they receive.
const REVIEW_TIMES_SINCE: &str = "25.7";

fn without_review_times(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    for row in rows.values_mut() {
        if let Some(Cell::Text(data)) = row.get_mut("data")
            && let Ok(Value::Object(mut keys)) = serde_json::from_str(data)
        {
            keys.remove("lrt");
            *data = Value::Object(keys).to_string();
        }
    }
    rows
}

/// Decks, options and notetypes as the newest client reads them. The writer of the file first
/// rewrites a copy in the form that every version reads, so that what it carries along for
/// newer versions comes out too.
fn objects(written: &mut Written<'_>) -> Value {
    let (folder, copy) = tables::copy(&written.file);
    if let Some(writer) = &mut written.writer {
        writer.call("downgrade", json!({ "path": copy }));
    }
    let mut reader = Client::start(NEWEST, &folder.path().join("reader"));
    reader.call("objects", json!({ "path": copy }))
}

/// Compares the rows of one table. A message that differs in its bytes makes its object
/// doubtful; the caller has to look into that.
fn compare_rows(
    table: &str,
    names: [&str; 2],
    rows: [&Rows; 2],
    doubtful: &mut BTreeSet<(&'static str, i64)>,
    found: &mut Vec<String>,
) {
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
            let message = MESSAGES.iter().find(|(t, c, _)| (*t, *c) == (table, column.as_str()));
            if let (Some((_, _, kind)), Cell::Int(id)) = (message, &key[0]) {
                doubtful.insert((kind, *id));
                continue;
            }
            found.push(format!(
                "{table} {key:?} {column}:\n    {}: {a:?}\n    {}: {b:?}",
                names[0], names[1]
            ));
        }
    }
}

/// The place of a value with `*` for every id and position.
fn pattern(at: &str) -> String {
    let parts = at.split('/').map(|part| if part.parse::<i64>().is_ok() { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn compare_values(
    at: &str,
    names: [&str; 2],
    values: [&Value; 2],
    unknown: &[&str],
    found: &mut Vec<String>,
) {
    match values {
        [Value::Object(a), Value::Object(b)] => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys.into_iter().filter(|key| *key != "usn") {
                let at = format!("{at}/{key}");
                if unknown.contains(&pattern(&at).as_str()) {
                    continue;
                }
                let missing = json!("(missing)");
                let values = [a.get(key).unwrap_or(&missing), b.get(key).unwrap_or(&missing)];
                compare_values(&at, names, values, unknown, found);
            }
        }
        [Value::Array(a), Value::Array(b)] if a.len() == b.len() => {
            for (index, values) in a.iter().zip(b).enumerate() {
                let values = [values.0, values.1];
                compare_values(&format!("{at}/{index}"), names, values, unknown, found);
            }
        }
        [one, other] if one == other => {}
        [one, other] => {
            found.push(format!("{at}:\n    {}: {one}\n    {}: {other}", names[0], names[1]));
        }
    }
}
