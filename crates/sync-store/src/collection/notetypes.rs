//! Notetypes with their fields and templates: three tables that always change
//! together.

mod legacy_form;

use rusqlite::{Connection, Row, params};
use sync_protocol::collection::Notetype;
use sync_protocol::{NotetypeId, TimestampSecs, Usn};

use super::CollectionStore;
use super::column::{PendingUsns, bytes, integer, nearest_u32, text, usn};
use super::proto::{self, FieldConfig, NotetypeConfig, TemplateConfig};
use super::received::{newest_of_each, require_short_name};
use super::unique_name::unique_name;
use crate::StoreError;

/// A notetype as the three tables hold it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NotetypeRow {
    pub id: i64,
    pub name: String,
    /// Last change, in seconds.
    pub modified: i64,
    pub usn: Usn,
    pub config: NotetypeConfig,
    /// In the order of their `ord`.
    pub fields: Vec<FieldRow>,
    /// In the order of their `ord`.
    pub templates: Vec<TemplateRow>,
}

/// A row of `fields`; its `ord` is its place in [`NotetypeRow::fields`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldRow {
    pub name: String,
    pub config: FieldConfig,
}

/// A row of `templates`; its `ord` is its place in [`NotetypeRow::templates`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TemplateRow {
    pub name: String,
    pub config: TemplateConfig,
}

/// What must be known of a notetype to store its notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotetypeShape {
    /// How many fields its notes have.
    pub field_count: usize,
    /// Index of the field that notes are sorted by; may be out of range.
    pub sort_field: usize,
}

impl CollectionStore {
    /// Stores received notetypes with the server's usn. One that is older than
    /// the stored one is skipped; a name that another notetype has gets `+`
    /// appended, and then `now` as its change time.
    ///
    /// # Errors
    /// [`StoreError::NotetypeShape`], [`StoreError::DuplicateName`] and
    /// [`StoreError::ZeroId`] and [`StoreError::NameTooLong`] for notetypes that cannot be
    /// merged.
    pub(crate) fn merge_notetypes(
        &self,
        received: Vec<Notetype>,
        server_usn: Usn,
        now: TimestampSecs,
    ) -> Result<(), StoreError> {
        let time = |notetype: &Notetype| (notetype.id, notetype.modified);
        for notetype in newest_of_each(received, time) {
            require_short_name("notetype", &notetype.name)?;
            let stored = NotetypeRow::load(&self.db, notetype.id)?;
            if let Some(stored) = &stored {
                if stored.modified > notetype.modified {
                    continue;
                }
                if stored.fields.len() != notetype.fields.len()
                    || stored.templates.len() != notetype.templates.len()
                {
                    return Err(StoreError::NotetypeShape { id: notetype.id });
                }
            }
            let mut row = NotetypeRow::from_legacy(notetype, stored.as_ref());
            row.usn = server_usn;
            let is_taken = |name: &str| name_is_taken(&self.db, name, row.id);
            let (name, was_taken) = unique_name(row.name, '+', is_taken)?;
            row.name = name;
            if was_taken {
                row.modified = now.0;
            }
            row.write(&self.db)?;
        }
        Ok(())
    }

    /// The notetypes that changed since a client with this usn last synced.
    pub(crate) fn pending_notetypes(&self, since: Usn) -> Result<Vec<Notetype>, StoreError> {
        let pending = PendingUsns::since(since);
        let mut statement =
            self.db.prepare_cached(&format!("{SELECT_NOTETYPE} WHERE usn BETWEEN ?1 AND ?2"))?;
        let rows = statement.query_and_then([pending.first, pending.last], |row| {
            NotetypeRow::from_row(&self.db, row).map(NotetypeRow::into_legacy)
        })?;
        rows.collect()
    }

    /// How many fields the notes of a notetype have; `None` if there is none of
    /// this id.
    pub(crate) fn notetype_shape(
        &self,
        id: NotetypeId,
    ) -> Result<Option<NotetypeShape>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT config, (SELECT count(*) FROM fields WHERE ntid = ?1)
             FROM notetypes WHERE id = ?1",
        )?;
        let mut rows = statement.query([id.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let config: NotetypeConfig = proto::decode(bytes(row, 0), "notetypes", id)?;
        Ok(Some(NotetypeShape {
            field_count: nearest_u32(integer(row, 1)) as usize,
            sort_field: config.sort_field_idx as usize,
        }))
    }
}

const SELECT_NOTETYPE: &str = "SELECT id, name, mtime_secs, usn, config FROM notetypes";

impl NotetypeRow {
    /// The stored notetype of this id.
    pub(crate) fn load(db: &Connection, id: i64) -> Result<Option<Self>, StoreError> {
        let mut statement = db.prepare_cached(&format!("{SELECT_NOTETYPE} WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(|row| Self::from_row(db, row)).transpose()
    }

    /// All stored notetypes.
    pub(crate) fn load_all(db: &Connection) -> Result<Vec<Self>, StoreError> {
        let mut statement = db.prepare_cached(SELECT_NOTETYPE)?;
        let rows = statement.query_and_then([], |row| Self::from_row(db, row))?;
        rows.collect()
    }

    fn from_row(db: &Connection, row: &Row<'_>) -> Result<Self, StoreError> {
        let id = integer(row, 0);
        let mut notetype = Self {
            id,
            name: text(row, 1),
            modified: integer(row, 2),
            usn: usn(row, 3),
            config: proto::decode(bytes(row, 4), "notetypes", id)?,
            fields: Vec::new(),
            templates: Vec::new(),
        };
        let mut fields =
            db.prepare_cached("SELECT name, config FROM fields WHERE ntid = ?1 ORDER BY ord")?;
        let mut rows = fields.query([id])?;
        while let Some(row) = rows.next()? {
            let config = proto::decode(bytes(row, 1), "fields", id)?;
            notetype.fields.push(FieldRow { name: text(row, 0), config });
        }
        let mut templates =
            db.prepare_cached("SELECT name, config FROM templates WHERE ntid = ?1 ORDER BY ord")?;
        let mut rows = templates.query([id])?;
        while let Some(row) = rows.next()? {
            let config = proto::decode(bytes(row, 1), "templates", id)?;
            notetype.templates.push(TemplateRow { name: text(row, 0), config });
        }
        Ok(notetype)
    }

    /// Replaces the notetype of this id, and all its fields and templates. The
    /// caller has made the name unique: a row of the same name would be lost.
    pub(crate) fn write(&self, db: &Connection) -> Result<(), StoreError> {
        use prost::Message;

        if self.id == 0 {
            return Err(StoreError::ZeroId { object: "notetype" });
        }
        db.prepare_cached(
            "INSERT OR REPLACE INTO notetypes (id, name, mtime_secs, usn, config)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            self.id,
            self.name,
            self.modified,
            self.usn.0,
            self.config.encode_to_vec()
        ])?;

        db.prepare_cached("DELETE FROM fields WHERE ntid = ?1")?.execute([self.id])?;
        let mut insert = db.prepare_cached(
            "INSERT INTO fields (ntid, ord, name, config) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (ord, field) in (0_u32..).zip(&self.fields) {
            insert
                .execute(params![self.id, ord, field.name, field.config.encode_to_vec()])
                .map_err(|error| self.duplicate_name(error))?;
        }

        db.prepare_cached("DELETE FROM templates WHERE ntid = ?1")?.execute([self.id])?;
        // Clients never read the time and usn of a template, and write 0.
        let mut insert = db.prepare_cached(
            "INSERT INTO templates (ntid, ord, name, mtime_secs, usn, config)
             VALUES (?1, ?2, ?3, 0, 0, ?4)",
        )?;
        for (ord, template) in (0_u32..).zip(&self.templates) {
            insert
                .execute(params![self.id, ord, template.name, template.config.encode_to_vec()])
                .map_err(|error| self.duplicate_name(error))?;
        }
        Ok(())
    }

    /// The indexes of fields and templates refuse nothing but equal names.
    fn duplicate_name(&self, error: rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => {
                StoreError::DuplicateName { notetype: self.id }
            }
            _ => error.into(),
        }
    }
}

fn name_is_taken(db: &Connection, name: &str, by_other_than: i64) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM notetypes WHERE name = ?1 AND id != ?2")?
        .exists(params![name, by_other_than])?)
}

#[cfg(test)]
mod tests;
