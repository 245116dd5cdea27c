//! What the program says to the person who called it. The log goes elsewhere,
//! through `tracing`.

use std::io::Write;

use serde::Serialize;

/// Writes text to standard output as it is.
///
/// A reader that has gone away (`| head`) is no error of this program.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a value as indented JSON to standard output.
pub fn print_json(value: &impl Serialize) {
    // Plain data with text keys always has a JSON form.
    if let Ok(text) = serde_json::to_string_pretty(value) {
        print(&format!("{text}\n"));
    }
}

/// Writes a sentence to standard error.
pub fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}
