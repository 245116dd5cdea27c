//! Each degree of tolerance as a table: what is read, and as what.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn as_loose_bool(json: &Value) -> Option<bool> {
    loose_bool(json.clone()).ok()
}

fn as_lax<T: DeserializeOwned + Default>(json: &Value) -> T {
    lax(json.clone()).unwrap()
}

fn as_integer_or_text<T: TryFrom<i64> + std::str::FromStr>(json: &Value) -> Option<T> {
    int_or_string(json.clone()).ok()
}

#[test]
fn a_loose_bool_is_a_bool_or_0_or_1_or_the_text_of_one() {
    for yes in
        [json!(true), json!(1), json!(1.0), json!("true"), json!("TRUE"), json!("1"), json!("1.0")]
    {
        assert_eq!(as_loose_bool(&yes), Some(true), "{yes}");
    }
    for no in
        [json!(false), json!(0), json!(0.0), json!(-0.0), json!("False"), json!("0"), json!("0.0")]
    {
        assert_eq!(as_loose_bool(&no), Some(false), "{no}");
    }
    for refused in [
        json!(2),
        json!(-1),
        json!(0.5),
        json!("x"),
        json!(""),
        json!(" 1"),
        json!(null),
        json!([]),
        json!({}),
    ] {
        assert_eq!(as_loose_bool(&refused), None, "{refused}");
    }
}

#[test]
fn a_lax_value_is_read_or_its_default() {
    assert_eq!(as_lax::<u8>(&json!(7)), 7);
    for unusable in
        [json!(256), json!(-1), json!(1.0), json!("5"), json!(true), json!(null), json!([7])]
    {
        assert_eq!(as_lax::<u8>(&unusable), 0, "{unusable}");
    }
    assert_eq!(as_lax::<Option<i64>>(&json!(-7)), Some(-7));
    for unusable in [json!(1.5), json!("5"), json!(u64::MAX), json!(null), json!({})] {
        assert_eq!(as_lax::<Option<i64>>(&unusable), None, "{unusable}");
    }
}

#[test]
fn an_integer_or_its_text_is_read_without_loss() {
    for (json, expected) in [
        (json!(i64::MAX), i64::MAX),
        (json!(i64::MIN), i64::MIN),
        (json!("9223372036854775807"), i64::MAX),
        (json!("-9223372036854775808"), i64::MIN),
        (json!("+5"), 5),
        (json!("-0"), 0),
    ] {
        assert_eq!(as_integer_or_text::<i64>(&json), Some(expected), "{json}");
    }
    for refused in [
        json!(1.0),
        json!(u64::MAX),
        json!("1.0"),
        json!(" 1"),
        json!("1 "),
        json!(""),
        json!("x"),
        json!("9223372036854775808"),
        json!(null),
        json!(true),
        json!([1]),
    ] {
        assert_eq!(as_integer_or_text::<i64>(&refused), None, "{refused}");
    }
    assert_eq!(as_integer_or_text::<i32>(&json!(-2_147_483_648_i64)), Some(i32::MIN));
    assert_eq!(as_integer_or_text::<i32>(&json!("2147483647")), Some(i32::MAX));
    assert_eq!(as_integer_or_text::<i32>(&json!(2_147_483_648_i64)), None);
    assert_eq!(as_integer_or_text::<i32>(&json!("2147483648")), None);
}

#[test]
fn a_number_is_truncated_and_saturates() {
    for (json, expected) in [
        (json!(5), 5),
        (json!(1.9), 1),
        (json!(-1.9), -1),
        (json!(1e300), i64::MAX),
        (json!(-1e300), i64::MIN),
        (json!(u64::MAX), i64::MAX),
        (json!(i64::MIN), i64::MIN),
    ] {
        assert_eq!(number_i64(json.clone()).ok(), Some(expected), "{json}");
    }
    for refused in [json!("1"), json!(null), json!(true), json!([]), json!({})] {
        assert_eq!(number_i64(refused.clone()).ok(), None, "{refused}");
        assert_eq!(number_i32(refused.clone()).ok(), None, "{refused}");
        assert_eq!(number_u32(refused.clone()).ok(), None, "{refused}");
    }
}

#[test]
fn a_number_for_32_bits_keeps_the_low_ones() {
    for (json, signed, unsigned) in [
        (json!(3_000_000_000_i64), -1_294_967_296, 3_000_000_000),
        (json!(4_294_967_296_i64), 0, 0),
        (json!(4_294_967_301_i64), 5, 5),
        (json!(-5), -5, 0),
        (json!(-5.9), -5, 0),
        (json!(1e300), -1, u32::MAX),
        (json!(-1e300), 0, 0),
    ] {
        assert_eq!(number_i32(json.clone()).ok(), Some(signed), "{json}");
        assert_eq!(number_u32(json.clone()).ok(), Some(unsigned), "{json}");
    }
}

#[test]
fn floats_that_json_does_not_have_are_written_as_0() {
    #[derive(Serialize)]
    struct Holder {
        #[serde(serialize_with = "finite")]
        one: f32,
        #[serde(serialize_with = "finite")]
        maybe: Option<Option<Vec<f32>>>,
    }
    let text = |one, list| serde_json::to_string(&Holder { one, maybe: Some(list) }).unwrap();
    assert_eq!(
        text(f32::NAN, Some(vec![f32::INFINITY, 0.83, f32::NEG_INFINITY])),
        r#"{"one":0.0,"maybe":[0.0,0.83,0.0]}"#
    );
    assert_eq!(text(1.0, None), r#"{"one":1.0,"maybe":null}"#);
}
