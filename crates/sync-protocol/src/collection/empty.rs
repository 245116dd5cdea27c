//! The request of methods that take no arguments.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A request without arguments: `{"_pad":null}` from protocol 11, `{}` from
/// older clients. Any object is accepted (weakness H-10 of the reference server).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EmptyRequest;

impl<'de> Deserialize<'de> for EmptyRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::collections::HashMap::<String, IgnoredAny>::deserialize(deserializer)?;
        Ok(Self)
    }
}
