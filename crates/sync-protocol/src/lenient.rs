//! The degrees of tolerance with which clients' JSON is read.
//!
//! Names follow the protocol description: *strict* is what `serde` does by
//! itself; *lax* accepts anything and falls back to the type's default;
//! *number* accepts floats where integers are meant, as very old clients send.

use serde::de::{DeserializeOwned, Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Any JSON; if it is not a valid `T`, the default of `T`.
pub fn lax<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// As [`lax`], for a key that may be missing (with `#[serde(default)]`):
/// missing is `None`, anything unusable is `Some` of the default.
pub fn lax_some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    lax(deserializer).map(Some)
}

/// For a strict key that may be missing (with `#[serde(default)]`), where `null`
/// is not the same as missing. With `T = Option<U>`, `null` is `Some(None)`.
pub fn some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// An integer, or a string that parses as one (sign allowed, no spaces).
pub fn int_or_string<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64> + std::str::FromStr,
{
    match Value::deserialize(deserializer)? {
        Value::Number(n) => n
            .as_i64()
            .and_then(|n| T::try_from(n).ok())
            .ok_or_else(|| D::Error::custom(format_args!("{n} is not an integer in range"))),
        Value::String(text) => {
            text.parse().map_err(|_| D::Error::custom("the text is not an integer in range"))
        }
        other => Err(D::Error::custom(format_args!(
            "expected an integer or its text, got {}",
            kind(&other)
        ))),
    }
}

/// As [`int_or_string`], for a key that may be missing.
pub fn int_or_string_some<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64> + std::str::FromStr,
{
    int_or_string(deserializer).map(Some)
}

/// `true`/`false`, 0/1, 0.0/1.0, or a string of one of these in any letter case.
pub fn loose_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let parsed = match &value {
        Value::Bool(b) => Some(*b),
        Value::Number(n) => match n.as_f64() {
            Some(0.0) => Some(false),
            Some(1.0) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.to_lowercase().as_str() {
            "true" | "1" | "1.0" => Some(true),
            "false" | "0" | "0.0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    parsed.ok_or_else(|| D::Error::custom("expected a boolean, 0 or 1"))
}

/// Any JSON number as `i64`: a float is truncated toward zero and saturates.
pub fn number_i64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct NumberVisitor;
    impl Visitor<'_> for NumberVisitor {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number")
        }

        fn visit_i64<E: Error>(self, n: i64) -> Result<i64, E> {
            Ok(n)
        }

        fn visit_u64<E: Error>(self, n: u64) -> Result<i64, E> {
            Ok(i64::try_from(n).unwrap_or(i64::MAX))
        }

        fn visit_f64<E: Error>(self, n: f64) -> Result<i64, E> {
            if n.is_nan() {
                return Err(E::invalid_value(Unexpected::Float(n), &self));
            }
            Ok(n as i64)
        }
    }
    deserializer.deserialize_any(NumberVisitor)
}

/// Any JSON number; the low 32 bits as `i32`.
pub fn number_i32<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    number_i64(deserializer).map(|n| n as i32)
}

/// Any JSON number; negatives become 0, then the low 32 bits as `u32`.
pub fn number_u32<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    number_i64(deserializer).map(|n| n.max(0) as u32)
}

/// A float that may be missing (with `#[serde(default)]`). One too large for 32
/// bits becomes infinite, where `f32` itself would refuse it.
pub fn float_some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f32>, D::Error> {
    f64::deserialize(deserializer).map(|float| Some(float as f32))
}

/// As [`float_some`], for a list.
pub fn floats_some<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<f32>>, D::Error> {
    let floats = Vec::<f64>::deserialize(deserializer)?;
    Ok(Some(floats.into_iter().map(|float| float as f32).collect()))
}

/// Writes floats with every NaN and infinity as 0, because JSON has neither and
/// clients refuse the `null` that would stand for them.
pub fn finite<T: Floats, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut value = value.clone();
    value.make_finite();
    value.serialize(serializer)
}

/// A float, or something that holds floats.
pub trait Floats: Serialize + Clone {
    /// Replaces every NaN and infinity by 0.
    fn make_finite(&mut self);
}

impl Floats for f32 {
    fn make_finite(&mut self) {
        if !self.is_finite() {
            *self = 0.0;
        }
    }
}

impl<T: Floats> Floats for Option<T> {
    fn make_finite(&mut self) {
        self.iter_mut().for_each(T::make_finite);
    }
}

impl<T: Floats> Floats for Vec<T> {
    fn make_finite(&mut self) {
        self.iter_mut().for_each(T::make_finite);
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
