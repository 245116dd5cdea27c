#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

#[test]
fn known_keys_are_ordered_and_rounded_and_unknown_ones_follow() {
    assert_eq!(
        rewrite_card_data(
            r#"{"s":12.34567,"d":5.67891,"dr":0.9049,"decay":0.15426,"pos":3,"lrt":1700000000,"cd":"{\"k\":1}","unk":5}"#
        ),
        r#"{"pos":3,"s":12.3457,"d":5.679,"dr":0.9,"decay":0.154,"lrt":1700000000,"cd":"{\"k\":1}","unk":5}"#
    );
    assert_eq!(
        rewrite_card_data(r#"{"s": 12.34567, "d": 5.55555, "dr": 0.876, "decay": 0.15432}"#),
        r#"{"s":12.3457,"d":5.556,"dr":0.88,"decay":0.154}"#
    );
}

/// Pairs of what a real client loads and what it then saves.
#[test]
fn data_is_rewritten_as_clients_do() {
    for (before, after) in [
        ("", "{}"),
        ("{}", "{}"),
        ("[]", "{}"),
        ("nope", "{}"),
        ("5", "{}"),
        ("null", "{}"),
        (r#"{"s":1.5}"#, "{}"),
        (r#"{"s":1}"#, "{}"),
        (r#"{"s":1.5,"d":5}"#, r#"{"s":1.5,"d":5.0}"#),
        (r#"{"s":"a","d":5,"pos":1}"#, r#"{"pos":1}"#),
        (r#"{"pos":-1,"lrt":5}"#, r#"{"lrt":5}"#),
        (r#"{"pos":1.0}"#, "{}"),
        (r#"{"pos":4294967296}"#, "{}"),
        (r#"{"lrt":1700000000.5}"#, "{}"),
        (r#"{"lrt":"5"}"#, "{}"),
        (r#"{"cd":5,"pos":3}"#, "{}"),
        (r#"{"cd":{}}"#, "{}"),
        (r#"{"cd":null,"pos":3}"#, "{}"),
        (r#"{"cd":"{}","pos":3}"#, r#"{"pos":3}"#),
        (r#"{"cd":"","pos":3}"#, r#"{"pos":3}"#),
        (r#"{"pos":1,"pos":2}"#, "{}"),
        (r#"{"pos":1} x"#, "{}"),
        (
            r#"{"s":0.00004,"d":1,"dr":0.905,"decay":0.1545}"#,
            r#"{"s":0.0,"d":1.0,"dr":0.91,"decay":0.155}"#,
        ),
        (r#"{"dr":0.915}"#, r#"{"dr":0.92}"#),
        (r#"{"s":2.00005,"d":2.0005}"#, r#"{"s":2.0001,"d":2.001}"#),
        (r#"[3,1.5,5]"#, r#"{"pos":3,"s":1.5,"d":5.0}"#),
        (
            r#"[3,1.5,5,0.9,0.5,7,"x"]"#,
            r#"{"pos":3,"s":1.5,"d":5.0,"dr":0.9,"decay":0.5,"lrt":7,"cd":"x"}"#,
        ),
        (r#"[3,1.5,5,0.9,0.5,7,"x",8]"#, "{}"),
    ] {
        assert_eq!(rewrite_card_data(before), after, "{before}");
    }
}

#[test]
fn an_infinite_value_is_left_out_where_clients_write_null() {
    assert_eq!(rewrite_card_data(r#"{"s":1e39,"d":1,"pos":2}"#), r#"{"pos":2}"#);
    assert_eq!(rewrite_card_data(r#"{"s":1e38,"d":1,"pos":2}"#), r#"{"pos":2}"#);
}

#[test]
fn bad_custom_data_takes_unknown_keys_with_it() {
    assert_eq!(rewrite_card_data(r#"{"cd":5,"unknown":1}"#), "{}");
}

#[test]
fn nesting_without_end_counts_as_no_data() {
    assert_eq!(rewrite_card_data(&"[".repeat(100_000)), "{}");
    assert_eq!(rewrite_card_data(&r#"{"a":"#.repeat(100_000)), "{}");
}

proptest! {
    #[test]
    fn rewriting_twice_is_rewriting_once(
        position in any::<Option<u32>>(),
        numbers in proptest::array::uniform4(any::<Option<f32>>()),
        custom in ".*",
        unknown in any::<i64>(),
    ) {
        let text = serde_json::json!({
            "pos": position, "s": numbers[0], "d": numbers[1], "dr": numbers[2],
            "decay": numbers[3], "cd": custom, "unknown": unknown,
        });
        let once = rewrite_card_data(&text.to_string());
        prop_assert!(serde_json::from_str::<JsonObject>(&once).is_ok());
        let twice = rewrite_card_data(&once);
        // Rounding in f32 need not be stable to the last bit for huge numbers.
        let small = numbers.iter().flatten().all(|number| number.abs() < 1000.0);
        if small {
            prop_assert_eq!(twice, once);
        }
    }

    #[test]
    fn any_text_is_survived(text in ".*") {
        let object = serde_json::from_str::<JsonObject>(&rewrite_card_data(&text));
        prop_assert!(object.is_ok());
    }
}

#[test]
fn text_that_no_client_writes_is_not_read() {
    let text = |zeros: usize| format!(r#"{{"x":[{}0]}}"#, "0,".repeat(zeros));
    assert_eq!(rewrite_card_data(&text(30_000)), text(30_000));
    assert_eq!(rewrite_card_data(&text(40_000)), EMPTY);
}
