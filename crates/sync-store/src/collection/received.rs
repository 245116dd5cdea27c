//! What is asked of received objects before any of them is looked for.

use std::collections::HashMap;

use sync_protocol::collection::UnchunkedChanges;

use crate::StoreError;

/// Longest name of a deck, notetype or tag, in bytes. Each is compared with those of all
/// others, and so are its parents.
pub(super) const MAX_NAME_BYTES: usize = 16 * 1024;

/// Most of all names in one request, in bytes; as much as the names of one kind may be in a
/// collection. Each takes many looks at the others before what they add up to is known.
const MAX_NAMES_BYTES: usize = 32 * 1024 * 1024;

/// Of objects with the same id the newest, of equally new ones the last: those that win when
/// they are merged in their order. Each takes a look at all of the stored one.
pub(super) fn newest_of_each<T>(
    received: Vec<T>,
    id_and_time: impl Fn(&T) -> (i64, i64),
) -> Vec<T> {
    let mut places: HashMap<i64, usize> = HashMap::new();
    let mut newest: Vec<T> = Vec::with_capacity(received.len());
    for object in received {
        let (id, time) = id_and_time(&object);
        match places.get(&id) {
            Some(&place) if time >= id_and_time(&newest[place]).1 => newest[place] = object,
            Some(_) => {}
            None => {
                places.insert(id, newest.len());
                newest.push(object);
            }
        }
    }
    newest
}

/// Refuses a name that is longer than anybody's.
pub(super) fn require_short_name(object: &'static str, name: &str) -> Result<(), StoreError> {
    match name.len() {
        0..=MAX_NAME_BYTES => Ok(()),
        bytes => Err(StoreError::NameTooLong { object, bytes }),
    }
}

/// Refuses more names than any collection has, before any of them is looked for.
pub(super) fn require_few_names(changes: &UnchunkedChanges) -> Result<(), StoreError> {
    let notetypes = changes.notetypes.iter().map(|notetype| notetype.name.len());
    let decks = changes.decks.decks.iter().map(|deck| deck.common().name.len());
    let tags = changes.tags.iter().map(String::len);
    let bytes: usize = notetypes.chain(decks).chain(tags).sum();
    if bytes > MAX_NAMES_BYTES {
        let reason = format!("names with {bytes} bytes were received at once");
        return Err(StoreError::Corrupt { reason });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_id_that_comes_twice_the_newest_counts() {
        let received = vec![(3, 5, "a"), (1, 9, "b"), (3, 4, "older"), (1, 9, "last")];
        let newest = newest_of_each(received, |(id, time, _)| (*id, *time));
        assert_eq!(newest, [(3, 5, "a"), (1, 9, "last")]);
    }

    #[test]
    fn a_name_of_the_limit_is_taken_and_a_longer_one_refused() {
        assert!(require_short_name("tag", &"x".repeat(MAX_NAME_BYTES)).is_ok());
        let error = require_short_name("tag", &"x".repeat(MAX_NAME_BYTES + 1));
        assert!(matches!(error, Err(StoreError::NameTooLong { .. })));
    }
}
