//! What a client says of itself, taken apart.

use crate::ipc::ClientApp;

impl ClientApp {
    /// Reads the client version that a device stated. Known forms:
    ///
    /// - `anki,26.09.3 (29bb700b),linux`: program, version with build, system;
    /// - `26.08.1,dev,linux`: version, build, system, as the newest clients put
    ///   it into the header of each request;
    /// - `ankidesktop,2.1.50 (abc),lin:debian:12`: older desktops.
    ///
    /// AnkiDroid and AnkiMobile share the desktop's core and may call themselves
    /// `anki`; then their system gives them away. Anything else is shown as it is.
    #[must_use]
    pub fn parse(stated: &str) -> Self {
        let parts: Vec<&str> = stated.split(',').map(str::trim).collect();
        let (program, version, system) = match parts.as_slice() {
            [version, _build, system] if is_version(version) => ("anki", *version, *system),
            [program, version, system, ..] => (*program, *version, *system),
            [program, version] => (*program, *version, ""),
            [version] if is_version(version) => ("anki", *version, ""),
            [program] => (*program, "", ""),
            [] => ("", "", ""),
        };
        let system = system_name(system);
        Self {
            name: program_name(program, &system),
            version: version.split_whitespace().next().unwrap_or_default().to_owned(),
            system,
        }
    }
}

fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && text.contains('.')
}

fn program_name(program: &str, system: &str) -> String {
    match (program.to_ascii_lowercase().as_str(), system) {
        ("anki" | "ankidesktop", "Android") | ("ankidroid", _) => "AnkiDroid".to_owned(),
        ("anki" | "ankidesktop", "iOS") | ("ankimobile", _) => "AnkiMobile".to_owned(),
        ("anki" | "ankidesktop" | "", _) => "Anki".to_owned(),
        _ => program.to_owned(),
    }
}

/// `lin:debian:12`, `win:11`, `mac:14.1`, `linux`, `android`, ….
fn system_name(stated: &str) -> String {
    let begins = stated.split([':', ' ']).next().unwrap_or_default();
    match begins.to_ascii_lowercase().as_str() {
        "lin" | "linux" => "Linux".to_owned(),
        "win" | "windows" => "Windows".to_owned(),
        "mac" | "macos" | "darwin" => "macOS".to_owned(),
        "android" => "Android".to_owned(),
        "ios" | "ipados" | "iphone" | "ipad" => "iOS".to_owned(),
        "freebsd" => "FreeBSD".to_owned(),
        _ => begins.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_form_is_taken_apart() {
        for (stated, name, version, system) in [
            ("anki,26.09.3 (29bb700b),linux", "Anki", "26.09.3", "Linux"),
            ("26.08.1,dev,linux", "Anki", "26.08.1", "Linux"),
            ("anki,25.9.5 (abc),win:11", "Anki", "25.9.5", "Windows"),
            ("ankidesktop,2.1.50 (abc),lin:debian:12", "Anki", "2.1.50", "Linux"),
            ("ankidesktop,2.1.56 (abc),mac:14.1", "Anki", "2.1.56", "macOS"),
            ("25.02,d12ab,android", "AnkiDroid", "25.02", "Android"),
            ("anki,25.02 (d12ab),android", "AnkiDroid", "25.02", "Android"),
            ("ankidroid,2.15.6,android:13", "AnkiDroid", "2.15.6", "Android"),
            ("24.06.3,abc,ios", "AnkiMobile", "24.06.3", "iOS"),
            ("ankimobile,2.0.90,ios:17", "AnkiMobile", "2.0.90", "iOS"),
        ] {
            let app = ClientApp::parse(stated);
            let expected = [name, version, system].map(str::to_owned);
            assert_eq!([app.name, app.version, app.system], expected, "{stated}");
        }
    }

    #[test]
    fn what_is_not_known_is_shown_as_it_is() {
        for (stated, name, version, system) in [
            ("", "Anki", "", ""),
            ("ankitects", "ankitects", "", ""),
            ("mytool,1", "mytool", "1", ""),
            ("mytool,1.0,plan9:4", "mytool", "1.0", "plan9"),
            (",,", "Anki", "", ""),
        ] {
            let app = ClientApp::parse(stated);
            let expected = [name, version, system].map(str::to_owned);
            assert_eq!([app.name, app.version, app.system], expected, "{stated}");
        }
    }
}
