//! Quitting, which a sync under way makes a question.

use std::time::Duration;

use tokio::time::sleep;
use tracing::info;

use super::App;
use crate::ipc::{AppEvent, QuitChoice};

/// A device that has synced its collection begins with its media a moment later.
const STAYS_IDLE: Duration = Duration::from_secs(3);

/// Whether a person is being asked, or has answered to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quitting {
    /// Nobody wants to quit.
    #[default]
    No,
    /// A person is being asked whether to quit during a sync.
    Asking,
    /// The app quits once no sync is under way.
    WhenIdle,
}

impl Quitting {
    pub(super) fn is_asking(self) -> bool {
        self == Self::Asking
    }
}

impl App {
    /// Quits, or asks whether to quit when a sync is under way.
    pub async fn request_quit(&self) {
        let is_syncing = !self.state().activity.running().is_empty();
        if !is_syncing {
            self.quit_now().await;
            return;
        }
        self.state().quit = Quitting::Asking;
        self.tell(AppEvent::AsksToQuit(true));
        if let Ok(desktop) = self.desktop() {
            desktop.show_window();
        }
    }

    /// Takes the answer to the question.
    pub async fn answer_quit(&self, choice: QuitChoice) {
        match choice {
            QuitChoice::Now => self.quit_now().await,
            QuitChoice::Cancel => self.set_quitting(Quitting::No),
            QuitChoice::WhenIdle => {
                self.set_quitting(Quitting::WhenIdle);
                let is_idle = self.state().activity.running().is_empty();
                self.note_idle(is_idle);
            }
        }
    }

    /// Stops the server cleanly: the app ends, by whoever's will.
    pub async fn shut_down(&self) {
        self.stop_server().await;
    }

    /// Takes in whether syncs are under way: it may be time to quit.
    pub(super) fn note_idle(&self, is_idle: bool) {
        if !is_idle || self.state().quit != Quitting::WhenIdle {
            return;
        }
        let app = self.me.clone();
        tokio::spawn(async move {
            sleep(STAYS_IDLE).await;
            let Some(app) = app.upgrade() else { return };
            let is_time = {
                let state = app.state();
                state.quit == Quitting::WhenIdle && state.activity.running().is_empty()
            };
            if is_time {
                app.quit_now().await;
            }
        });
    }

    async fn quit_now(&self) {
        info!("quitting");
        self.set_quitting(Quitting::No);
        self.shut_down().await;
        if let Ok(desktop) = self.desktop() {
            desktop.exit();
        }
    }

    fn set_quitting(&self, quit: Quitting) {
        let was = std::mem::replace(&mut self.state().quit, quit);
        if was.is_asking() {
            self.tell(AppEvent::AsksToQuit(false));
        }
    }
}
