//! Passwords that are easy to read, to say and to type on a phone.

/// Consonants: those that no font makes look like another character or digit.
/// Sixteen, so that four bits choose one.
const CONSONANTS: &[u8; 16] = b"bdfghjkmnprstvwz";
/// Vowels, likewise: not `i`, which looks like `l` and `1`, and not `o`.
const VOWELS: &[u8; 3] = b"aeu";

/// Groups in a password.
const GROUPS: usize = 4;

/// A password of four groups such as `bafuk-demat-ruzed-vanug`: each is
/// consonant, vowel, consonant, vowel, consonant. That makes 16³ · 3² = 36,864
/// groups or 15.1 bits each, 60.6 bits in all, from the system's random source.
///
/// # Errors
/// When the system has no random numbers to give.
pub fn suggested_password() -> Result<String, getrandom::Error> {
    let mut password = String::new();
    for group in 0..GROUPS {
        if group > 0 {
            password.push('-');
        }
        for place in 0..5 {
            let character = match place % 2 {
                0 => CONSONANTS[below(CONSONANTS.len())?],
                _ => VOWELS[below(VOWELS.len())?],
            };
            password.push(char::from(character));
        }
    }
    Ok(password)
}

/// A random number below `bound`, which is at most 256; each as likely as any
/// other.
fn below(bound: usize) -> Result<usize, getrandom::Error> {
    let fair = 256 - 256 % bound;
    loop {
        let mut byte = [0];
        getrandom::fill(&mut byte)?;
        let number = usize::from(byte[0]);
        if number < fair {
            return Ok(number % bound);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_password_is_four_groups_without_look_alikes() {
        let password = suggested_password().unwrap();
        assert_eq!(password.len(), 23, "{password}");
        assert!(password.split('-').all(|group| group.len() == 5), "{password}");
        assert!(!password.contains(|c: char| "ilo01yq".contains(c)), "{password}");
    }

    #[test]
    fn no_two_passwords_are_alike() {
        let passwords: HashSet<String> = (0..1000).map(|_| suggested_password().unwrap()).collect();
        assert_eq!(passwords.len(), 1000);
    }

    #[test]
    fn every_letter_comes_up() {
        let letters: HashSet<char> = (0..1000)
            .flat_map(|_| suggested_password().unwrap().into_bytes())
            .map(char::from)
            .collect();
        assert_eq!(letters.len(), CONSONANTS.len() + VOWELS.len() + 1);
    }
}
