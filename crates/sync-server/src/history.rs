//! What remains of a sync that ended: a log line and a row of the history.

use sync_store::StoreError;
use sync_store::accounts::SyncCounts;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::account::{AccountError, Accounts};
use crate::events::{EndedSync, SyncFailure, SyncSummary};

/// Records ended syncs until `stopping` is cancelled and all are recorded.
pub(crate) async fn record(
    mut ended: mpsc::UnboundedReceiver<EndedSync>,
    accounts: Accounts,
    stopping: CancellationToken,
) {
    loop {
        let next = tokio::select! {
            next = ended.recv() => next,
            () = stopping.cancelled(), if !ended.is_closed() => {
                // What was sent before is still received.
                ended.close();
                continue;
            }
        };
        let Some((summary, failure)) = next else { return };
        log(&summary, failure);
        let account = summary.account.clone();
        match accounts.record_sync(summary.into_record(failure)).await {
            Ok(()) => {}
            // An account that was just removed has no history any more.
            Err(AccountError::Storage(StoreError::UnknownAccount)) => {
                debug!(%account, "a sync of a removed account is not added to the history");
            }
            // Its text holds all causes.
            Err(error) => warn!(%account, %error, "a sync could not be added to the history"),
        }
    }
}

fn log(summary: &SyncSummary, failure: Option<SyncFailure>) {
    let SyncCounts {
        notes,
        cards,
        reviews,
        notetypes,
        decks,
        deletions,
        media_files,
        media_deletions,
    } = summary.up;
    let down = &summary.down;
    info!(
        account = %summary.account,
        device = summary.device.id.0,
        client = %summary.device.client_version,
        address = %summary.device.address,
        kind = ?summary.kind,
        up.bytes = summary.up_bytes,
        up.notes = notes,
        up.cards = cards,
        up.reviews = reviews,
        up.notetypes = notetypes,
        up.decks = decks,
        up.deletions = deletions,
        up.media = media_files + media_deletions,
        down.bytes = summary.down_bytes,
        down.notes = down.notes,
        down.cards = down.cards,
        down.reviews = down.reviews,
        down.notetypes = down.notetypes,
        down.decks = down.decks,
        down.deletions = down.deletions,
        down.media = down.media_files + down.media_deletions,
        duration_ms = summary.duration_ms,
        result = SyncFailure::result_code(failure),
        "a sync ended"
    );
}
