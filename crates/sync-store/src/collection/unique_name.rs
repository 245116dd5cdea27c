//! Names that nobody else has.

use crate::StoreError;
use crate::random::random_u64;

/// As often as this a suffix is appended, as all Anki programs do it. Each time is a
/// look at the other names, and a file may be made of thousands of the same one.
const MOST_SUFFIXES: usize = 20;

/// The name with `suffix` appended until it is not taken, and whether that was needed.
/// What has very many others of its name gets a random one behind it.
pub(super) fn unique_name(
    mut name: String,
    suffix: char,
    mut is_taken: impl FnMut(&str) -> Result<bool, StoreError>,
) -> Result<(String, bool), StoreError> {
    let mut suffixes = 0;
    while is_taken(&name)? {
        suffixes += 1;
        if suffixes > MOST_SUFFIXES {
            name.push_str(&format!("{:x}", random_u64()?));
        }
        name.push(suffix);
    }
    Ok((name, suffixes > 0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_stay_short_and_differ_however_many_are_the_same() {
        let mut taken = HashSet::new();
        let mut looks = 0;
        for n in 0..1000 {
            let is_taken = |name: &str| {
                looks += 1;
                Ok(!taken.insert(name.to_owned()))
            };
            let (name, was_taken) = unique_name("a".to_owned(), '+', is_taken).unwrap();
            assert_eq!(was_taken, n > 0);
            assert!(name.len() <= 1 + MOST_SUFFIXES + 17, "{name}");
            if n <= MOST_SUFFIXES {
                assert_eq!(name, format!("a{}", "+".repeat(n)));
            }
        }
        assert_eq!(taken.len(), 1000);
        assert!(looks < (MOST_SUFFIXES + 2) * 1000);
    }
}
