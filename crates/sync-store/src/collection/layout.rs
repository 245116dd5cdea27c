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

/// What SQLite writes by itself when it is asked to look at the data, without form.
const STATISTICS: [&str; 2] = [
    "createtablesqlite_stat1(tbl,idx,stat)",
    "createtablesqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
];

/// A table or index, and the statement that creates it.
struct Definition {
    name: String,
    sql: String,
}

impl Definition {
    /// By which two definitions are the same: clients of different years write
    /// them with other blanks, comments and quotes.
    fn key(&self) -> (String, String) {
        (self.name.to_lowercase(), without_form(&self.sql))
    }
}

/// Drops every index that is not one of a collection's, whatever its table.
///
/// It may refuse rows, or cost any amount of time: an index can hold
/// expressions, which are evaluated whenever a row is written or checked. A
/// client that had made one for itself still has it in its own file.
pub(super) fn drop_foreign_indexes(db: &Connection) -> Result<(), StoreError> {
    let ours = keys(&definitions(&model()?, "index")?);
    for index in definitions(db, "index")? {
        if !ours.contains(&index.key()) {
            db.execute_batch(&format!("DROP INDEX {}", quoted(&index.name)))?;
        }
    }
    Ok(())
}

/// Drops SQLite's own tables about the data when they are not as SQLite defines them.
///
/// SQLite keeps them up to date by their columns' names, so that with a foreign one no
/// index could be dropped any more. Without them it only guesses how to search.
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
        if !STATISTICS.contains(&without_form(&table.sql).as_str()) {
            db.execute_batch(&format!("DROP TABLE {}", quoted(&table.name)))?;
        }
    }
    Ok(())
}

/// Gives a file of schema 18 the layout that this program writes. Tables that
/// belong to others stay as they are.
///
/// # Errors
/// [`StoreError::Sqlite`] when rows do not fit, such as two of the same id.
pub(super) fn restore_layout(db: &mut Connection) -> Result<(), StoreError> {
    let model = model()?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let found = keys(&definitions(&transaction, "table")?);
    for table in definitions(&model, "table")? {
        if !found.contains(&table.key()) {
            rebuild(&transaction, &table, &columns(&model, &table.name)?)?;
        }
    }
    let found = keys(&definitions(&transaction, "index")?);
    for index in definitions(&model, "index")? {
        if !found.contains(&index.key()) {
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

/// An empty database of the layout. SQLite is the one to ask what its own
/// statements define.
fn model() -> Result<Connection, StoreError> {
    let model = Connection::open_in_memory()?;
    unicase_collation::register(&model)?;
    model.execute_batch(CREATE_LAYOUT)?;
    Ok(model)
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

fn keys(definitions: &[Definition]) -> HashSet<(String, String)> {
    definitions.iter().map(Definition::key).collect()
}

/// The columns of a table, as a list for a statement.
fn columns(db: &Connection, table: &str) -> Result<String, StoreError> {
    let sql = "SELECT group_concat(name, ', ') FROM pragma_table_info(?1)";
    Ok(db.query_row(sql, [table], |row| row.get(0))?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A statement without comments, quotes around names, blanks and letter case.
/// None of the names in [`CREATE_LAYOUT`] needs any of these to be told apart.
fn without_form(sql: &str) -> String {
    let mut plain = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(next) = rest.chars().next() {
        let (skipped, kept) = match next {
            '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), None),
            '/' if rest.starts_with("/*") => {
                (rest.find("*/").map_or(rest.len(), |at| at + 2), None)
            }
            '"' | '`' | '[' | ']' => (1, None),
            _ if next.is_whitespace() => (next.len_utf8(), None),
            _ => (next.len_utf8(), Some(next)),
        };
        plain.extend(kept.map(|c| c.to_ascii_lowercase()));
        rest = &rest[skipped..];
    }
    plain
}

#[cfg(test)]
mod tests;
