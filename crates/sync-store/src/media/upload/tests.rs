#![allow(clippy::unwrap_used, reason = "tests")]

mod effects;
mod power_cuts;
mod refusals;

use std::fs;

use sync_protocol::MediaUsn;

use super::*;
use crate::media::test_support::{Account, NOW, archive_of, names_in, zip_of};

fn refusal(result: Result<MediaUploadOutcome, StoreError>) -> String {
    match result {
        Err(StoreError::MediaArchive { reason }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

/// `processed`, `current_usn`, added, replaced, removed.
fn numbers(outcome: MediaUploadOutcome) -> (u32, i32, u32, u32, u32) {
    let response = outcome.response;
    (response.0, response.1.0, outcome.added, outcome.replaced, outcome.removed)
}
