//! The order in which names and tags are compared, without regard to case.
//!
//! Indexes of a collection file are sorted by it, so it must be exactly that of
//! `unicase` 2.6.0: another Unicode version, or even a correct folding of the 16
//! characters which that release folds wrongly, would make every client's
//! database check report the file as damaged.

use std::cmp::Ordering;

use rusqlite::Connection;
use unicase::UniCase;

/// Makes the collation `unicase` known to a connection.
pub(crate) fn register(db: &Connection) -> rusqlite::Result<()> {
    db.create_collation("unicase", compare)
}

/// What both begin with is passed over, as each character folds by itself: names that are
/// long and nearly the same would take hundreds of times as long.
fn compare(a: &str, b: &str) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[a.floor_char_boundary(same)..], &b[b.floor_char_boundary(same)..]);
    UniCase::new(a).cmp(&UniCase::new(b))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn is(comparison: &str) -> bool {
        let db = Connection::open_in_memory().unwrap();
        register(&db).unwrap();
        let (a, op, b) = {
            let mut parts = comparison.split(' ');
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
        };
        db.query_row(&format!("SELECT ?1 {op} ?2 COLLATE unicase"), [a, b], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn order_is_that_of_lower_case() {
        assert!(!is("Z < _"));
        assert!(is("[ < a"));
        assert!(is("_ < A"));
        assert!(is("z < É"));
        assert!(is("\u{ff21} < \u{1f600}"));
    }

    #[test]
    fn full_foldings_are_equal() {
        assert!(is("ẞ = ss"));
        assert!(is("\u{212a} = k"));
        assert!(is("\u{130} = i\u{307}"));
    }

    #[test]
    fn dotless_i_is_another_letter() {
        assert!(is("I < \u{131}"));
    }

    #[test]
    fn nothing_is_normalised() {
        assert!(!is("é = e\u{301}"));
    }

    #[test]
    fn foldings_of_three_characters_are_rotated_as_in_existing_files() {
        assert!(is("\u{fb03} = iff"));
        assert!(!is("\u{fb03} = ffi"));
        assert!(is("\u{390} = \u{301}\u{3b9}\u{308}"));
    }

    #[test]
    fn letters_cased_after_unicode_12_do_not_fold() {
        assert!(!is("\u{a7c7} = \u{a7c8}"));
        assert!(!is("\u{2c2f} = \u{2c5f}"));
    }

    proptest! {
        #[test]
        fn a_common_beginning_changes_nothing(
            same in "[a-cA-CéÉßẞ\u{390}\u{fb03}\u{130}]{0,8}",
            a in "[a-cA-CéÉèßẞ\u{390}\u{fb03}\u{130}\u{e1}\u{c1}]{0,4}",
            b in "[a-cA-CéÉèßẞ\u{390}\u{fb03}\u{130}\u{e1}\u{c1}]{0,4}",
        ) {
            let (a, b) = (format!("{same}{a}"), format!("{same}{b}"));
            prop_assert_eq!(compare(&a, &b), UniCase::new(a).cmp(&UniCase::new(b)));
        }
    }
}
