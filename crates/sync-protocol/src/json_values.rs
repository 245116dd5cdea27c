//! How many values a JSON text may have.

/// Values in one JSON text. A small number takes a hundred times the memory that
/// it takes as text; a real text of this size is mostly long strings.
///
/// 10,000 decks have less than two million.
pub const MAX_JSON_VALUES: usize = 4_000_000;

/// Values in a list that take the memory of one object: `serde_json` makes room for eleven
/// entries with the first.
const VALUES_PER_OBJECT: usize = 20;

/// Values in a list, besides its own, that take the memory of an entry's key, and of the
/// room that is left between many entries.
const VALUES_PER_KEY: usize = 3;

/// Whether a JSON text has no more values than a real one, so that it can be read
/// into memory. Each but the first comes after a comma or an opening bracket.
#[must_use]
pub fn has_few_json_values(json: &[u8]) -> bool {
    if json.len() < MAX_JSON_VALUES / VALUES_PER_OBJECT {
        return true;
    }
    let (mut values, mut is_text, mut is_escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' | b'[' if !is_text => values += 1,
            b':' if !is_text => values += VALUES_PER_KEY,
            b'{' if !is_text => values += VALUES_PER_OBJECT,
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

    #[test]
    fn objects_count_for_the_room_that_each_takes() {
        let small = "{\"\":0},".repeat(MAX_JSON_VALUES / VALUES_PER_OBJECT);
        assert!(!has_few_json_values(format!("[{small}0]").as_bytes()));
        let entries: String = (0..MAX_JSON_VALUES / 3).map(|n| format!("\"{n:x}\":0,")).collect();
        assert!(!has_few_json_values(format!("{{{entries}\"\":0}}").as_bytes()));
    }

    #[test]
    fn very_many_decks_have_few_values() {
        let deck = r#"{"id":1,"mod":1,"name":"a","usn":1,"lrnToday":[0,0],"revToday":[0,0],
            "newToday":[0,0],"timeToday":[0,0],"collapsed":true,"browserCollapsed":true,
            "desc":"","md":true,"dyn":0,"conf":1,"extendNew":0,"extendRev":0,
            "reviewLimit":null,"newLimit":7,"reviewLimitToday":{"limit":3,"today":5},
            "newLimitToday":{"limit":3,"today":5},"desiredRetention":87},"#;
        assert!(has_few_json_values(format!("[{}0]", deck.repeat(20_000)).as_bytes()));
    }
}
