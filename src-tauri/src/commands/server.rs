//! The server, its address, and the end of the app.

use crate::app::App;
use crate::ipc::{AddressToCopy, CommandError, PortToUse, Quit, Snapshot, TextToCopy};

pub(super) async fn snapshot(app: &App, (): ()) -> Result<Snapshot, CommandError> {
    Ok(app.snapshot())
}

pub(super) async fn start(app: &App, (): ()) -> Result<(), CommandError> {
    app.start_server().await
}

pub(super) async fn stop(app: &App, (): ()) -> Result<(), CommandError> {
    app.stop_server().await;
    Ok(())
}

pub(super) async fn use_port(app: &App, wanted: PortToUse) -> Result<(), CommandError> {
    app.use_port(wanted.port).await
}

pub(super) async fn copy_address(app: &App, address: AddressToCopy) -> Result<(), CommandError> {
    app.copy_address(&address.url)
}

pub(super) async fn copy_text(app: &App, text: TextToCopy) -> Result<(), CommandError> {
    app.desktop()?.copy(&text.text)
}

pub(super) async fn reset_ladder(app: &App, (): ()) -> Result<(), CommandError> {
    app.reset_ladder();
    Ok(())
}

pub(super) async fn quit(app: &App, quit: Quit) -> Result<(), CommandError> {
    app.answer_quit(quit.choice).await;
    Ok(())
}
