#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use serde_json::{Value, json};
use sync_store::accounts::ServerDb;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use super::*;
use crate::ipc::{Language, QuitChoice, Quitting};
use crate::places::Places;

/// Only a failing test ever waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// An app in a home of its own, which nobody has started the server of.
async fn app(is_set_up: bool) -> (Arc<App>, TempDir) {
    let home = tempfile::tempdir().unwrap();
    let places = Places {
        settings: home.path().join("settings"),
        logs: home.path().join("logs"),
        default_storage: home.path().join("default"),
        system_language: Language::En,
    };
    std::fs::create_dir(&places.settings).unwrap();
    let settings = json!({
        "version": 1, "is_set_up": is_set_up, "storage": home.path().join("old"), "port": 0,
        "reach": "this_computer",
    });
    std::fs::write(places.settings.join("settings.json"), settings.to_string()).unwrap();
    (App::open(places, None).await, home)
}

async fn wait_for(app: &App, is_it: impl FnMut(&ServerStatus) -> bool) {
    let mut status = app.status();
    timeout(PATIENCE, status.wait_for(is_it)).await.unwrap().unwrap();
}

/// Waits for an event.
async fn next(events: &mut Receiver<AppEvent>, mut is_it: impl FnMut(&AppEvent) -> bool) {
    let search = async { while !is_it(&events.recv().await.unwrap()) {} };
    timeout(PATIENCE, search).await.unwrap();
}

fn is_gone(status: &ServerStatus) -> bool {
    matches!(status, ServerStatus::Failed { problem: StartProblem::FolderGone { .. } })
}

#[tokio::test]
async fn nobody_starts_the_server_while_the_storage_folder_changes() {
    let (app, _home) = app(false).await;
    let change = app.changing.change().await.unwrap();
    assert_eq!(app.start_server().await, Err(CommandError::Busy));
    assert_eq!(*app.status().borrow(), ServerStatus::Stopped);
    drop(change);
    app.start_server().await.unwrap();
    assert_eq!(*app.status().borrow(), ServerStatus::Running);
    app.stop_server().await;
}

#[tokio::test]
async fn a_drive_that_comes_back_does_not_start_the_server_while_the_storage_folder_changes() {
    let (app, home) = app(true).await;
    wait_for(&app, is_gone).await;
    let change = app.changing.change().await.unwrap();
    drop(ServerDb::open(&home.path().join("old")).unwrap());
    app.mend().await;
    assert!(is_gone(&app.status().borrow()));
    drop(change);
    app.mend().await;
    assert_eq!(*app.status().borrow(), ServerStatus::Running);
    app.stop_server().await;
}

#[tokio::test]
async fn a_server_that_runs_on_the_old_folder_does_not_make_the_new_one_good() {
    let (app, home) = app(false).await;
    let old = app.settings();
    app.server.start(Wanted::by(&old)).await.unwrap();
    let new = home.path().join("new");
    assert_eq!(app.settle(&old, &new, true).await, Err(CommandError::Busy));
    assert_eq!((app.settings(), app.server.storage()), (old.clone(), None));
    app.settle(&old, &new, true).await.unwrap();
    assert_eq!((app.storage(), app.server.storage()), (new.clone(), Some(new)));
    app.stop_server().await;
}

#[tokio::test]
async fn the_former_folder_is_written_even_if_it_was_never_forgotten() {
    let (app, home) = app(false).await;
    let file = home.path().join("settings/settings.json");
    // As after a disk that failed when it was to flush the new settings.
    std::fs::write(&file, r#"{ "version": 1, "storage": "/new" }"#).unwrap();
    let old = app.settings();
    app.take_back(&old);
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(kept["storage"], old.storage);
}

#[test]
fn a_folder_is_held_unless_another_has_it_or_nobody_can() {
    let failed = |kind: ErrorKind| held(Err(StoreError::io("server.lock")(kind.into())));
    let base = tempfile::tempdir().unwrap();
    let lock = held(FolderLock::acquire(base.path())).unwrap();
    assert!(lock.is_some());
    let in_use = CommandError::FolderRefused { problem: FolderProblem::InUse };
    assert_eq!(held(FolderLock::acquire(base.path())).unwrap_err(), in_use);
    assert!(failed(ErrorKind::ReadOnlyFilesystem).unwrap().is_none());
    assert!(matches!(failed(ErrorKind::PermissionDenied), Err(CommandError::System { .. })));
}

#[tokio::test]
async fn while_the_data_moves_it_is_held_the_server_stays_off_and_quitting_waits() {
    let (app, home) = app(false).await;
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    drop(ServerDb::open(&old).unwrap());
    let mut events = app.subscribe();
    let mover = Arc::clone(&app);
    let to = new.to_str().unwrap().to_owned();
    let moving = tokio::spawn(async move { mover.change_storage(&to, StoragePlan::Move).await });
    next(
        &mut events,
        |event| matches!(event, AppEvent::Moving(Some(progress)) if progress.done_bytes > 0),
    )
    .await;
    assert!(matches!(FolderLock::acquire(&old), Err(StoreError::Busy { .. })));
    assert_eq!(app.start_server().await, Err(CommandError::Busy));
    app.request_quit().await;
    assert_eq!(app.snapshot().quitting, Quitting::Asking);
    app.answer_quit(QuitChoice::WhenIdle).await;
    moving.await.unwrap().unwrap();
    assert_eq!(app.snapshot().quitting, Quitting::WhenIdle);
    assert_eq!(app.storage(), new);
    next(&mut events, |event| *event == AppEvent::Quitting(Quitting::No)).await;
}
