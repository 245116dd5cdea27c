//! What a person can set.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a person can set. The window shows and changes this; the file on disk
/// has the same fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts-rs", derive(ts_rs::TS))]
pub struct Settings {
    /// Whether the first run is finished.
    pub is_set_up: bool,
    /// The storage folder.
    pub storage: String,
    /// Listen on this address of the computer alone; on all that `reach` allows
    /// when missing.
    pub address: Option<String>,
    /// The port.
    pub port: u16,
    /// Who may reach the server.
    pub reach: Reach,
    /// Limit of an upload as it travels, in mebibytes.
    pub upload_limit_mib: u32,
    /// Whether the app starts with the computer.
    pub starts_with_computer: bool,
    /// Whether it then stays in the tray.
    pub starts_hidden: bool,
    /// The language; the system's when missing.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Theme,
}

/// Who may reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts-rs", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// This computer alone.
    ThisComputer,
    /// Private networks: home, office, VPN.
    LocalNetworks,
    /// Everything that can send a packet here.
    Everything,
}

/// A language that the texts exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts-rs", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts-rs", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Settings {
    /// The settings of a computer that was never set up.
    #[must_use]
    pub fn new(storage: String) -> Self {
        Self {
            is_set_up: false,
            storage,
            address: None,
            port: 8080,
            reach: Reach::LocalNetworks,
            upload_limit_mib: 100,
            starts_with_computer: false,
            starts_hidden: true,
            language: None,
            theme: Theme::System,
        }
    }

    /// Reads what `fields` has. A field that is missing or that this version
    /// cannot read keeps its default: one odd value costs a person no other.
    pub(crate) fn read(fields: &Map<String, Value>, defaults: Self) -> Self {
        let Ok(Value::Object(mut whole)) = serde_json::to_value(&defaults) else {
            return defaults;
        };
        for (name, value) in fields {
            let Some(default) = whole.insert(name.clone(), value.clone()) else {
                whole.remove(name);
                continue;
            };
            if serde_json::from_value::<Self>(Value::Object(whole.clone())).is_err() {
                whole.insert(name.clone(), default);
            }
        }
        serde_json::from_value(Value::Object(whole)).unwrap_or(defaults)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn read(fields: Value) -> Settings {
        let Value::Object(fields) = fields else { panic!("an object") };
        Settings::read(&fields, Settings::new("/default".to_owned()))
    }

    #[test]
    fn what_is_missing_takes_its_default() {
        let expected = Settings { port: 9000, ..Settings::new("/default".to_owned()) };
        assert_eq!(read(json!({ "port": 9000 })), expected);
    }

    #[test]
    fn an_unreadable_field_costs_no_other_one() {
        let settings = read(json!({
            "port": 70000, "reach": "the_moon", "storage": "/anki", "theme": "dark", "address": 5,
        }));
        let expected = Settings { theme: Theme::Dark, ..Settings::new("/anki".to_owned()) };
        assert_eq!(settings, expected);
    }

    #[test]
    fn a_field_that_is_not_known_is_passed_over() {
        assert_eq!(read(json!({ "colour": "red" })), Settings::new("/default".to_owned()));
    }
}
