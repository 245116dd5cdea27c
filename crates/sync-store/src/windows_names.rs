//! What Windows allows in no file name. Names are held to it on every system,
//! because a storage folder may move to Windows, and media files do reach it.

/// Characters that Windows refuses, besides `/`, `\`, `:` and control
/// characters. `?` and `*` are wildcards, the others belong to the command line.
pub(crate) const FORBIDDEN_CHARACTERS: [char; 6] = ['<', '>', '"', '|', '?', '*'];

/// Whether Windows takes the name for a device: `con`, `nul.txt`, `COM1`. What
/// follows the first dot does not count.
///
/// Blanks before that dot do not count on Windows itself. Elsewhere they do:
/// Anki clients send a file `aux .txt`, and one refused name stops the whole
/// media sync of its sender.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = if cfg!(windows) { stem.trim_end_matches(' ') } else { stem };
    let stem = stem.to_ascii_lowercase();
    if matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") {
        return true;
    }
    // Of these, only the bare name is a device.
    if name.eq_ignore_ascii_case("conin$") || name.eq_ignore_ascii_case("conout$") {
        return true;
    }
    let Some(port) = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")) else {
        return false;
    };
    // Windows counts the superscript digits as digits here.
    matches!(port, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
}

/// Whether the name ends with a dot or a blank, which Windows drops: the file
/// would be found under another name than it was written with.
pub(crate) fn loses_its_end(name: &str) -> bool {
    name.ends_with(['.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_their_first_part() {
        for name in ["con", "CON", "nul.txt", "Aux.tar.gz", "com1", "LPT9.x", "COM¹", "conin$"] {
            assert!(is_device(name), "{name}");
        }
        for name in
            ["console", "com", "com10", "icon.png", "my con.txt", ".con", "null", "conin$.x"]
        {
            assert!(!is_device(name), "{name}");
        }
    }
}
