//! A collection file as rows of text, so that two files can be compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

/// The rows of one table by their key, each a list of column name and value.
pub type Rows = BTreeMap<Vec<Cell>, BTreeMap<String, Cell>>;

/// The tables of one file by name.
pub type Tables = BTreeMap<String, Rows>;

/// One value. Numbers compare as numbers, so that keys sort as they were made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cell {
    /// SQL `NULL`.
    Null,
    /// An integer.
    Int(i64),
    /// A float, as its shortest text.
    Real(String),
    /// Text.
    Text(String),
    /// Bytes, with a protobuf message written out by field number.
    Blob(String),
}

/// What identifies a row in each table. Every table of a collection file is here,
/// but for SQLite's own statistics, which differ by who last optimised the file.
const KEYS: [(&str, &[&str]); 12] = [
    ("cards", &["id"]),
    ("col", &["id"]),
    ("config", &["key"]),
    ("deck_config", &["id"]),
    ("decks", &["id"]),
    ("fields", &["ntid", "ord"]),
    ("graves", &["type", "oid"]),
    ("notes", &["id"]),
    ("notetypes", &["id"]),
    ("revlog", &["id"]),
    ("tags", &["tag"]),
    ("templates", &["ntid", "ord"]),
];

/// Copies a collection file that nobody has open, together with the log that a killed
/// program leaves behind, so that reading it changes nothing.
pub fn copy(collection: &Path) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let copy = folder.path().join("collection.anki2");
    std::fs::copy(collection, &copy)
        .unwrap_or_else(|error| panic!("{}: {error}", collection.display()));
    let log = collection.with_file_name("collection.anki2-wal");
    if log.exists() {
        std::fs::copy(log, folder.path().join("collection.anki2-wal")).expect("the log is copied");
    }
    (folder, copy)
}

/// Reads a collection file that nobody has open.
pub fn read(collection: &Path) -> Tables {
    let (_folder, copy) = copy(collection);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(&copy, flags).expect("the copy opens");
    // Rows are read in any order and sorted here, so any order does for the index.
    db.create_collation("unicase", str::cmp).expect("a collation can be added");

    let mut statement = db
        .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
        .expect("a valid file");
    let names = statement.query_map([], |row| row.get::<_, String>(0)).expect("a valid file");
    names
        .map(|name| name.expect("text"))
        .map(|name| {
            let (_, key) = KEYS
                .iter()
                .find(|(table, _)| *table == name)
                .unwrap_or_else(|| panic!("{}: unknown table {name}", collection.display()));
            let rows = rows(&db, &name, key);
            (name, rows)
        })
        .collect()
}

fn rows(db: &Connection, table: &str, key: &[&str]) -> Rows {
    let mut statement = db.prepare(&format!("select * from {table}")).expect("the table is there");
    let columns: Vec<String> = statement.column_names().map(str::to_lowercase).collect();
    let mut rows = Rows::new();
    let mut cursor = statement.query([]).expect("the table can be read");
    while let Some(row) = cursor.next().expect("the table can be read") {
        let cells: BTreeMap<String, Cell> = columns
            .iter()
            .enumerate()
            .map(|(index, name)| (name.clone(), cell(row.get_ref(index).expect("in range"))))
            .collect();
        let key: Vec<Cell> = key.iter().map(|column| cells[*column].clone()).collect();
        let shown = format!("{key:?}");
        assert!(rows.insert(key, cells).is_none(), "{table} has two rows {shown}");
    }
    rows
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number.to_string()),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes_as_text(bytes)),
    }
}

/// Config values are JSON, and so compare as JSON; everything else in a blob is a message.
fn bytes_as_text(bytes: &[u8]) -> String {
    if let Ok(json) = serde_json::from_slice::<serde_json::Value>(bytes) {
        return json.to_string();
    }
    message(bytes).unwrap_or_else(|| hex(bytes))
}

/// Writes a protobuf message without knowing its type, sorted by field number:
/// what two programs wrote in different orders compares as equal.
fn message(bytes: &[u8]) -> Option<String> {
    let mut fields: Vec<(u64, String)> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        let value = match tag & 7 {
            0 => varint(&mut rest)?.to_string(),
            1 => f64::from_le_bytes(take(&mut rest, 8)?.try_into().ok()?).to_string(),
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                let inner = take(&mut rest, length)?;
                match std::str::from_utf8(inner) {
                    Ok(text) if text.chars().all(|c| c == '\n' || !c.is_control()) => {
                        // What a version carries along is JSON with its keys in any order.
                        match serde_json::from_str::<serde_json::Value>(text) {
                            Ok(json) if json.is_object() => json.to_string(),
                            _ => format!("{text:?}"),
                        }
                    }
                    _ => message(inner).map_or_else(|| hex(inner), |inner| format!("{{{inner}}}")),
                }
            }
            5 => f32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?).to_string(),
            _ => return None,
        };
        if tag >> 3 == 0 {
            return None;
        }
        fields.push((tag >> 3, value));
    }
    fields.sort_by_key(|(number, _)| *number);
    let mut text = String::new();
    for (number, value) in fields {
        let _ = write!(text, "{number}={value} ");
    }
    Some(text.trim_end().to_owned())
}

/// Packed numbers and whatever else is neither text nor a message.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}
