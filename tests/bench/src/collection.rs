//! Collections of a stated size, made once and kept under `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use sync_protocol::TimestampMillis;
use sync_store::collection::CollectionStore;

/// When all objects were made, in seconds. The same in each run.
const CREATED_SECS: i64 = 1_700_000_000;
/// Level at which clients pack a collection.
const CLIENT_LEVEL: i32 = 3;

/// What is in a collection.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Name of the files.
    pub name: &'static str,
    /// Notes; twice as many cards.
    pub notes: i64,
    /// Reviews of each card.
    pub reviews_per_card: i64,
    /// Length of a note's text, about, in characters.
    pub text: usize,
}

/// A few notes, for the accounts that only have to be there.
pub const SMALL: Size = Size { name: "small", notes: 100, reviews_per_card: 3, text: 200 };
/// 48 MB: what somebody has who learned a language for some years.
pub const MIDDLE: Size = Size { name: "48-mb", notes: 50_000, reviews_per_card: 3, text: 185 };
/// 261 MB: a student of medicine.
pub const LARGE: Size = Size { name: "261-mb", notes: 150_000, reviews_per_card: 5, text: 580 };
/// 1 GiB: nobody's, to show what grows with the size.
pub const HUGE: Size = Size { name: "1-gib", notes: 350_000, reviews_per_card: 8, text: 1630 };

/// A collection file and the same, packed as a client sends it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The file.
    pub file: PathBuf,
    /// The body of an upload.
    pub packed: PathBuf,
}

impl Sample {
    /// Makes the files unless they are there.
    pub fn provide(cache: &Path, size: Size) -> Result<Self> {
        fs::create_dir_all(cache)?;
        // The numbers are in the name, so that other ones make another file.
        let stem = format!("{}-{}-{}-{}", size.name, size.notes, size.reviews_per_card, size.text);
        let file = cache.join(format!("{stem}.anki2"));
        let packed = cache.join(format!("{stem}.anki2.zst"));
        if !packed.exists() {
            println!("Making the collection {} in {}.", size.name, cache.display());
            let unfinished = cache.join("unfinished.anki2");
            let _ = fs::remove_file(&unfinished);
            make(&unfinished, size)?;
            fs::rename(&unfinished, &file)?;
            zstd::stream::copy_encode(
                File::open(&file)?,
                File::create(&unfinished)?,
                CLIENT_LEVEL,
            )?;
            fs::rename(&unfinished, &packed)?;
        }
        Ok(Self { file, packed })
    }

    /// Size of the collection file, in bytes.
    pub fn bytes(&self) -> Result<u64> {
        Ok(fs::metadata(&self.file)?.len())
    }

    /// Puts a copy into a client's folder.
    pub fn place(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::copy(&self.file, folder.join("collection.anki2"))?;
        Ok(())
    }
}

fn make(path: &Path, size: Size) -> Result<()> {
    CollectionStore::open(path, TimestampMillis(CREATED_SECS * 1000))?.close()?;
    let mut db = Connection::open(path)?;
    // Named in the tables; nothing that is sorted by it is written here.
    db.create_collation("unicase", |a, b| a.cmp(b))?;
    db.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -400000;")?;
    let transaction = db.transaction()?;
    let notetype: i64 = transaction.query_row(
        "SELECT ntid FROM fields GROUP BY ntid HAVING count() = 2",
        [],
        |row| row.get(0),
    )?;
    let mut words = Words(0x9E37_79B9_7F4A_7C15);
    {
        let mut note = transaction
            .prepare("INSERT INTO notes VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, 0, '')")?;
        let mut card = transaction.prepare(
            "INSERT INTO cards VALUES (?1, ?2, 1, ?3, ?4, 0, 2, 2, ?5, 30, 2500, 3, 0, 0, 0, 0, 0, '{}')",
        )?;
        let mut review =
            transaction.prepare("INSERT INTO revlog VALUES (?1, ?2, 0, 3, 30, 12, 2500, ?3, 1)")?;
        for n in 0..size.notes {
            let id = CREATED_SECS * 1000 + n;
            let front = format!("{} {n}", words.text(size.text / 8));
            let back = words.text(size.text * 7 / 8);
            note.execute(params![
                id,
                format!("g{n:09}"),
                notetype,
                CREATED_SECS,
                tags(n),
                format!("{front}\u{1f}{back}"),
                front,
                i64::from(words.number() as u32),
            ])?;
            for ord in 0..2 {
                let card_id = CREATED_SECS * 1000 + n * 2 + ord;
                card.execute(params![card_id, id, ord, CREATED_SECS, 100 + n % 900])?;
                for k in 0..size.reviews_per_card {
                    let review_id = CREATED_SECS * 1000 + (n * 2 + ord) * size.reviews_per_card + k;
                    let millis = words.number() % 60_000;
                    review.execute(params![review_id, card_id, millis as i64])?;
                }
            }
        }
        // Everything counts as synced once.
        for table in ["notetypes", "decks", "deck_config", "config", "templates"] {
            transaction.execute(&format!("UPDATE {table} SET usn = 0 WHERE usn <> 0"), [])?;
        }
        transaction.execute(
            "UPDATE col SET usn = 5, mod = ?1, ls = ?1, crt = ?2",
            params![CREATED_SECS * 1000 + 500, CREATED_SECS - 86_400 * 30],
        )?;
    }
    transaction.commit()?;
    db.close().map_err(|(_, error)| error).context("closing the collection")
}

/// Which notes change in the rows with 10 and 5,000 changes: half of it notes.
fn tags(n: i64) -> &'static str {
    match n {
        0..5 => " first10 first5000 ",
        5..2500 => " first5000 ",
        _ => "",
    }
}

/// Text that packs about as well as people's notes.
struct Words(u64);

impl Words {
    fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self, length: usize) -> String {
        const SYLLABLES: [&str; 32] = [
            "ta", "ren", "mi", "ko", "<b>", "</b>", "sol", "er", "in", "gra", "phi", "lo", "das",
            "ne", "um", "ver", "ste", "hen", "<br>", "&nbsp;", "ka", "zu", "mor", "bi", "tion",
            "al", "ex", "pre", "sub", "con", "tra", "vis",
        ];
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            let number = self.number();
            for k in 0..1 + number % 3 {
                text.push_str(SYLLABLES[(number >> (8 + 5 * k)) as usize % 32]);
            }
            text.push(' ');
        }
        text
    }
}
