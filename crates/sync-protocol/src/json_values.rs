//! How many values a JSON text may have.

/// Values in one JSON text. A small number takes a hundred times the memory that
/// it takes as text; a real text of this size is mostly long strings.
pub const MAX_JSON_VALUES: usize = 4_000_000;

/// Whether a JSON text has no more values than a real one, so that it can be read
/// into memory. Each but the first comes after a comma or an opening bracket.
#[must_use]
pub fn has_few_json_values(json: &[u8]) -> bool {
    if json.len() < MAX_JSON_VALUES {
        return true;
    }
    let (mut values, mut is_text, mut is_escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' | b'[' | b'{' if !is_text => values += 1,
            _ => {}
        }
    }
    values <= MAX_JSON_VALUES
}

/// Levels of brackets in one stored value. serde_json and clients read 128, and messages
/// put some around it.
const MAX_JSON_LEVELS: usize = 100;

/// Whether a stored JSON text can be sent inside a message and still be read.
#[must_use]
pub fn is_shallow_json(json: &[u8]) -> bool {
    let (mut level, mut deepest, mut is_text, mut is_escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => level += 1,
            b']' | b'}' if !is_text => level = level.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(level);
    }
    deepest <= MAX_JSON_LEVELS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_outside_of_texts() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(is_shallow_json(nested(100).as_bytes()));
        assert!(!is_shallow_json(nested(101).as_bytes()));
        assert!(is_shallow_json(format!("[{}]", "[1],".repeat(200)).as_bytes()));
        assert!(is_shallow_json(format!("[\"\\\"{}\"]", nested(200)).as_bytes()));
    }

    #[test]
    fn text_is_no_value_however_many_commas_it_has() {
        let text = format!("[\"{}\\\"{}\"]", ",[".repeat(MAX_JSON_VALUES), ",".repeat(10));
        assert!(has_few_json_values(text.as_bytes()));
    }
}
