//! The collection that most tests start from.

use crate::Collection;

/// Id of the seed's only notetype, `Basic`: fields `Front` and `Back`, one template.
pub const BASIC: i64 = 1000;
/// The seed's usn. Its rows have usn 0, so a client at this usn knows them all.
pub const SEED_USN: i32 = 5;
/// The seed's modification time and time of last sync, in milliseconds.
pub const SEED_MODIFIED: i64 = 1_700_000_000_123;
/// The seed's schema time, in milliseconds.
pub const SEED_SCHEMA_MODIFIED: i64 = 1_690_000_000_456;

/// Makes a fresh collection the seed: one notetype, no note, usn [`SEED_USN`].
pub fn seed(collection: &Collection) {
    collection.batch(&format!(
        "DELETE FROM fields WHERE ntid <> (SELECT id FROM notetypes WHERE name = 'Basic');
         DELETE FROM templates WHERE ntid <> (SELECT id FROM notetypes WHERE name = 'Basic');
         DELETE FROM notetypes WHERE name <> 'Basic';
         UPDATE fields SET ntid = {BASIC};
         UPDATE templates SET ntid = {BASIC}, usn = 0;
         UPDATE notetypes SET id = {BASIC}, usn = 0, mtime_secs = 500;
         UPDATE decks SET usn = 0, mtime_secs = 500;
         UPDATE deck_config SET usn = 0, mtime_secs = 500;
         UPDATE config SET usn = 0, mtime_secs = 0;
         DELETE FROM config WHERE KEY IN ('rollover', 'lastUnburied', 'localOffset', 'creationOffset');
         UPDATE config SET val = CAST('2' AS BLOB) WHERE KEY = 'schedVer';
         UPDATE col SET usn = {SEED_USN}, mod = {SEED_MODIFIED}, ls = {SEED_MODIFIED},
             scm = {SEED_SCHEMA_MODIFIED}, crt = 1600000000;"
    ));
}
