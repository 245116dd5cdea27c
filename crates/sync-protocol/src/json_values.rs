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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_value_however_many_commas_it_has() {
        let text = format!("[\"{}\\\"{}\"]", ",[".repeat(MAX_JSON_VALUES), ",".repeat(10));
        assert!(has_few_json_values(text.as_bytes()));
    }
}
