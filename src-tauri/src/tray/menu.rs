//! What the tray shows, worked out from what the server does. Nothing here
//! touches a desktop.

use crate::ipc::{Language, ServerStatus};
use crate::text::Text;

/// All that the tray depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayState {
    /// The server.
    pub status: ServerStatus,
    /// The address to type into Anki; none when it cannot be reached.
    pub address: Option<String>,
    /// Whether a sync is under way.
    pub is_syncing: bool,
    /// Whether the first run is finished.
    pub is_set_up: bool,
    /// Whether the data moves to another folder. The server must not start then,
    /// and the tray has no words for why.
    pub is_moving: bool,
    /// The language of the texts.
    pub language: Language,
}

/// The states of the icon, told apart by shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IconState {
    /// Ready for devices.
    Running,
    /// A device syncs.
    Syncing,
    /// Nobody can sync, and that is what the person wanted.
    Stopped,
    /// Nobody can sync, though they should.
    Problem,
}

/// What an entry of the menu does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Puts the address onto the clipboard.
    CopyAddress,
    /// Shows the window.
    OpenWindow,
    /// Starts the server.
    Start,
    /// Stops the server.
    Stop,
    /// Shows the storage folder in the file manager.
    OpenStorage,
    /// Ends the app.
    Quit,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it does; none for the line that only tells the state.
    pub action: Option<Action>,
    /// What it says.
    pub text: String,
    /// Whether it can be chosen.
    pub is_enabled: bool,
}

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayModel {
    /// The icon.
    pub icon: IconState,
    /// What appears under the pointer: state and address.
    pub tooltip: String,
    /// The groups of the menu, with a line between each.
    pub groups: Vec<Vec<Entry>>,
}

impl TrayModel {
    /// What the tray shows in this state. The number and order of the entries
    /// never change, so that an open menu can be updated in place.
    #[must_use]
    pub fn of(state: &TrayState) -> Self {
        let text = &Text::of(state.language).tray;
        let line = status_line(state);
        let entry = |action, text: &str, is_enabled| Entry {
            action: Some(action),
            text: text.to_owned(),
            is_enabled,
        };

        let copy = entry(Action::CopyAddress, &text.copy_address, state.address.is_some());
        let open = entry(Action::OpenWindow, &text.open_window, true);
        // Where a click on the icon may open the menu and nothing else, the
        // window comes first.
        let firsts = if cfg!(target_os = "linux") { vec![open, copy] } else { vec![copy, open] };
        let switch = match state.status {
            ServerStatus::Running | ServerStatus::Starting => entry(Action::Stop, &text.stop, true),
            ServerStatus::Stopping => entry(Action::Start, &text.start, false),
            ServerStatus::Stopped | ServerStatus::Failed { .. } => {
                entry(Action::Start, &text.start, state.is_set_up && !state.is_moving)
            }
        };

        Self {
            icon: icon(state),
            tooltip: line.clone(),
            groups: vec![
                vec![Entry { action: None, text: line, is_enabled: false }],
                firsts,
                vec![switch, entry(Action::OpenStorage, &text.open_storage, state.is_set_up)],
                vec![entry(Action::Quit, &text.quit, true)],
            ],
        }
    }

    /// All entries, without the lines between the groups.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.groups.iter().flatten()
    }
}

fn icon(state: &TrayState) -> IconState {
    match state.status {
        ServerStatus::Running if state.is_syncing => IconState::Syncing,
        ServerStatus::Running => IconState::Running,
        ServerStatus::Failed { .. } => IconState::Problem,
        ServerStatus::Stopped | ServerStatus::Starting | ServerStatus::Stopping => {
            IconState::Stopped
        }
    }
}

fn status_line(state: &TrayState) -> String {
    let text = Text::of(state.language);
    let (word, detail) = match &state.status {
        ServerStatus::Running if state.is_syncing => (&text.tray.syncing, short_address(state)),
        ServerStatus::Running => (&text.tray.running, short_address(state)),
        ServerStatus::Starting => (&text.tray.starting, None),
        ServerStatus::Stopping => (&text.tray.stopping, None),
        ServerStatus::Stopped if !state.is_set_up => (&text.tray.not_set_up, None),
        ServerStatus::Stopped => (&text.tray.stopped, None),
        ServerStatus::Failed { problem } => (&text.tray.problem, Some(text.problem(problem))),
    };
    match detail {
        Some(detail) => format!("{word} · {detail}"),
        None => word.clone(),
    }
}

/// The address without what is the same everywhere: `192.168.1.20:8080`.
fn short_address(state: &TrayState) -> Option<String> {
    let address = state.address.as_deref()?;
    let without_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    Some(without_scheme.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc::StartProblem;

    fn state(status: ServerStatus) -> TrayState {
        TrayState {
            status,
            address: Some("http://192.168.1.20:8080/".into()),
            is_syncing: false,
            is_set_up: true,
            is_moving: false,
            language: Language::En,
        }
    }

    fn failed() -> ServerStatus {
        let problem = StartProblem::PortInUse { port: 8080, program: None, free_port: Some(8081) };
        ServerStatus::Failed { problem }
    }

    fn entry(model: &TrayModel, action: Action) -> Option<(&str, bool)> {
        model
            .entries()
            .find(|entry| entry.action == Some(action))
            .map(|entry| (entry.text.as_str(), entry.is_enabled))
    }

    #[test]
    fn a_running_server_shows_its_address_in_menu_and_tooltip() {
        let model = TrayModel::of(&state(ServerStatus::Running));
        let first =
            Entry { action: None, text: "Running · 192.168.1.20:8080".into(), is_enabled: false };
        assert_eq!(model.groups[0], [first]);
        assert_eq!(model.tooltip, "Running · 192.168.1.20:8080");
        assert_eq!(model.icon, IconState::Running);
    }

    #[test]
    fn a_sync_changes_icon_and_word() {
        let model = TrayModel::of(&TrayState { is_syncing: true, ..state(ServerStatus::Running) });
        assert_eq!(model.icon, IconState::Syncing);
        assert_eq!(model.tooltip, "Syncing · 192.168.1.20:8080");
    }

    #[test]
    fn a_problem_is_named() {
        let model = TrayModel::of(&TrayState { address: None, ..state(failed()) });
        assert_eq!(model.icon, IconState::Problem);
        assert_eq!(model.tooltip, "Problem · Port 8080 is in use");
        assert_eq!(entry(&model, Action::Start), Some(("Start server", true)));
    }

    #[test]
    fn without_an_address_there_is_nothing_to_copy() {
        let none = TrayState { address: None, ..state(ServerStatus::Running) };
        let model = TrayModel::of(&none);
        assert_eq!(entry(&model, Action::CopyAddress), Some(("Copy address", false)));
        assert_eq!(model.tooltip, "Running");
        let some = TrayModel::of(&state(ServerStatus::Running));
        assert_eq!(entry(&some, Action::CopyAddress), Some(("Copy address", true)));
    }

    #[test]
    fn there_is_either_start_or_stop() {
        for (status, start, stop) in [
            (ServerStatus::Running, None, Some(("Stop server", true))),
            (ServerStatus::Starting, None, Some(("Stop server", true))),
            (ServerStatus::Stopping, Some(("Start server", false)), None),
            (ServerStatus::Stopped, Some(("Start server", true)), None),
        ] {
            let model = TrayModel::of(&state(status.clone()));
            assert_eq!(entry(&model, Action::Start), start, "{status:?}");
            assert_eq!(entry(&model, Action::Stop), stop, "{status:?}");
        }
    }

    #[test]
    fn before_the_first_run_only_the_window_and_quit_are_of_use() {
        let fresh = TrayState { address: None, is_set_up: false, ..state(ServerStatus::Stopped) };
        let model = TrayModel::of(&fresh);
        assert_eq!(model.tooltip, "Not set up yet");
        let enabled: Vec<_> =
            model.entries().filter(|entry| entry.is_enabled).filter_map(|e| e.action).collect();
        assert_eq!(enabled, [Action::OpenWindow, Action::Quit]);
    }

    #[test]
    fn nobody_starts_the_server_while_the_data_moves() {
        for status in [ServerStatus::Stopped, failed()] {
            let model = TrayModel::of(&TrayState { is_moving: true, ..state(status) });
            assert_eq!(entry(&model, Action::Start), Some(("Start server", false)));
        }
    }

    #[test]
    fn the_layout_is_the_same_in_every_state() {
        let layout = |state: &TrayState| {
            TrayModel::of(state).groups.iter().map(Vec::len).collect::<Vec<_>>()
        };
        let expected = layout(&state(ServerStatus::Running));
        for status in
            [ServerStatus::Stopped, ServerStatus::Starting, ServerStatus::Stopping, failed()]
        {
            assert_eq!(layout(&state(status.clone())), expected, "{status:?}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn on_linux_opening_the_window_is_the_first_action() {
        let model = TrayModel::of(&state(ServerStatus::Running));
        let first = model.entries().find_map(|entry| entry.action);
        assert_eq!(first, Some(Action::OpenWindow));
    }

    #[test]
    fn german_has_german_texts() {
        let model =
            TrayModel::of(&TrayState { language: Language::De, ..state(ServerStatus::Running) });
        assert_eq!(model.tooltip, "Läuft · 192.168.1.20:8080");
        assert_eq!(entry(&model, Action::CopyAddress), Some(("Adresse kopieren", true)));
    }
}
