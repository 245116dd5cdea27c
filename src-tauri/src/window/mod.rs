//! The window as the app sees it: a process of its own that is there or not.

mod events;
mod lines;
mod process;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use crate::app::App;
use crate::ipc::ToWindow;
use crate::logging::LogFeed;

/// The window. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Window(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    log: LogFeed,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Who answers the window; none until the app is open.
    app: Option<Arc<App>>,
    /// Whether somebody wanted to see it before the app was open.
    is_wanted: bool,
    /// Whether the app ends, so that it must not open any more.
    is_over: bool,
    /// The window that is open.
    open: Option<OpenWindow>,
    /// How many have been opened.
    count: u64,
}

/// What becomes of an open window.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// It came to the front as it was told.
    Shown,
    /// It is gone, or about to go.
    Gone,
}

/// A window that is open.
#[derive(Debug)]
struct OpenWindow {
    number: u64,
    /// How many times it was told to come to the front and has not said that it did.
    unanswered: u32,
    lines: mpsc::Sender<ToWindow>,
}

impl Window {
    /// A window that is not open. It will show the lines of `log`.
    #[must_use]
    pub fn new(log: LogFeed) -> Self {
        Self(Arc::new(Shared { log, state: Mutex::default() }))
    }

    /// From now on `app` answers. Opens the window if somebody wanted to see it.
    pub fn serve(&self, app: Arc<App>) {
        let mut state = self.state();
        state.app = Some(app);
        if std::mem::take(&mut state.is_wanted) {
            self.show(&mut state);
        }
    }

    /// Shows the window, or brings it to the front.
    pub fn open(&self) {
        self.show(&mut self.state());
    }

    /// Closes the window for good, because the app ends.
    pub fn close(&self) {
        let mut state = self.state();
        state.is_over = true;
        if let Some(open) = state.open.take() {
            // Without room for the line the pipe's end tells the same.
            let _ = open.lines.try_send(ToWindow::Close);
        }
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state().open.is_some()
    }

    fn show(&self, state: &mut State) {
        let Some(app) = state.app.clone() else {
            state.is_wanted = true;
            return;
        };
        if state.is_over {
            return;
        }
        if let Some(open) = &mut state.open
            && open.lines.try_send(ToWindow::Show).is_ok()
        {
            open.unanswered += 1;
            return;
        }
        state.count += 1;
        let number = state.count;
        let window = self.clone();
        match process::start(app, &self.0.log, move |change| window.note(number, change)) {
            Ok(lines) => state.open = Some(OpenWindow { number, unanswered: 0, lines }),
            Err(error) => tracing::error!(%error, "the window could not be opened"),
        }
    }

    /// Takes in what became of the window of that number.
    fn note(&self, number: u64, change: Change) {
        let mut state = self.state();
        let Some(open) = state.open.as_mut().filter(|open| open.number == number) else { return };
        match change {
            Change::Shown => open.unanswered = open.unanswered.saturating_sub(1),
            Change::Gone => {
                let is_wanted = open.unanswered > 0;
                state.open = None;
                if is_wanted {
                    self.show(&mut state);
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
