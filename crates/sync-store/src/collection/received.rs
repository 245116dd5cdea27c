//! What is asked of received objects before any of them is looked for.

use std::collections::HashSet;

use crate::StoreError;

/// Longest name of a deck, notetype or tag, in bytes. Each is compared with those of all
/// others, and so are its parents.
pub(super) const MAX_NAME_BYTES: usize = 16 * 1024;

/// Refuses a list with an object twice. Clients never send one, and each takes a look at
/// all of the stored one.
pub(super) fn require_different(
    object: &'static str,
    ids: impl Iterator<Item = i64>,
) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(StoreError::Repeated { object, id });
        }
    }
    Ok(())
}

/// Refuses a name that is longer than anybody's.
pub(super) fn require_short_name(object: &'static str, name: &str) -> Result<(), StoreError> {
    match name.len() {
        0..=MAX_NAME_BYTES => Ok(()),
        bytes => Err(StoreError::NameTooLong { object, bytes }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_comes_twice_is_refused() {
        assert!(require_different("deck", [3, 1, 2].into_iter()).is_ok());
        let error = require_different("deck", [3, 1, 3].into_iter());
        assert!(matches!(error, Err(StoreError::Repeated { object: "deck", id: 3 })));
    }

    #[test]
    fn a_name_of_the_limit_is_taken_and_a_longer_one_refused() {
        assert!(require_short_name("tag", &"x".repeat(MAX_NAME_BYTES)).is_ok());
        let error = require_short_name("tag", &"x".repeat(MAX_NAME_BYTES + 1));
        assert!(matches!(error, Err(StoreError::NameTooLong { .. })));
    }
}
