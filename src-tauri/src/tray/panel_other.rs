//! Windows and macOS always have a panel.

use tokio::sync::mpsc::UnboundedSender;

use super::PanelNews;
use crate::tray::icon::Panel;

/// Tells of the panel.
pub async fn watch(news: UnboundedSender<PanelNews>) {
    let _ = news.send(PanelNews::Colours(colours()));
    let _ = news.send(PanelNews::IsThere);
    // Whoever listens would take the end for the end of the panel.
    news.closed().await;
}

/// The colours of the taskbar, which are set apart from those of windows.
#[cfg(windows)]
fn colours() -> Panel {
    const THEME: &str = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize";
    let is_light = windows_registry::CURRENT_USER
        .open(THEME)
        .and_then(|key| key.get_u32("SystemUsesLightTheme"))
        .is_ok_and(|value| value == 1);
    if is_light { Panel::Light } else { Panel::Dark }
}

#[cfg(not(windows))]
fn colours() -> Panel {
    Panel::default()
}
