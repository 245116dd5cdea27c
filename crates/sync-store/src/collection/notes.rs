//! Table `notes`.

use std::borrow::Cow;
use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row, params};
use sha1::{Digest, Sha1};
use sync_protocol::collection::NoteEntry;
use sync_protocol::{NoteId, NotetypeId, TimestampSecs, Usn};

use super::CollectionStore;
use super::column::{PendingUsns, integer, text, usn};
use super::notetypes::NotetypeShape;
use super::tags::separates_tags;
use super::text::strip_html_keeping_media_names;
use crate::StoreError;

/// Between the fields of a note.
const FIELD_SEPARATOR: char = '\u{1f}';

/// Most text that a note may have: a chunk always holds a whole one, and as JSON each byte
/// may take six. Pictures inside a note take some MiB; no editor is of use with more.
pub(super) const MAX_NOTE_BYTES: usize = 32 * 1024 * 1024;

/// The size of a note's text, in SQL. What is no text counts, too: it is read as one.
pub(super) const NOTE_BYTES: &str =
    "ifnull(octet_length(guid), 0) + ifnull(octet_length(tags), 0) + ifnull(octet_length(flds), 0)";

impl CollectionStore {
    /// Stores the received notes that win over what is stored, stamped with the
    /// server's usn. The rule is that of cards. Checksum and sort field are made
    /// anew; those received are ignored.
    ///
    /// # Errors
    /// [`StoreError::UnknownNotetype`] and [`StoreError::FieldCount`] for a note
    /// that wins and does not fit, [`StoreError::Corrupt`] for one that is larger than
    /// anybody's; the sync cannot go on then.
    pub(super) fn merge_notes(
        &self,
        notes: Vec<NoteEntry>,
        client_usn: Usn,
        server_usn: Usn,
    ) -> Result<(), StoreError> {
        let pending = PendingUsns::since(client_usn);
        // The checksum is the expensive part, so the stored note is looked at first.
        let mut stored = self.db.prepare_cached("SELECT usn, mod FROM notes WHERE id = ?")?;
        let mut replace = self.db.prepare_cached(
            "INSERT OR REPLACE INTO notes
               (id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, '')",
        )?;
        let mut shapes = HashMap::new();
        for note in notes {
            let kept = stored
                .query_row([note.id.0], |row| Ok((integer(row, 0), integer(row, 1))))
                .optional()?
                .is_some_and(|(usn, modified)| {
                    pending.contains(usn) && note.modified.0 <= modified
                });
            if kept {
                continue;
            }
            if text_bytes_of(&note) > MAX_NOTE_BYTES {
                let reason = format!("the note {} has {} bytes", note.id.0, text_bytes_of(&note));
                return Err(StoreError::Corrupt { reason });
            }
            let shape = self.known_shape(&mut shapes, &note)?;
            let fields = clean_fields(note.fields);
            let columns = FieldColumns::new(note.id, &fields, shape)?;
            replace.execute(params![
                note.id.0,
                note.guid,
                note.mid.0,
                note.modified.0,
                server_usn.0,
                stored_tags(&note.tags),
                fields,
                columns.sort_field,
                columns.checksum,
            ])?;
        }
        Ok(())
    }

    fn known_shape(
        &self,
        shapes: &mut HashMap<NotetypeId, NotetypeShape>,
        note: &NoteEntry,
    ) -> Result<NotetypeShape, StoreError> {
        if let Some(shape) = shapes.get(&note.mid) {
            return Ok(*shape);
        }
        let shape = self
            .notetype_shape(note.mid)?
            .ok_or(StoreError::UnknownNotetype { note: note.id.0, notetype: note.mid.0 })?;
        shapes.insert(note.mid, shape);
        Ok(shape)
    }

    /// The notes with these ids, in this order, up to the one with which their text reaches
    /// `text_bytes`; then the ids that are left. Missing notes are left out.
    pub(super) fn note_entries<'a>(
        &self,
        ids: &'a [i64],
        text_bytes: usize,
    ) -> Result<(Vec<NoteEntry>, &'a [i64]), StoreError> {
        let mut notes = Vec::with_capacity(ids.len());
        let mut bytes = 0;
        let mut statement = self
            .db
            .prepare_cached("SELECT id, guid, mid, mod, usn, tags, flds FROM notes WHERE id = ?")?;
        for (n, id) in ids.iter().enumerate() {
            if bytes >= text_bytes {
                return Ok((notes, &ids[n..]));
            }
            let note = statement.query_row([id], |row| Ok(read_note(row))).optional()?;
            bytes += note.as_ref().map_or(0, text_bytes_of);
            notes.extend(note);
        }
        Ok((notes, &[]))
    }
}

fn text_bytes_of(note: &NoteEntry) -> usize {
    note.guid.len() + note.tags.len() + note.fields.len()
}

fn read_note(row: &Row<'_>) -> NoteEntry {
    NoteEntry {
        id: NoteId(integer(row, 0)),
        guid: text(row, 1),
        mid: NotetypeId(integer(row, 2)),
        modified: TimestampSecs(integer(row, 3)),
        usn: usn(row, 4),
        tags: text(row, 5),
        fields: text(row, 6),
        sfld: String::new(),
        csum: String::new(),
        flags: 0,
        data: String::new(),
    }
}

/// The columns that are made from a note's fields.
#[derive(Debug, PartialEq, Eq)]
struct FieldColumns<'a> {
    /// Column `sfld`. Its integer affinity turns the text of a number into one.
    sort_field: Cow<'a, str>,
    /// Column `csum`.
    checksum: u32,
}

impl<'a> FieldColumns<'a> {
    fn new(note: NoteId, fields: &'a str, shape: NotetypeShape) -> Result<Self, StoreError> {
        let count = 1 + fields.bytes().filter(|byte| *byte == FIELD_SEPARATOR as u8).count();
        if count != shape.field_count {
            return Err(StoreError::FieldCount {
                note: note.0,
                fields: count,
                expected: shape.field_count,
            });
        }
        let plain_text = |index: usize| {
            let field = fields.split(FIELD_SEPARATOR).nth(index).unwrap_or("");
            strip_html_keeping_media_names(field)
        };
        let first = plain_text(0);
        let checksum = checksum(&first);
        let sort_field = if shape.sort_field == 0 { first } else { plain_text(shape.sort_field) };
        Ok(Self { sort_field, checksum })
    }
}

/// By which clients find notes with the same first field.
fn checksum(text: &str) -> u32 {
    let digest = Sha1::digest(text.as_bytes());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Fields without ASCII control characters, but for tabs and line feeds.
fn clean_fields(mut fields: String) -> String {
    let unwanted = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | FIELD_SEPARATOR);
    if fields.contains(unwanted) {
        fields.retain(|c| !unwanted(c));
    }
    fields
}

/// Tags as they are stored: with a blank before, between and after them.
fn stored_tags(tags: &str) -> String {
    let mut stored = String::with_capacity(tags.len() + 2);
    for tag in tags.split(separates_tags).filter(|tag| !tag.is_empty()) {
        stored.push(' ');
        stored.push_str(tag);
    }
    if !stored.is_empty() {
        stored.push(' ');
    }
    stored
}

#[cfg(test)]
mod tests;
