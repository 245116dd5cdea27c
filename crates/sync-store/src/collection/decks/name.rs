//! Deck names: components joined by `::` for people and on the wire, by U+001F
//! in the table, where the parent of a deck then sorts right before it.

use unicode_normalization::UnicodeNormalization;

const SEPARATOR: &str = "\u{1f}";

/// The stored form of a name. Each component is put in Unicode form C, freed of
/// control characters and trimmed; an empty one becomes `blank`.
pub(crate) fn native_name(human: &str) -> String {
    let mut native = String::with_capacity(human.len());
    for component in human.split("::") {
        if !native.is_empty() {
            native.push_str(SEPARATOR);
        }
        let cleaned: String = component.nfc().filter(|c| !c.is_ascii_control()).collect();
        match cleaned.trim_matches(|c: char| c.is_whitespace() || c == ':') {
            "" => native.push_str("blank"),
            trimmed => native.push_str(trimmed),
        }
    }
    native
}

/// The form that people and the wire use.
pub(crate) fn human_name(native: &str) -> String {
    native.replace(SEPARATOR, "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_trimmed_of_blanks_and_colons() {
        assert_eq!(native_name("foo:::bar"), "foo\u{1f}bar");
        assert_eq!(native_name(" a :: :b: "), "a\u{1f}b");
    }

    #[test]
    fn an_empty_component_becomes_blank() {
        assert_eq!(native_name(" a ::::\u{1}b: "), "a\u{1f}blank\u{1f}b");
        assert_eq!(native_name(""), "blank");
        assert_eq!(native_name("::a"), "blank\u{1f}a");
    }

    #[test]
    fn names_are_put_in_form_c() {
        assert_eq!(native_name("cafe\u{301}"), "caf\u{e9}");
    }

    #[test]
    fn a_stored_name_reads_back_with_double_colons() {
        assert_eq!(human_name(&native_name("a::b::c")), "a::b::c");
    }
}
