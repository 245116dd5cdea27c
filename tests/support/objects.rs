//! The objects that travel, as JSON in the shape of current clients, to be
//! bent by a test where it wants to.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{BASIC, SEED_USN};

/// An entry of a chunk: a tuple on the wire whose elements have names.
#[derive(Debug, Clone)]
pub struct Row {
    keys: &'static [&'static str],
    values: Vec<Value>,
}

impl Row {
    /// The row with one element replaced.
    ///
    /// # Panics
    /// When there is no element of that name.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let position = self.keys.iter().position(|k| *k == key).unwrap();
        self.values[position] = value.into();
        self
    }

    /// The row as an array that ends before the element `key`.
    ///
    /// # Panics
    /// When there is no element of that name.
    #[must_use]
    pub fn cut_before(&self, key: &str) -> Value {
        let position = self.keys.iter().position(|k| *k == key).unwrap();
        self.values[..position].iter().cloned().collect()
    }

    /// The row as an array with one element too many.
    #[must_use]
    pub fn and_one_more(&self) -> Value {
        self.values.iter().cloned().chain([json!(0)]).collect()
    }

    /// The row as an object with the elements' names.
    #[must_use]
    pub fn as_object(&self) -> Value {
        self.keys.iter().copied().zip(self.values.iter().cloned()).collect()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}

impl PartialEq<Row> for Value {
    fn eq(&self, row: &Row) -> bool {
        self.as_array() == Some(&row.values)
    }
}

/// A new card of note `id`, in the default deck, changed at second 1000.
#[must_use]
pub fn card(id: i64) -> Row {
    const KEYS: &[&str] = &[
        "id", "nid", "did", "ord", "mtime", "usn", "ctype", "queue", "due", "ivl", "factor",
        "reps", "lapses", "left", "odue", "odid", "flags", "data",
    ];
    let values = json!([id, id, 1, 0, 1000, SEED_USN, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, "{}"]);
    Row { keys: KEYS, values: serde_json::from_value(values).unwrap() }
}

/// A note of the seed's notetype with the fields `front ID` and `back`,
/// changed at second 1000.
#[must_use]
pub fn note(id: i64) -> Row {
    const KEYS: &[&str] =
        &["id", "guid", "mid", "mod", "usn", "tags", "fields", "sfld", "csum", "flags", "data"];
    let values = json!([
        id,
        format!("guid{id}"),
        BASIC,
        1000,
        SEED_USN,
        "",
        format!("front {id}\u{1f}back"),
        "",
        "",
        0,
        ""
    ]);
    Row { keys: KEYS, values: serde_json::from_value(values).unwrap() }
}

/// A review of card `cid`.
#[must_use]
pub fn revlog(id: i64, cid: i64) -> Row {
    const KEYS: &[&str] = &["id", "cid", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type"];
    let values = json!([id, cid, SEED_USN, 3, 1, -600, 2500, 4321, 1]);
    Row { keys: KEYS, values: serde_json::from_value(values).unwrap() }
}

/// A notetype with the fields `Front` and `Back` and one template, changed at
/// second 1000.
#[must_use]
pub fn notetype(id: i64, name: &str) -> Value {
    let field = |name: &str, ord: u16, id: i64| {
        json!({"name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 20,
            "description": "", "plainText": false, "collapsed": false,
            "excludeFromSearch": false, "id": id, "tag": null, "preventDeletion": false})
    };
    json!({
        "id": id, "name": name, "type": 0, "mod": 1000, "usn": SEED_USN, "sortf": 0, "did": null,
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{Back}}",
            "bqfmt": "", "bafmt": "", "did": null, "bfont": "", "bsize": 0, "id": 77}],
        "flds": [field("Front", 0, 11), field("Back", 1, 12)],
        "css": ".card {}", "latexPre": "pre", "latexPost": "post", "latexsvg": false,
        "req": [[0, "any", [0]]]
    })
}

/// A deck with the default options, changed at second 1000.
#[must_use]
pub fn deck(id: i64, name: &str) -> Value {
    json!({
        "id": id, "mod": 1000, "name": name, "usn": SEED_USN, "lrnToday": [0, 0],
        "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0], "collapsed": false,
        "browserCollapsed": false, "desc": "", "dyn": 0, "conf": 1, "extendNew": 0, "extendRev": 0,
        "reviewLimit": null, "newLimit": null, "reviewLimitToday": null, "newLimitToday": null,
        "desiredRetention": null
    })
}

/// A filtered deck with one search, changed at second 1000.
#[must_use]
pub fn filtered_deck(id: i64, name: &str) -> Value {
    json!({
        "id": id, "mod": 1000, "name": name, "usn": SEED_USN, "lrnToday": [0, 0],
        "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0], "collapsed": false,
        "browserCollapsed": false, "desc": "", "dyn": 1, "resched": true,
        "terms": [["is:due", 100, 0]], "separate": true, "delays": null, "previewDelay": 10,
        "previewAgainSecs": 60, "previewHardSecs": 600, "previewGoodSecs": 0
    })
}

/// Study options with every key of current clients, changed at second 1000.
#[must_use]
pub fn deck_config(id: i64, name: &str) -> Value {
    json!({
        "id": id, "mod": 1000, "name": name, "usn": SEED_USN, "maxTaken": 60, "autoplay": true,
        "timer": 0, "replayq": true,
        "new": {"bury": false, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0],
            "order": 1, "perDay": 20},
        "rev": {"bury": false, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200,
            "hardFactor": 1.2},
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
        "dyn": false, "newMix": 0, "newPerDayMinimum": 0, "interdayLearningMix": 0,
        "reviewOrder": 0, "newSortOrder": 0, "newGatherPriority": 0,
        "buryInterdayLearning": false, "fsrsWeights": [], "fsrsParams5": [], "fsrsParams6": [],
        "desiredRetention": 0.9, "ignoreRevlogsBeforeDate": "",
        "easyDaysPercentages": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], "stopTimerOnAnswer": false,
        "secondsToShowQuestion": 0.0, "secondsToShowAnswer": 0.0, "questionAction": 0,
        "answerAction": 0, "waitForAudio": true, "sm2Retention": 0.9, "weightSearch": ""
    })
}

/// Changing JSON in the middle of an expression.
pub trait JsonEdit {
    /// With the value at a JSON pointer replaced or added.
    #[must_use]
    fn with(self, pointer: &str, value: impl Into<Value>) -> Self;
    /// Without the key at a JSON pointer.
    #[must_use]
    fn without(self, pointer: &str) -> Self;
}

impl JsonEdit for Value {
    fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match self.pointer_mut(parent).unwrap() {
            Self::Array(list) => list[key.parse::<usize>().unwrap()] = value.into(),
            object => object[key] = value.into(),
        }
        self
    }

    fn without(mut self, pointer: &str) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let object = self.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        object.remove(key).unwrap_or_else(|| panic!("there is no key {pointer}"));
        self
    }
}
