//! The drawings of the tray icon.

use tauri::image::Image;

use super::menu::IconState;

/// The panel that the icon stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panel {
    /// It wants a dark drawing.
    Light,
    /// It wants a light drawing. Most panels are dark.
    #[default]
    Dark,
}

macro_rules! drawing {
    ($name:literal) => {
        include_bytes!(concat!("../../../icons/tray/", $name, ".png"))
    };
}

/// The drawing of a state for a panel.
pub fn image(state: IconState, panel: Panel) -> Image<'static> {
    Image::from_bytes(bytes(state, panel)).expect("a test reads every drawing")
}

fn bytes(state: IconState, panel: Panel) -> &'static [u8] {
    if cfg!(target_os = "macos") {
        // The system colours these itself.
        return match state {
            IconState::Running => drawing!("running-template"),
            IconState::Syncing => drawing!("syncing-template"),
            IconState::Stopped => drawing!("stopped-template"),
            IconState::Problem => drawing!("problem-template"),
        };
    }
    match (state, panel) {
        (IconState::Running, Panel::Light) => drawing!("running-light"),
        (IconState::Running, Panel::Dark) => drawing!("running-dark"),
        (IconState::Syncing, Panel::Light) => drawing!("syncing-light"),
        (IconState::Syncing, Panel::Dark) => drawing!("syncing-dark"),
        (IconState::Stopped, Panel::Light) => drawing!("stopped-light"),
        (IconState::Stopped, Panel::Dark) => drawing!("stopped-dark"),
        (IconState::Problem, Panel::Light) => drawing!("problem-light"),
        (IconState::Problem, Panel::Dark) => drawing!("problem-dark"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_drawing_of_its_own_for_every_panel() {
        let mut seen = Vec::new();
        for state in
            [IconState::Running, IconState::Syncing, IconState::Stopped, IconState::Problem]
        {
            for panel in [Panel::Light, Panel::Dark] {
                let image = image(state, panel);
                assert_eq!((image.width(), image.height()), (64, 64), "{state:?} {panel:?}");
                seen.push(image.rgba().to_vec());
            }
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        // On macOS one drawing serves both panels.
        assert_eq!(seen.len(), if cfg!(target_os = "macos") { all / 2 } else { all });
    }
}
