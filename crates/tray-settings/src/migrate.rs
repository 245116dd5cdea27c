//! Bringing the settings of an older version of the program up to date.

use serde_json::{Map, Value};

/// A change of the file's form from one version to the next.
type Step = fn(&mut Map<String, Value>);

/// Step `n` leads from version `n + 1` to version `n + 2`. Never change one that
/// was released; add another.
const STEPS: &[Step] = &[];

/// Name of the field with the file's version.
pub(crate) const VERSION: &str = "version";

/// The version that this program writes.
pub(crate) const CURRENT: u64 = STEPS.len() as u64 + 1;

/// The file is of a newer version of the program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooNew;

/// Brings the fields up to date.
pub(crate) fn migrate(fields: &mut Map<String, Value>) -> Result<(), TooNew> {
    run(fields, STEPS)
}

fn run(fields: &mut Map<String, Value>, steps: &[Step]) -> Result<(), TooNew> {
    // A person who wrote the file by hand may have left the version out.
    let version = fields.remove(VERSION).and_then(|version| version.as_u64()).unwrap_or(1).max(1);
    let done = usize::try_from(version - 1).map_err(|_| TooNew)?;
    for step in steps.get(done..).ok_or(TooNew)? {
        step(fields);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    const MADE_UP: &[Step] = &[
        |fields| {
            let old = fields.remove("host").unwrap_or_default();
            fields.insert("address".to_owned(), old);
        },
        |fields| {
            fields.insert("port".to_owned(), json!(8080));
        },
    ];

    fn after(fields: Value) -> Result<Value, TooNew> {
        let Value::Object(mut fields) = fields else { panic!("an object") };
        run(&mut fields, MADE_UP).map(|()| Value::Object(fields))
    }

    #[test]
    fn every_older_version_takes_the_steps_it_lacks() {
        for fields in [json!({ "version": 1, "host": "a" }), json!({ "host": "a" })] {
            assert_eq!(after(fields), Ok(json!({ "address": "a", "port": 8080 })));
        }
        assert_eq!(
            after(json!({ "version": 2, "host": "a" })),
            Ok(json!({ "host": "a", "port": 8080 }))
        );
        assert_eq!(after(json!({ "version": 3, "host": "a" })), Ok(json!({ "host": "a" })));
    }

    #[test]
    fn a_newer_version_is_not_guessed_at() {
        assert_eq!(after(json!({ "version": 4 })), Err(TooNew));
        assert_eq!(after(json!({ "version": u64::MAX })), Err(TooNew));
    }
}
