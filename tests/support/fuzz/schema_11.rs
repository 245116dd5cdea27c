//! The JSON columns of old collections, on their way through the converter.

use std::path::Path;
use std::sync::OnceLock;

use super::{collection_file, scratch};
use crate::{Collection, collection_of_schema_11, seed, template};

/// Columns in the order of the input's parts.
const COLUMNS: [&str; 5] = ["models", "decks", "dconf", "conf", "tags"];

/// Up to five texts with a zero byte between them, each the content of a column.
/// An empty one leaves what is there.
pub(super) fn run(data: &[u8]) {
    let path = scratch().join(format!("schema 11 {:?}.anki2", std::thread::current().id()));
    std::fs::write(&path, old_collection()).unwrap();
    fill(&path, data);
    collection_file::take(&path, "an old collection");
}

fn fill(path: &Path, data: &[u8]) {
    let collection = Collection::open(path);
    collection.batch("PRAGMA journal_mode = off; PRAGMA synchronous = off");
    for (column, text) in COLUMNS.iter().zip(data.split(|byte| *byte == 0)) {
        if !text.is_empty() {
            // As text, which need not be valid UTF-8 in such a file.
            let sql = format!("UPDATE col SET {column} = CAST(? AS TEXT)");
            collection.run(&sql, [text]);
        }
    }
}

fn old_collection() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let current = template(|collection| {
            seed(collection);
            collection.add_note(1, 1000, 0);
            collection.add_card(1, 1000, 0);
        });
        let old = collection_of_schema_11(&current);
        let path = scratch().join("old.anki2");
        std::fs::write(&path, old).unwrap();
        Collection::open(&path).batch("PRAGMA page_size = 1024; VACUUM");
        std::fs::read(&path).unwrap()
    })
}
