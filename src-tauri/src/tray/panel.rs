//! Whether there is a panel for the tray, and its colours.

use tokio::sync::mpsc::UnboundedReceiver;

use super::icon::Panel;

/// Something about the panel changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "elsewhere there is always a panel")
)]
pub enum PanelNews {
    /// A panel takes icons.
    IsThere,
    /// No panel takes icons any more.
    IsGone,
    /// The panel wants drawings of this kind.
    Colours(Panel),
}

#[cfg(target_os = "linux")]
#[path = "panel_linux.rs"]
mod platform;

#[cfg(not(target_os = "linux"))]
#[path = "panel_other.rs"]
mod platform;

/// Tells whether there is a panel, and what changes about it.
pub fn watch() -> UnboundedReceiver<PanelNews> {
    let (news, receiver) = tokio::sync::mpsc::unbounded_channel();
    tauri::async_runtime::spawn(platform::watch(news));
    receiver
}
