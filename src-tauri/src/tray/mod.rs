//! The tray: an icon and a menu that follow the server.

mod actions;
mod icon;
pub mod menu;
mod panel;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::app::App;
use crate::desktop::Desktop;
use crate::ipc::AppEvent;
use actions::Actions;
use icon::Panel;
use menu::{TrayModel, TrayState};
use panel::PanelNews;

/// The name by which panels and the app know the icon.
const ID: &str = "anki-sync-tray";

/// At login the panel may come later than the app. Only after that time the
/// window of a hidden start appears in place of the tray.
const PANEL_COMES_WITHIN: Duration = Duration::from_secs(10);

/// Builds the tray as soon as there is a panel for it, and keeps it true until
/// the app ends. Without a panel the window opens.
pub async fn run(handle: AppHandle, app: Arc<App>, desktop: Desktop, started_hidden: bool) {
    let mut events = app.subscribe();
    let mut panel = panel::watch();
    let mut shown = Shown { tray: None, panel: Panel::default() };
    let mut state = state_of(&app);
    let mut waits_for_panel = started_hidden;
    let no_panel = tokio::time::sleep(PANEL_COMES_WITHIN);
    tokio::pin!(no_panel);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                // These come with every step; the rest cannot have changed.
                Ok(AppEvent::Syncing(syncing)) => state.is_syncing = !syncing.is_empty(),
                Ok(AppEvent::Moving(moving)) => state.is_moving = moving.is_some(),
                Ok(AppEvent::Status(_) | AppEvent::Addresses(_) | AppEvent::Settings(_))
                | Err(RecvError::Lagged(_)) => state = state_of(&app),
                Ok(_) => continue,
                Err(RecvError::Closed) => return,
            },
            Some(news) = panel.recv() => match news {
                PanelNews::Colours(colours) => shown.panel = colours,
                PanelNews::IsGone => desktop.set_has_tray(false),
                PanelNews::IsThere => {
                    if shown.tray.is_none() {
                        let actions = Actions::new(Arc::clone(&app), desktop.clone());
                        shown.tray = build(&handle, actions, TrayModel::of(&state), shown.panel)
                            .await;
                    }
                    desktop.set_has_tray(shown.tray.is_some());
                    waits_for_panel &= shown.tray.is_none();
                }
            },
            () = &mut no_panel, if waits_for_panel => {
                waits_for_panel = false;
                tracing::info!("this desktop shows no tray icons, so the window opens");
                desktop.show_window();
            }
        }
        shown.apply(&handle, TrayModel::of(&state));
    }
}

fn state_of(app: &App) -> TrayState {
    let now = app.snapshot();
    TrayState {
        status: now.status,
        address: app.main_address(),
        is_syncing: !now.syncing.is_empty(),
        is_set_up: now.settings.is_set_up,
        is_moving: now.moving.is_some(),
        language: now.settings.language.unwrap_or(now.system_language),
    }
}

/// What is on the panel.
struct Shown {
    tray: Option<Arc<Tray>>,
    panel: Panel,
}

impl Shown {
    fn apply(&self, handle: &AppHandle, model: TrayModel) {
        let (Some(tray), panel) = (self.tray.clone(), self.panel) else { return };
        // Menus belong to the main thread. When that is gone, so is the tray.
        let _ = handle.run_on_main_thread(move || tray.apply(model, panel));
    }
}

/// A tray that exists.
struct Tray {
    icon: TrayIcon,
    items: Vec<MenuItem<Wry>>,
    shown: Mutex<(TrayModel, Panel)>,
}

/// Builds the tray on the main thread; none when no panel takes it.
async fn build(
    handle: &AppHandle,
    actions: Actions,
    model: TrayModel,
    panel: Panel,
) -> Option<Arc<Tray>> {
    let (built, answer) = oneshot::channel();
    let on_main = handle.clone();
    handle
        .run_on_main_thread(move || {
            let _ = built.send(Tray::build(&on_main, actions, model, panel));
        })
        .ok()?;
    match answer.await.ok()? {
        Ok(tray) => Some(tray),
        Err(error) => {
            tracing::warn!(%error, "the tray icon could not be shown");
            None
        }
    }
}

impl Tray {
    fn build(
        handle: &AppHandle,
        actions: Actions,
        model: TrayModel,
        panel: Panel,
    ) -> tauri::Result<Arc<Self>> {
        let menu = Menu::new(handle)?;
        let mut items = Vec::new();
        for (group, entries) in model.groups.iter().enumerate() {
            if group > 0 {
                menu.append(&PredefinedMenuItem::separator(handle)?)?;
            }
            for entry in entries {
                let id = format!("{ID}-{}", items.len());
                let item =
                    MenuItem::with_id(handle, id, &entry.text, entry.is_enabled, None::<&str>)?;
                menu.append(&item)?;
                items.push(item);
            }
        }
        let mut builder = TrayIconBuilder::with_id(ID)
            .icon(icon::image(model.icon, panel))
            .icon_as_template(cfg!(target_os = "macos"))
            .tooltip(&model.tooltip)
            .menu(&menu)
            .show_menu_on_left_click(false);
        if cfg!(target_os = "linux") {
            // Elsewhere it would stand beside the icon.
            builder = builder.title("Anki Sync Tray");
        }
        let on_click = actions.clone();
        let icon = builder
            .on_tray_icon_event(move |_, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    on_click.run(menu::Action::OpenWindow);
                }
            })
            .build(handle)?;
        let tray = Arc::new(Self { icon, items, shown: Mutex::new((model, panel)) });
        let of_menu = Arc::clone(&tray);
        handle.on_menu_event(move |_, event| {
            if let Some(action) = of_menu.action(&event) {
                actions.run(action);
            }
        });
        Ok(tray)
    }

    /// What the chosen entry says at the moment.
    fn action(&self, event: &MenuEvent) -> Option<menu::Action> {
        let position = self.items.iter().position(|item| item.id() == event.id())?;
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.0.entries().nth(position)?.action
    }

    /// Shows what has changed.
    fn apply(&self, model: TrayModel, panel: Panel) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.show(&shown, &model, panel) {
            tracing::warn!(%error, "the tray could not be updated");
        }
        *shown = (model, panel);
    }

    fn show(
        &self,
        before: &(TrayModel, Panel),
        now: &TrayModel,
        panel: Panel,
    ) -> tauri::Result<()> {
        for (item, (old, new)) in self.items.iter().zip(before.0.entries().zip(now.entries())) {
            if old.text != new.text {
                item.set_text(&new.text)?;
            }
            if old.is_enabled != new.is_enabled {
                item.set_enabled(new.is_enabled)?;
            }
        }
        if before.0.tooltip != now.tooltip {
            self.icon.set_tooltip(Some(&now.tooltip))?;
        }
        if (before.0.icon, before.1) != (now.icon, panel) {
            let image = icon::image(now.icon, panel);
            self.icon.set_icon_with_as_template(Some(image), cfg!(target_os = "macos"))?;
        }
        Ok(())
    }
}
