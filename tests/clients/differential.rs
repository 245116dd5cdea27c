//! The same script against the official server and the one under test.
//!
//! Ids and times differ from run to run, so each file is written out with its objects
//! numbered in the order of their ids. What then still differs must be listed in `KNOWN`,
//! and in `docs/differences-from-the-official-server.md` with its reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use crate::client::Client;
use crate::pair::{Pair, seed};
use crate::scenarios::edits::change_everything;
use crate::server::{Program, under_test_is_official};
use crate::tables::{self, Cell, Tables};

/// Columns that are not written out.
const LEFT_OUT: [(&str, &str, &str); 2] =
    [("notes", "guid", "random"), ("revlog", "time", "how long the script took to answer")];

/// A difference that is there on purpose.
struct Known {
    /// Its name in the list of differences.
    name: &'static str,
    file: &'static str,
    /// How its rows begin and what they contain.
    row: [&'static str; 2],
}

const BEFORE: &str = "server before the full sync";

const KNOWN: [Known; 2] = [
    // A deletion that a second device repeats is told to everyone again.
    Known { name: "H-2", file: BEFORE, row: ["graves ", "type="] },
    // Settings that an old device does not know survive its edit of the others.
    Known { name: "H-5", file: BEFORE, row: ["deck_config ", "name=Hard "] },
];

#[test]
fn current_clients_leave_the_same_files_on_both_servers() {
    run(["26.9.3", "26.9.3"], &["H-2"]);
}

#[test]
fn an_old_and_a_current_client_leave_the_same_files_on_both_servers() {
    run(["2.1.56", "26.9.3"], &["H-2"]);
}

#[test]
fn a_current_and_a_schema_18_client_leave_the_same_files_on_both_servers() {
    run(["26.9.3", "2.1.58"], &["H-2", "H-5"]);
}

#[test]
fn old_clients_leave_the_same_files_on_both_servers() {
    run(["2.1.50", "2.1.50"], &["H-2"]);
}

/// The rows of every file of one run, as text.
type Outcome = BTreeMap<&'static str, Vec<String>>;

/// Compares what both servers keep and what their clients have; `expected` are the
/// differences on purpose that this pair of clients brings out.
fn run(versions: [&'static str; 2], expected: &[&str]) {
    // Both runs start from the same collection: a scheduler spreads due dates by card id.
    let start = tempfile::tempdir().expect("a temporary folder can be made");
    let mut maker = Client::start(versions[0], start.path());
    seed(&mut maker);
    maker.close();
    let [official, ours] = [Program::Official, Program::UnderTest]
        .map(|program| outcome(program, versions, &start.path().join("collection.anki2")));
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (file, official) in &official {
        let [official, ours]: [BTreeSet<&String>; 2] =
            [official.iter().collect(), ours[file].iter().collect()];
        let only = [("official", official.difference(&ours)), ("ours", ours.difference(&official))];
        for (server, rows) in only {
            for row in rows {
                let known = KNOWN.iter().find(|known| {
                    let [start, part] = known.row;
                    known.file == *file && row.starts_with(start) && row.contains(part)
                });
                match known {
                    Some(known) => drop(seen.insert(known.name)),
                    None => found.push(format!("{file}, {server}: {row}")),
                }
            }
        }
    }
    found.sort_by_key(|line| line.split(": ").nth(1).map(str::to_owned));
    assert!(found.is_empty(), "{} rows differ\n{}", found.len(), found.join("\n"));
    if !under_test_is_official() {
        assert_eq!(seen, expected.iter().copied().collect(), "the differences on purpose");
    }
}

/// Runs the script and writes down what it leaves behind.
fn outcome(program: Program, versions: [&'static str; 2], start: &Path) -> Outcome {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let first = folder.path().join("first");
    std::fs::create_dir(&first).expect("the client's folder can be made");
    std::fs::copy(start, first.join("collection.anki2")).expect("the collection is copied");
    let mut pair = Pair::start_in(folder, program, versions);
    normal_syncs(&mut pair);
    // Nobody writes now; the file and its log are the state after the last sync.
    let before = rows(&tables::read(&pair.server.account_folder().join("collection.anki2")));
    full_syncs(&mut pair);
    pair.first.close();
    pair.second.close();
    pair.server.stop();
    let account = pair.server.account_folder();
    BTreeMap::from([
        (BEFORE, before),
        ("server", rows(&tables::read(&account.join("collection.anki2")))),
        ("first", rows(&tables::read(&pair.first.collection()))),
        ("second", rows(&tables::read(&pair.second.collection()))),
        ("media", media_rows(&account)),
    ])
}

fn normal_syncs(pair: &mut Pair) {
    pair.log_in();
    // Settings that an old second device loses from options that it edits (H-5).
    let hard = pair.first.call("options_id", json!({ "name": "Hard" }));
    for (key, value) in [("desiredRetention", json!(0.83)), ("fsrsParams6", json!([0.5, 1.5]))] {
        pair.first.call("set_option", json!({ "id": hard, "key": key, "value": value }));
    }
    pair.first.try_sync().expect("the sync works");
    pair.first.call("upload", json!({}));
    pair.second.try_sync().expect("the sync works");
    pair.second.call("download", json!({}));

    change_everything(&mut pair.first, "one");
    pair.first.sync();
    pair.second.sync();
    change_everything(&mut pair.second, "two");
    pair.second.call("edit_options", json!({ "id": hard, "new_per_day": 44, "steps": [4.0] }));
    pair.first.call("delete_notes", json!({ "query": "tag:seed1" }));
    pair.converge();

    // Deleted on both, edited on both, and a name taken on both.
    for (client, name) in [(&mut pair.first, "first"), (&mut pair.second, "second")] {
        // Changes of the same second are decided by who syncs first, on either server.
        client.call("let_a_second_pass", json!({}));
        client.call("delete_notes", json!({ "query": "tag:seed2" }));
        client.call("edit_notes", json!({ "query": "tag:seed3", "suffix": format!(" {name}") }));
        client.call("add_deck", json!({ "name": "Same name" }));
        client
            .call("add_tags", json!({ "query": "tag:seed4", "tags": format!("Same SAME{name}") }));
        client.call("set_config", json!({ "key": "contested", "value": name }));
    }
    pair.converge();
    pair.second.call(
        "add_notes",
        json!({ "deck": "Thousands", "notetype": "Basic", "count": 700, "prefix": "thousands" }),
    );
    pair.second.call("delete_deck", json!({ "name": "Cramming" }));
    pair.converge();

    pair.first.call("write_many_media", json!({ "prefix": "media ü", "count": 60, "size": 500 }));
    pair.first.call("sync_media", json!({}));
    pair.second.call("sync_media", json!({}));
    pair.second.call("delete_media", json!({ "name": "media ü 3.txt" }));
    pair.second.call("write_media", json!({ "name": "media ü 4.txt", "text": "changed" }));
    pair.second.call("sync_media", json!({}));
    pair.first.call("sync_media", json!({}));
}

fn full_syncs(pair: &mut Pair) {
    pair.second.call("add_field", json!({ "notetype": "Basic", "field": "Extra" }));
    assert_eq!(pair.second.try_sync().expect("the sync works"), "FULL_SYNC");
    pair.second.call("upload", json!({}));
    assert_eq!(pair.first.try_sync().expect("the sync works"), "FULL_SYNC");
    pair.first.call("download", json!({}));
    pair.first.call("answer", json!({ "deck": "Bulk", "ratings": [3, 1] }));
    pair.first.call("edit_notes", json!({ "query": "tag:seed5", "suffix": " at the end" }));
    pair.first.call("delete_notes", json!({ "query": "tag:seed6" }));
    pair.converge();
}

/// Writes every row of a collection file as text, with objects by number and times as such.
fn rows(tables: &Tables) -> Vec<String> {
    let mut names: HashMap<(&str, i64), String> = HashMap::new();
    for table in ["deck_config", "decks", "notes", "notetypes", "revlog"] {
        for (number, key) in tables[table].keys().enumerate() {
            if let Cell::Int(id) = key[0] {
                names.insert((table, id), format!("{table}#{number}"));
            }
        }
    }
    // A client makes the cards of one note in any order.
    for (key, row) in &tables["cards"] {
        if let (Cell::Int(id), Cell::Int(note), Cell::Int(ord)) =
            (&key[0], &row["nid"], &row["ord"])
        {
            let note = names.get(&("notes", *note)).cloned().unwrap_or_default();
            names.insert(("cards", *id), format!("{note}/card {ord}"));
        }
    }
    let named = |table: &str, number: i64| {
        names.get(&(table, number)).cloned().unwrap_or_else(|| plain(number))
    };
    // A message or a JSON text does not say which kind of object a number means.
    let named_anywhere = |number: i64| {
        ["decks", "deck_config", "notetypes"]
            .iter()
            .find_map(|table| names.get(&(*table, number)).filter(|_| number > 1).cloned())
            .unwrap_or_else(|| plain(number))
    };
    let mut lines = Vec::new();
    for (table, rows) in tables {
        for row in rows.values() {
            let mut line = table.clone();
            for (column, cell) in row {
                if LEFT_OUT.iter().any(|(t, c, _)| t == table && c == column) {
                    continue;
                }
                let text = match cell {
                    Cell::Null => "null".to_owned(),
                    Cell::Real(number) => number.clone(),
                    Cell::Int(number) if column == "csum" => number.to_string(),
                    Cell::Int(number) => match (table.as_str(), column.as_str()) {
                        (_, "nid") => named("notes", *number),
                        (_, "cid") => named("cards", *number),
                        (_, "mid" | "ntid") => named("notetypes", *number),
                        (_, "did" | "odid") => named("decks", *number),
                        (table, "id") => named(table, *number),
                        _ => plain(*number),
                    },
                    Cell::Text(text) if table == "notes" => format!("{text:?}"),
                    Cell::Text(text) | Cell::Blob(text) => replace_numbers(text, named_anywhere),
                };
                let text = match (table.as_str(), column.as_str()) {
                    ("decks", "common") => without_field(&text, MILLISECONDS_STUDIED),
                    ("deck_config", "config") => with_retention(text),
                    _ => text,
                };
                line.push_str(&format!(" {column}={text}"));
            }
            lines.push(line);
        }
    }
    lines
}

/// The field of a deck that counts how long its cards were looked at today.
const MILLISECONDS_STUDIED: &str = "7";

fn without_field(message: &str, field: &str) -> String {
    let is_other = |part: &&str| part.split_once('=').is_none_or(|(number, _)| number != field);
    message.split(' ').filter(is_other).collect::<Vec<_>>().join(" ")
}

/// Retention that was never set is 0 in a file and read as 0.9. The official server writes the
/// repaired number whenever it converts its own file for an old client (H-7).
fn with_retention(mut message: String) -> String {
    for field in ["37", "40"] {
        if !message.split(' ').any(|part| part.starts_with(&format!("{field}="))) {
            message.push_str(&format!(" {field}=0.9"));
        }
    }
    let mut parts: Vec<&str> = message.split(' ').collect();
    parts.sort_unstable();
    parts.join(" ")
}

/// What times and random ids, negative ones too, are written as.
const TIME: &str = "<time>";

/// Times and random ids are large; everything that counts something is small.
fn plain(number: i64) -> String {
    if number.unsigned_abs() < 1_000_000_000 { number.to_string() } else { TIME.to_owned() }
}

fn replace_numbers(text: &str, name: impl Fn(i64) -> String) -> String {
    let mut replaced = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            // Negative ids are written as large unsigned numbers in a message.
            let number = digits.parse().unwrap_or(i64::MAX);
            let name = name(number);
            if name == TIME && replaced.ends_with('-') {
                replaced.pop();
            }
            replaced.push_str(&name);
            digits.clear();
        }
        replaced.push(c);
    }
    replaced.pop();
    replaced
}

fn media_rows(account: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for name in ["media.db", "media.db-wal"] {
        if account.join(name).exists() {
            std::fs::copy(account.join(name), folder.path().join(name)).expect("a copy");
        }
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let db = Connection::open_with_flags(folder.path().join("media.db"), flags).expect("it opens");
    let mut lines = Vec::new();
    for sql in [
        "select fname || ' ' || hex(csum) || ' ' || size || ' ' || usn from media",
        "select 'meta ' || last_usn || ' ' || total_bytes || ' ' || total_nonempty_files from meta",
    ] {
        let mut statement = db.prepare(sql).expect("the official layout");
        let rows = statement.query_map([], |row| row.get(0)).expect("the official layout");
        lines.extend(rows.map(|row| row.expect("text")));
    }
    lines
}
