//! Quitting, which a sync or a move under way makes a question.

use std::time::Duration;

use tokio::time::sleep;
use tracing::info;

use super::{App, State};
use crate::ipc::{AppEvent, QuitChoice, Quitting};

/// A device that has synced its collection begins with its media a moment later.
const STAYS_IDLE: Duration = Duration::from_secs(3);

impl App {
    /// Quits, or asks whether to quit when a sync or a move is under way.
    pub async fn request_quit(&self) {
        let is_idle = self.state().is_idle();
        if is_idle {
            self.quit_now().await;
            return;
        }
        self.set_quitting(Quitting::Asking);
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
                self.note_idle();
            }
        }
    }

    /// Stops the server cleanly: the app ends, by whoever's will.
    pub async fn shut_down(&self) {
        self.stop_server().await;
    }

    /// Takes in that a sync or a move began or ended: it may be time to quit.
    pub(super) fn note_idle(&self) {
        if !self.state().is_time_to_quit() {
            return;
        }
        let app = self.me.clone();
        tokio::spawn(async move {
            sleep(STAYS_IDLE).await;
            let Some(app) = app.upgrade() else { return };
            let is_time = app.state().is_time_to_quit();
            if is_time {
                app.quit_now().await;
            }
        });
    }

    /// Does not quit after all, when that was to come later.
    pub(super) fn stay(&self) {
        let is_later = self.state().quitting == Quitting::WhenIdle;
        if is_later {
            self.set_quitting(Quitting::No);
        }
    }

    async fn quit_now(&self) {
        info!("quitting");
        self.set_quitting(Quitting::No);
        self.shut_down().await;
        if let Ok(desktop) = self.desktop() {
            desktop.exit();
        }
    }

    fn set_quitting(&self, quitting: Quitting) {
        let was = std::mem::replace(&mut self.state().quitting, quitting);
        // Who asks once more wants to see the question once more.
        if was != quitting || quitting == Quitting::Asking {
            self.tell(AppEvent::Quitting(quitting));
        }
    }
}

impl State {
    /// Whether neither a sync nor a move of the data is under way.
    fn is_idle(&self) -> bool {
        self.activity.running().is_empty() && self.moving.is_none()
    }

    fn is_time_to_quit(&self) -> bool {
        self.quitting == Quitting::WhenIdle && self.is_idle()
    }
}
