//! Which known name somebody probably meant.

use sync_store::accounts::name_key;

/// Names further apart than this are not offered: a wrong hint is worse than none.
const LEAST_SIMILARITY: f64 = 0.7;

/// Anybody may send a name to log in with, and comparing takes longer the longer
/// it is. No account's name has more bytes than this.
const LONGEST_NAME_BYTES: usize = 256;

/// The known name that is nearest to `name`, if any is near.
#[must_use]
pub fn nearest_name<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    if name.len() > LONGEST_NAME_BYTES {
        return None;
    }
    let wanted = name_key(name.trim());
    known
        .into_iter()
        .map(|candidate| (similarity(&wanted, &name_key(candidate)), candidate))
        .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate.to_owned())
}

fn similarity(wanted: &str, candidate: &str) -> f64 {
    // People type their e-mail address where the client asks for "Email".
    let before_at = wanted.split('@').next().unwrap_or(wanted);
    [wanted, before_at]
        .into_iter()
        .map(|text| strsim::normalized_damerau_levenshtein(text, candidate))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::nearest_name;

    #[test]
    fn a_typing_error_finds_the_name() {
        let known = ["Anna", "Bert", "Großmutter"];
        assert_eq!(nearest_name("ana", known), Some("Anna".to_owned()));
        assert_eq!(nearest_name("grossmutter", known), Some("Großmutter".to_owned()));
    }

    #[test]
    fn an_e_mail_address_finds_the_name_before_the_at() {
        assert_eq!(nearest_name("anna@example.org", ["Bert", "anna"]), Some("anna".to_owned()));
    }

    #[test]
    fn an_endless_name_is_not_compared() {
        let known = "a".repeat(200);
        assert_eq!(nearest_name(&"a".repeat(257), [known.as_str()]), None);
        assert!(nearest_name(&"a".repeat(210), [known.as_str()]).is_some());
    }

    #[test]
    fn a_name_unlike_all_others_finds_nothing() {
        assert_eq!(nearest_name("administrator", ["Anna", "Bert"]), None);
        assert_eq!(nearest_name("anna", []), None);
    }
}
