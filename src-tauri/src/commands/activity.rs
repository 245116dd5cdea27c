//! What happened: syncs, log, support report.

use sync_store::accounts::{AccountRecord, ServerDb};
use sync_store::with_causes;

use crate::activity::{names, row};
use crate::app::App;
use crate::ipc::{CommandError, LogLines, LogWanted, SupportReport, SyncRow, SyncsWanted};
use crate::log_file::last_lines;
use crate::start_problem::blocking;
use crate::support_report::support_report as report;

/// Most rows and lines at a time.
const MOST: u32 = 5000;

pub(super) async fn syncs(app: &App, wanted: SyncsWanted) -> Result<Vec<SyncRow>, CommandError> {
    let limit = wanted.limit.min(MOST);
    let Ok(accounts) = app.accounts() else {
        let storage = app.storage();
        return blocking(move || syncs_at_rest(&storage, wanted.user, limit)).await;
    };
    let records = accounts.recent_syncs(limit, wanted.user.as_deref()).await?;
    let names = names(&accounts).await?;
    Ok(records.iter().map(|record| row(names.get(&record.account).cloned(), record)).collect())
}

/// The history as the file has it while no server runs.
fn syncs_at_rest(
    storage: &std::path::Path,
    user: Option<String>,
    limit: u32,
) -> Result<Vec<SyncRow>, CommandError> {
    let failed =
        |error: sync_store::StoreError| CommandError::System { detail: with_causes(&error) };
    let Some(db) = ServerDb::open_to_read(storage).map_err(failed)? else { return Ok(Vec::new()) };
    let accounts = db.accounts().map_err(failed)?;
    let name_of =
        |id| accounts.iter().find(|a: &&AccountRecord| a.id == id).map(|a| a.name.clone());
    let id = match user {
        None => None,
        Some(name) => match accounts.iter().find(|account| account.name == name) {
            Some(account) => Some(account.id),
            None => return Err(CommandError::UnknownUser { name }),
        },
    };
    let records = db.recent_syncs(limit, id).map_err(failed)?;
    Ok(records.iter().map(|record| row(name_of(record.account), record)).collect())
}

pub(super) async fn log(app: &App, wanted: LogWanted) -> Result<LogLines, CommandError> {
    let folder = app.places.logs.clone();
    let most = wanted.lines.min(MOST) as usize;
    let (lines, folder) = blocking(move || (last_lines(&folder, most), folder)).await;
    let lines = lines.map_err(|error| CommandError::System { detail: error.to_string() })?;
    Ok(LogLines { lines, folder: folder.to_string_lossy().into_owned() })
}

pub(super) async fn support_report(app: &App, (): ()) -> Result<SupportReport, CommandError> {
    // What cannot be told must not keep the rest from being told.
    let syncs = syncs(app, SyncsWanted { user: None, limit: 20 }).await.unwrap_or_default();
    let users = match app.accounts() {
        Ok(accounts) => accounts.list().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let names = users.into_iter().map(|user| user.name).collect();
    let snapshot = app.snapshot();
    let logs = app.places.logs.clone();
    let text = blocking(move || report(&snapshot, &logs, &syncs, names)).await;
    Ok(SupportReport { text })
}
