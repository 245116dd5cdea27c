//! Panels on Linux come and go on the session bus, and the desktop portal knows
//! the colours.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc::UnboundedSender;
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::zvariant::{OwnedValue, Value};

use super::PanelNews;
use crate::tray::icon::Panel;

/// The panel's side of the tray.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How long the portal may take: the system may have to start it.
const PORTAL_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

const APPEARANCE: &str = "org.freedesktop.appearance";
const COLOR_SCHEME: &str = "color-scheme";

/// Tells of the panel until nobody listens.
pub async fn watch(news: UnboundedSender<PanelNews>) {
    let watching = async {
        let bus = Connection::session().await?;
        tokio::try_join!(watch_watcher(&bus, &news), watch_colours(&bus, &news))
    };
    if let Err(error) = watching.await {
        let _ = news.send(PanelNews::IsGone);
        tracing::warn!(%error, "without a session bus there is no tray");
    }
    news.closed().await;
}

async fn watch_watcher(bus: &Connection, news: &UnboundedSender<PanelNews>) -> zbus::Result<()> {
    let daemon = DBusProxy::new(bus).await?;
    let mut changes = daemon.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
    let is_there = daemon.name_has_owner(BusName::try_from(WATCHER)?).await?;
    let tell = |is_there| {
        let _ = news.send(if is_there { PanelNews::IsThere } else { PanelNews::IsGone });
    };
    tell(is_there);
    while let Some(change) = changes.next().await {
        tell(change.args()?.new_owner().is_some());
    }
    Ok(())
}

async fn watch_colours(bus: &Connection, news: &UnboundedSender<PanelNews>) -> zbus::Result<()> {
    if has_dark_panel(&std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default()) {
        let _ = news.send(PanelNews::Colours(Panel::Dark));
        return Ok(());
    }
    let portal = zbus::Proxy::new(
        bus,
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Settings",
    )
    .await?;
    let mut changes = portal.receive_signal("SettingChanged").await?;
    let asked = portal.call::<_, _, OwnedValue>("Read", &(APPEARANCE, COLOR_SCHEME));
    // Without a portal the drawing for most panels stays.
    if let Ok(Ok(scheme)) = tokio::time::timeout(PORTAL_ANSWERS_WITHIN, asked).await
        && let Some(panel) = panel_of(&scheme)
    {
        let _ = news.send(PanelNews::Colours(panel));
    }
    while let Some(change) = changes.next().await {
        let body = change.body();
        if let Ok((namespace, key, value)) = body.deserialize::<(&str, &str, Value<'_>)>()
            && (namespace, key) == (APPEARANCE, COLOR_SCHEME)
            && let Some(panel) = panel_of(&value)
        {
            let _ = news.send(PanelNews::Colours(panel));
        }
    }
    Ok(())
}

/// GNOME's bar is dark whatever colours windows have.
fn has_dark_panel(desktop: &str) -> bool {
    desktop.split(':').any(|name| ["GNOME", "Unity", "Pantheon"].contains(&name))
}

/// The portal's number, which may be wrapped more than once: 1 asks for dark
/// windows, 2 for light ones, 0 for nothing.
fn panel_of(value: &Value<'_>) -> Option<Panel> {
    match value {
        Value::Value(inner) => panel_of(inner),
        Value::U32(1) => Some(Panel::Dark),
        Value::U32(2) => Some(Panel::Light),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gnome_always_has_a_dark_panel() {
        assert!(has_dark_panel("ubuntu:GNOME"));
        assert!(has_dark_panel("GNOME-Classic:GNOME"));
        assert!(!has_dark_panel("KDE"));
        assert!(!has_dark_panel(""));
    }

    #[test]
    fn the_portals_number_is_found_under_its_wrappings() {
        let wrapped = Value::Value(Box::new(Value::Value(Box::new(Value::U32(2)))));
        assert_eq!(panel_of(&wrapped), Some(Panel::Light));
        assert_eq!(panel_of(&Value::U32(1)), Some(Panel::Dark));
        assert_eq!(panel_of(&Value::U32(0)), None);
    }
}
