//! The exact tables and indexes of a current collection file.
//!
//! An uploaded file may have the right tables and columns and still be of no
//! use: a column that must not be empty and that nobody knows, a unique index
//! that refuses the next card, a key that is missing. Every later sync would
//! fail. So what is not defined as here is defined anew, with its rows.

use std::collections::HashSet;

use rusqlite::{Connection, TransactionBehavior};

use super::unicase_collation;
use crate::StoreError;

/// Creates the tables and indexes of schema 18.
pub(super) const CREATE_LAYOUT: &str = concat!(
    include_str!("../schema/base.sql"),
    include_str!("../schema/graves_18.sql"),
    include_str!("../schema/settings_14.sql"),
    include_str!("../schema/tags_17.sql"),
    include_str!("../schema/objects_15.sql"),
);

/// Android writes it into each database, with one row.
const ANDROID_TABLE: &str = "android_metadata";

/// What SQLite writes by itself when it is asked to look at the data, without form.
const STATISTICS: [&str; 2] = [
    "create table sqlite_stat1 ( tbl , idx , stat ) ",
    "create table sqlite_stat4 ( tbl , idx , neq , nlt , ndlt , sample ) ",
];

/// A table or index, and the statement that creates it.
struct Definition {
    name: String,
    sql: String,
}

/// An empty database of the layout. SQLite is the one to ask what its own
/// statements define.
struct Model {
    db: Connection,
    /// What its tables, columns and indexes are called, in small letters.
    names: HashSet<String>,
}

impl Model {
    fn new() -> Result<Self, StoreError> {
        let db = Connection::open_in_memory()?;
        unicase_collation::register(&db)?;
        db.execute_batch(CREATE_LAYOUT)?;
        let names = db
            .prepare(
                "SELECT lower(name) FROM sqlite_master UNION SELECT lower(columns.name)
                 FROM sqlite_master, pragma_table_info(sqlite_master.name) AS columns",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Self { db, names })
    }

    /// What the tables or indexes of a file are, by which two are the same: clients of
    /// different years write them with other blanks, comments and quotes.
    fn keys(&self, definitions: &[Definition]) -> HashSet<(String, String)> {
        definitions.iter().map(|definition| self.key(definition)).collect()
    }

    fn key(&self, definition: &Definition) -> (String, String) {
        (definition.name.to_lowercase(), without_form(&definition.sql, &self.names))
    }
}

/// Drops every table and index that is not one of a collection's.
///
/// An index may refuse rows, or cost any amount of time: it can hold expressions,
/// which are evaluated whenever a row is written or checked. A table of others takes
/// room on every device, and nobody here looks into it. A client that had made one for
/// itself still has it in its own file.
pub(super) fn drop_foreign_objects(db: &mut Connection) -> Result<(), StoreError> {
    let model = Model::new()?;
    let tables = definitions(&model.db, "table")?;
    let is_known = |name: &str| {
        let known = tables.iter().map(|table| table.name.as_str());
        known.chain([ANDROID_TABLE]).any(|known| known.eq_ignore_ascii_case(name))
    };
    let ours = model.keys(&definitions(&model.db, "index")?);
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    for table in definitions(&transaction, "table")? {
        if !is_known(&table.name) {
            transaction.execute_batch(&format!("DROP TABLE {}", quoted(&table.name)))?;
        }
    }
    for index in definitions(&transaction, "index")? {
        if !ours.contains(&model.key(&index)) {
            transaction.execute_batch(&format!("DROP INDEX {}", quoted(&index.name)))?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Drops SQLite's own tables about the data when they are not as SQLite defines them.
///
/// SQLite keeps them up to date by their columns' names, so that with a foreign one no
/// index could be dropped any more. Without them it only guesses how to search. One that
/// has no column `tbl` cannot even be dropped, which is an error.
///
/// Source: <https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table>.
pub(super) fn drop_foreign_statistics(db: &Connection) -> Result<(), StoreError> {
    let mut select = db.prepare(
        "SELECT name, coalesce(sql, '') FROM sqlite_master
         WHERE type = 'table' AND name LIKE 'sqlite\\_stat%' ESCAPE '\\'",
    )?;
    let tables =
        select.query_map([], |row| Ok(Definition { name: row.get(0)?, sql: row.get(1)? }))?;
    for table in tables.collect::<Result<Vec<_>, _>>()? {
        if !STATISTICS.contains(&without_form(&table.sql, &HashSet::new()).as_str()) {
            db.execute_batch(&format!("DROP TABLE {}", quoted(&table.name)))?;
        }
    }
    Ok(())
}

/// Gives a file of schema 18 the layout that this program writes.
///
/// # Errors
/// [`StoreError::Sqlite`] when rows do not fit, such as two of the same id.
pub(super) fn restore_layout(db: &mut Connection) -> Result<(), StoreError> {
    let model = Model::new()?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let found = model.keys(&definitions(&transaction, "table")?);
    for table in definitions(&model.db, "table")? {
        if !found.contains(&model.key(&table)) {
            rebuild(&transaction, &table, &columns(&model.db, &table.name)?)?;
        }
    }
    let found = model.keys(&definitions(&transaction, "index")?);
    for index in definitions(&model.db, "index")? {
        if !found.contains(&model.key(&index)) {
            transaction.execute_batch(&index.sql)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

fn rebuild(db: &Connection, table: &Definition, columns: &str) -> Result<(), StoreError> {
    let Definition { name, sql } = table;
    db.execute_batch(&format!(
        "ALTER TABLE {name} RENAME TO {name}_received;
         {sql};
         INSERT INTO {name} ({columns}) SELECT {columns} FROM {name}_received;
         DROP TABLE {name}_received;"
    ))?;
    Ok(())
}

/// The tables or indexes, without those that SQLite makes by itself.
fn definitions(db: &Connection, kind: &str) -> Result<Vec<Definition>, StoreError> {
    let mut select = db.prepare(
        "SELECT name, sql FROM sqlite_master
         WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let rows =
        select.query_map([kind], |row| Ok(Definition { name: row.get(0)?, sql: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The columns of a table, as a list for a statement.
fn columns(db: &Connection, table: &str) -> Result<String, StoreError> {
    let sql = "SELECT group_concat(name, ', ') FROM pragma_table_info(?1)";
    Ok(db.query_row(sql, [table], |row| row.get(0))?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A statement's words and signs, each followed by a blank: without comments, letter case,
/// and the quotes around these names.
///
/// Whatever else is quoted keeps its quotes, so that it is like nothing in
/// [`CREATE_LAYOUT`]: a name can hold the beginning of a comment, or be a keyword.
///
/// Source: <https://www.sqlite.org/lang.html>, "Tokens" and "Comments".
fn without_form(sql: &str, names: &HashSet<String>) -> String {
    let mut plain = String::with_capacity(sql.len() * 2);
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            _ if first.is_ascii_whitespace() => 1,
            '"' | '`' | '\'' => quoted_length(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ if is_of_word(first) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (piece, further) = rest.split_at(length);
        rest = further;
        let is_comment = length > 1 && matches!(first, '-' | '/');
        if is_comment || first.is_ascii_whitespace() {
            continue;
        }
        let piece = piece.to_ascii_lowercase();
        let name = match first {
            '"' | '`' | '[' => piece.get(1..length - 1).filter(|name| names.contains(*name)),
            _ => None,
        };
        plain.push_str(name.unwrap_or(&piece));
        plain.push(' ');
    }
    plain
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '$') || !character.is_ascii()
}

/// Length of the quoted beginning of a statement, in bytes. A quote that is doubled is
/// one in the text.
fn quoted_length(sql: &str, quote: char) -> usize {
    let mut is_inside = false;
    for (at, character) in sql.char_indices() {
        if character == quote {
            is_inside = !is_inside;
        } else if !is_inside {
            return at;
        }
    }
    sql.len()
}

#[cfg(test)]
mod tests;
