//! Schema 16 to 17: tags get room for the state of the sidebar.

use rusqlite::Connection;

use crate::StoreError;

pub(super) fn upgrade(db: &Connection) -> Result<(), StoreError> {
    db.execute_batch(concat!(
        "ALTER TABLE tags RENAME TO tags_16;",
        include_str!("../../schema/tags_17.sql"),
        "INSERT INTO tags (tag, usn, collapsed, config) SELECT tag, usn, 1, NULL FROM tags_16;
         DROP TABLE tags_16;",
    ))?;
    Ok(())
}
