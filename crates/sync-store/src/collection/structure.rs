//! What a file must have, and must not have, to be used as a collection.
//!
//! The official server looks at the version number alone, so that a file with
//! missing tables is accepted and fails every later request.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::StoreError;

struct Table {
    name: &'static str,
    /// The first schema that has it.
    since: i64,
    columns: &'static [&'static str],
}

const TABLES: &[Table] = &[
    Table {
        name: "col",
        since: 11,
        columns: &[
            "id", "crt", "mod", "scm", "ver", "dty", "usn", "ls", "conf", "models", "decks",
            "dconf", "tags",
        ],
    },
    Table {
        name: "notes",
        since: 11,
        columns: &[
            "id", "guid", "mid", "mod", "usn", "tags", "flds", "sfld", "csum", "flags", "data",
        ],
    },
    Table {
        name: "cards",
        since: 11,
        columns: &[
            "id", "nid", "did", "ord", "mod", "usn", "type", "queue", "due", "ivl", "factor",
            "reps", "lapses", "left", "odue", "odid", "flags", "data",
        ],
    },
    Table {
        name: "revlog",
        since: 11,
        columns: &["id", "cid", "usn", "ease", "ivl", "lastivl", "factor", "time", "type"],
    },
    Table { name: "graves", since: 11, columns: &["oid", "type", "usn"] },
    Table {
        name: "deck_config",
        since: 14,
        columns: &["id", "name", "mtime_secs", "usn", "config"],
    },
    Table { name: "config", since: 14, columns: &["key", "usn", "mtime_secs", "val"] },
    Table { name: "tags", since: 14, columns: &["tag", "usn"] },
    Table { name: "tags", since: 17, columns: &["collapsed", "config"] },
    Table { name: "fields", since: 15, columns: &["ntid", "ord", "name", "config"] },
    Table {
        name: "templates",
        since: 15,
        columns: &["ntid", "ord", "name", "mtime_secs", "usn", "config"],
    },
    Table { name: "notetypes", since: 15, columns: &["id", "name", "mtime_secs", "usn", "config"] },
    Table {
        name: "decks",
        since: 15,
        columns: &["id", "name", "mtime_secs", "usn", "common", "kind"],
    },
];

/// Checks that all tables and columns of a schema version are there.
pub(crate) fn require_tables(db: &Connection, version: i64) -> Result<(), StoreError> {
    let mut columns = db.prepare("SELECT lower(name) FROM pragma_table_info(?1)")?;
    for table in TABLES.iter().filter(|table| table.since <= version) {
        let present: HashSet<String> =
            columns.query_map([table.name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if let Some(missing) = table.columns.iter().find(|column| !present.contains(**column)) {
            let table = table.name;
            return Err(StoreError::Corrupt {
                reason: format!("the column {missing} of the table {table} is missing"),
            });
        }
    }
    Ok(())
}

/// Refuses triggers, views, virtual tables and computed columns: no Anki program
/// makes them, and they would act when the file is used, here or on the devices
/// that download it.
pub(crate) fn refuse_active_schema(db: &Connection) -> Result<(), StoreError> {
    let mut objects = db.prepare(
        "SELECT type, name FROM sqlite_master
         WHERE type NOT IN ('table', 'index') OR (type = 'table' AND rootpage = 0)",
    )?;
    let mut rows = objects.query([])?;
    if let Some(row) = rows.next()? {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        return Err(StoreError::Corrupt {
            reason: format!("the {kind} {name} is none of a collection's"),
        });
    }
    let computed = db
        .prepare(
            "SELECT 1 FROM sqlite_master, pragma_table_xinfo(sqlite_master.name) AS columns
             WHERE sqlite_master.type = 'table' AND columns.hidden <> 0",
        )?
        .exists([])?;
    if computed {
        return Err(StoreError::Corrupt { reason: "a table has computed columns".into() });
    }
    Ok(())
}

/// Checks that the row of `col` can be read and makes sense. Rows behind the
/// first, which no program reads, are removed: what is written would be written
/// to each of them.
pub(crate) fn require_col_row(db: &Connection) -> Result<(), StoreError> {
    db.execute("DELETE FROM col WHERE rowid > (SELECT min(rowid) FROM col)", [])?;
    let unreadable = |error: rusqlite::Error| StoreError::Corrupt {
        reason: format!("the row of the table col: {error}"),
    };
    let usn: i32 = db
        .query_row("SELECT usn, crt, mod, scm, ls FROM col", [], |row| {
            for column in 1..5 {
                row.get::<_, i64>(column)?;
            }
            row.get(0)
        })
        .map_err(unreadable)?;
    if usn < 0 {
        return Err(StoreError::Corrupt { reason: format!("the collection's usn is {usn}") });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
