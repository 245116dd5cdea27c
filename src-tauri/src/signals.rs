//! Being told to end by the system.

use std::sync::Arc;

use crate::app::App;
use crate::desktop::Desktop;

/// Ends the app when the system asks for it: logout, Ctrl-C, `kill`. What runs
/// is stopped cleanly; nobody is asked.
pub async fn end_on_signal(app: Arc<App>, desktop: Desktop) {
    if let Err(error) = signal().await {
        tracing::warn!(%error, "the system's wish to end cannot be heard");
        return;
    }
    tracing::info!("the system asks the app to end");
    app.shut_down().await;
    desktop.exit();
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

/// Windows tells programs with windows in another way, which ends the event loop.
#[cfg(windows)]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
