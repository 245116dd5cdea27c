//! Small files that are made to take all memory or time there is.

use rusqlite::Connection;

use super::Upload;
use crate::collection::open::MAX_OBJECTS;

const PAGE_BYTES: usize = 4096;
/// Levels of branches that each lead to one next page, hundreds of times.
const LEVELS: usize = 6;
/// Flag of a page with branches.
const BRANCHES: u8 = 5;
/// Flag of a page with rows.
const ROWS: u8 = 13;

/// The pages of a database file.
struct Pages(Vec<u8>);

impl Pages {
    fn of(file: Vec<u8>) -> Self {
        Self(file)
    }

    fn page(&self, number: usize) -> Vec<u8> {
        self.0[(number - 1) * PAGE_BYTES..number * PAGE_BYTES].to_vec()
    }

    fn set(&mut self, number: usize, page: &[u8]) {
        let end = number * PAGE_BYTES;
        if self.0.len() < end {
            self.0.resize(end, 0);
        }
        self.0[end - PAGE_BYTES..end].copy_from_slice(page);
    }

    fn add(&mut self, page: &[u8]) -> usize {
        let number = self.0.len() / PAGE_BYTES + 1;
        self.set(number, page);
        number
    }

    /// A tree whose every branch leads to the same rows: its top.
    fn add_endless_tree(&mut self, rows: &[u8]) -> usize {
        let mut below = self.add(rows);
        for _ in 0..LEVELS {
            below = self.add(&branches_to(below, 0));
        }
        below
    }

    /// The file, which knows how many pages it has.
    fn finish(mut self) -> Vec<u8> {
        let count = u32::try_from(self.0.len() / PAGE_BYTES).unwrap();
        self.0[28..32].copy_from_slice(&count.to_be_bytes());
        self.0.copy_within(24..28, 92);
        self.0
    }
}

/// A page that is full of branches to one other, behind a header of the whole file or none.
fn branches_to(page: usize, header: usize) -> Vec<u8> {
    const CELL_BYTES: usize = 5;
    let child = u32::try_from(page).unwrap().to_be_bytes();
    let mut bytes = vec![0; PAGE_BYTES];
    let count = (PAGE_BYTES - header - 12) / (2 + CELL_BYTES);
    let start = PAGE_BYTES - count * CELL_BYTES;
    for n in 0..count {
        let cell = start + n * CELL_BYTES;
        bytes[cell..cell + 4].copy_from_slice(&child);
        bytes[cell + 4] = 1;
        set_number(&mut bytes, header + 12 + 2 * n, cell);
    }
    bytes[header] = BRANCHES;
    set_number(&mut bytes, header + 3, count);
    set_number(&mut bytes, header + 5, start);
    bytes[header + 8..header + 12].copy_from_slice(&child);
    bytes
}

/// A page with these rows.
fn rows(cells: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![0; PAGE_BYTES];
    let mut start = PAGE_BYTES;
    for (n, cell) in cells.iter().enumerate() {
        start -= cell.len();
        bytes[start..start + cell.len()].copy_from_slice(cell);
        set_number(&mut bytes, 8 + 2 * n, start);
    }
    bytes[0] = ROWS;
    set_number(&mut bytes, 3, cells.len());
    set_number(&mut bytes, 5, start);
    bytes
}

fn set_number(bytes: &mut [u8], at: usize, number: usize) {
    bytes[at..at + 2].copy_from_slice(&u16::try_from(number).unwrap().to_be_bytes());
}

fn number(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

#[test]
fn a_table_without_end_is_refused() {
    let upload = Upload::collection("");
    let root: u32 = upload.value("SELECT rootpage FROM sqlite_master WHERE name = 'col'");
    let root = root as usize;
    let mut pages = Pages::of(upload.content());
    let top = pages.add_endless_tree(&pages.page(root));
    pages.set(root, &branches_to(top, 0));
    let upload = Upload::of(pages.finish());
    let reason = upload.refusal();
    assert!(reason.contains("page"), "{reason}");
}

#[test]
fn a_list_of_tables_without_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small");
    let db = Connection::open(&path).unwrap();
    db.execute_batch("PRAGMA page_size = 4096; CREATE TABLE t (a UNIQUE);").unwrap();
    db.close().unwrap();
    let mut pages = Pages::of(std::fs::read(path).unwrap());
    let first = pages.page(1);
    let cells: Vec<&[u8]> = (0..number(&first, 103))
        .map(|n| {
            let start = number(&first, 108 + 2 * n);
            // Each begins with the size of what follows its id.
            &first[start..start + 2 + usize::from(first[start])]
        })
        .collect();
    // That of the index that SQLite makes for itself may be there again and again.
    let index = cells.iter().find(|cell| !cell.windows(6).any(|part| part == b"CREATE")).unwrap();
    let all = pages.add(&rows(&cells));
    let top = pages.add_endless_tree(&rows(&[index]));
    let mut root = branches_to(top, 100);
    root[..100].copy_from_slice(&first[..100]);
    let branch = number(&root, 112);
    root[branch..branch + 4].copy_from_slice(&u32::try_from(all).unwrap().to_be_bytes());
    pages.set(1, &root);
    let upload = Upload::of(pages.finish());
    let reason = upload.refusal();
    assert!(reason.contains("takes longer to read"), "{reason}");
}

#[test]
fn very_many_objects_are_refused() {
    let indexes: Vec<_> =
        (0..MAX_OBJECTS).map(|n| format!("CREATE INDEX i{n} ON notes (mid)")).collect();
    let upload = Upload::collection(&indexes.join(";"));
    let reason = upload.refusal();
    assert!(reason.contains("too many schema objects"), "{reason}");
}

#[test]
fn a_long_definition_is_refused() {
    let rule = vec!["1"; 20_000].join(",");
    let upload = Upload::collection(&format!("CREATE TABLE z (b, CHECK (b IN ({rule})))"));
    let reason = upload.refusal();
    assert!(reason.contains("too big"), "{reason}");
}
