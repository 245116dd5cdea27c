//! The window itself.

use std::time::Duration;

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{App, AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::{MAIN, native};
use crate::ipc::Theme;

/// A page that has not loaded by then is shown as it is, so that a person sees
/// that something is wrong.
const LONGEST_LOAD: Duration = Duration::from_secs(5);

/// A webview's own menu offers to reload and to go back, which means nothing
/// here. It stays where it helps: on text that can be copied or typed over.
const NO_CONTEXT_MENU: &str = "\
addEventListener('contextmenu', (event) => {
  const isText = event.target instanceof Element
    && event.target.closest('input, textarea, [contenteditable]');
  if (!isText && getSelection()?.isCollapsed !== false) event.preventDefault();
});";

/// Makes the window. It stays invisible until its page is there, so that nobody
/// sees an empty white one.
pub fn open(app: &App, theme: Theme) -> tauri::Result<()> {
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Anki Sync Tray")
        .inner_size(980.0, 720.0)
        .min_inner_size(380.0, 480.0)
        .center()
        .visible(false)
        .theme(native(theme))
        .zoom_hotkeys_enabled(true)
        .general_autofill_enabled(false)
        // Nothing of the page is kept on the disk. WebDriver cannot see a window
        // of that kind.
        .incognito(!is_automated())
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                bring_to_front(&window);
            }
        });
    if !cfg!(debug_assertions) {
        builder = builder.devtools(false).initialization_script(NO_CONTEXT_MENU);
    }
    let window = builder.build()?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(LONGEST_LOAD).await;
        if !window.is_visible().unwrap_or(true) {
            tracing::warn!("the page takes long to load");
            bring_to_front(&window);
        }
    });
    Ok(())
}

/// Shows the window, or brings it to the front.
pub fn show(handle: &AppHandle) {
    // Before its page is there it appears by itself.
    if let Some(window) = handle.get_webview_window(MAIN)
        && window.is_visible().unwrap_or(false)
    {
        bring_to_front(&window);
    }
}

/// Lets the frame of the window follow the chosen colours.
pub fn set_theme(handle: &AppHandle, theme: Theme) {
    if let Some(window) = handle.get_webview_window(MAIN)
        && let Err(error) = window.set_theme(native(theme))
    {
        tracing::warn!(%error, "the window keeps its colours");
    }
}

fn bring_to_front(window: &WebviewWindow) {
    // Each may fail on some desktop, and the next still helps.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}

/// Whether an address is one of the page's own, as each platform spells them.
fn is_ours(url: &Url) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        "http" | "https" => host == Some("tauri.localhost"),
        _ => false,
    }
}

fn is_automated() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_page_stays_on_its_own_address() {
        for (url, expected) in [
            ("tauri://localhost/", true),
            ("http://tauri.localhost/index.html", true),
            ("https://tauri.localhost/", true),
            ("http://localhost:1420/", false),
            ("https://example.com/", false),
            ("tauri://elsewhere/", false),
            ("https://tauri.localhost.example.com/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("about:blank", false),
        ] {
            assert_eq!(is_ours(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
