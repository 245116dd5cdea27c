//! Names that file systems take for one, and the names of files whose place is another's.

use sha1::{Digest, Sha1};
use unicode_normalization::UnicodeNormalization;

const PREFIX: &str = ".anki-sync-tray-";
const SUFFIX: &str = ".other";
/// SHA-1 of the name, in hex.
const HASH_DIGITS: usize = 40;

/// A name without what file systems may make no difference by.
pub(super) fn folded(name: &str) -> String {
    // Some letters have no way back from their capital, so there and back again.
    let folded = name.to_lowercase().to_uppercase().to_lowercase();
    folded.nfc().filter(|c| !is_ignorable(*c)).collect()
}

/// Characters without a shape of their own that some file systems pass over.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// The name of the file, in the folder with an account's media, of a media name whose place
/// is another's: where capitals make no difference, two names can mean one place. Whoever
/// reads the folder finds the file under either.
#[must_use]
pub fn other_name(name: &str) -> String {
    format!("{PREFIX}{}{SUFFIX}", hex::encode(Sha1::digest(name.as_bytes())))
}

/// Whether a file system may take a name for one that [`other_name`] makes.
pub(super) fn is_other_name(name: &str) -> bool {
    // Hardly any name begins so, which spares most of them the rest.
    if !name.starts_with('.') {
        return false;
    }
    let name = folded(name);
    let hash = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    hash.is_some_and(|hash| {
        hash.len() == HASH_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit())
    })
}
