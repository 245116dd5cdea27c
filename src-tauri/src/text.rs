//! The texts that the system shows and not the window: tray and dialogs. What
//! the window shows is in `ui/src/text`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::ipc::{Language, StartProblem};

static ENGLISH: LazyLock<Text> = LazyLock::new(|| read(include_str!("../text/en.json")));
static GERMAN: LazyLock<Text> = LazyLock::new(|| read(include_str!("../text/de.json")));

/// All texts in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// What the tray's menu says.
    pub tray: TrayText,
    /// Why the server does not run, in a few words.
    problem: ProblemText,
    /// Titles of the system's dialogs.
    pub dialog: DialogText,
}

/// What the tray's menu says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrayText {
    pub running: String,
    pub syncing: String,
    pub starting: String,
    pub stopping: String,
    pub stopped: String,
    pub not_set_up: String,
    pub problem: String,
    pub copy_address: String,
    pub open_window: String,
    pub start: String,
    pub stop: String,
    pub open_storage: String,
    pub quit: String,
}

/// Titles of the system's dialogs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialogText {
    /// Of the dialog that asks for the storage folder.
    pub choose_folder: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemText {
    port_in_use: String,
    port_not_allowed: String,
    address_not_here: String,
    folder_in_use: String,
    folder_refused: String,
    folder_gone: String,
    storage_damaged: String,
    no_answer: String,
    other: String,
}

impl Text {
    /// The texts in `language`.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        }
    }

    /// Why the server does not run, short enough for a menu.
    #[must_use]
    pub fn problem(&self, problem: &StartProblem) -> String {
        let texts = &self.problem;
        match problem {
            StartProblem::PortInUse { port, .. } => fill(&texts.port_in_use, "port", port),
            StartProblem::PortNotAllowed { port, .. } => {
                fill(&texts.port_not_allowed, "port", port)
            }
            StartProblem::AddressNotHere { address } => {
                fill(&texts.address_not_here, "address", address)
            }
            StartProblem::FolderInUse { .. } => texts.folder_in_use.clone(),
            StartProblem::FolderRefused { .. } => texts.folder_refused.clone(),
            StartProblem::FolderGone { .. } => texts.folder_gone.clone(),
            StartProblem::StorageDamaged { .. } => texts.storage_damaged.clone(),
            StartProblem::NoAnswer { .. } => texts.no_answer.clone(),
            StartProblem::Other { .. } => texts.other.clone(),
        }
    }
}

fn fill(text: &str, name: &str, value: impl ToString) -> String {
    text.replace(&format!("{{{name}}}"), &value.to_string())
}

fn read(json: &str) -> Text {
    serde_json::from_str(json).expect("a test reads every language")
}

/// The language of the system: German where the person chose it, English
/// everywhere else.
#[must_use]
pub fn system_language() -> Language {
    language_of(sys_locale::get_locale().as_deref())
}

fn language_of(locale: Option<&str>) -> Language {
    let first = locale.and_then(|locale| locale.split(['-', '_', '.']).next());
    if first.is_some_and(|first| first.eq_ignore_ascii_case("de")) {
        Language::De
    } else {
        Language::En
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::Value;

    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    /// Every leaf as its path and its text.
    fn leaves(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    leaves(value, &format!("{path}.{name}"), found);
                }
            }
            text => found.push((path.to_owned(), text.as_str().unwrap().to_owned())),
        }
    }

    fn all(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        leaves(&json(text), "", &mut found);
        found
    }

    #[test]
    fn every_language_has_every_text() {
        for language in [Language::En, Language::De] {
            assert!(!Text::of(language).tray.quit.is_empty());
        }
        let paths = |text| all(text).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(paths(include_str!("../text/en.json")), paths(include_str!("../text/de.json")));
    }

    #[test]
    fn translations_have_the_same_gaps_to_fill() {
        let gaps = |text: &str| text.matches(['{', '}']).count();
        let english = all(include_str!("../text/en.json"));
        for ((path, english), (_, german)) in
            english.iter().zip(all(include_str!("../text/de.json")))
        {
            assert_eq!(gaps(english), gaps(&german), "{path}");
            assert!(!german.trim().is_empty(), "{path}");
        }
    }

    #[test]
    fn a_problem_names_its_port() {
        let problem = StartProblem::PortInUse { port: 8080, program: None, free_port: None };
        assert_eq!(Text::of(Language::En).problem(&problem), "Port 8080 is in use");
        assert_eq!(Text::of(Language::De).problem(&problem), "Port 8080 ist belegt");
    }

    #[test]
    fn german_is_chosen_for_german_systems_alone() {
        for locale in ["de", "de-AT", "de_DE.UTF-8", "DE"] {
            assert_eq!(language_of(Some(locale)), Language::De, "{locale}");
        }
        for locale in [Some("en-GB"), Some("dehumid"), Some("fr"), Some("C"), None] {
            assert_eq!(language_of(locale), Language::En, "{locale:?}");
        }
    }
}
