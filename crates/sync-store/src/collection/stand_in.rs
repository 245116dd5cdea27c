//! Stands in for the parts that are not merged yet.
#![allow(missing_docs, clippy::missing_errors_doc, unused_variables)]

use std::path::Path;

use sync_protocol::collection::{
    Chunk, Graves, SanityCheckCounts, SanityCheckResponse, UnchunkedChanges,
};
use sync_protocol::{TimestampMillis, TimestampSecs, Usn};

use super::CollectionStore;
use crate::StoreError;

type Result<T, E = StoreError> = std::result::Result<T, E>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectionStamps {
    pub created: TimestampSecs,
    pub modified: TimestampMillis,
    pub schema_modified: TimestampMillis,
    pub last_sync: TimestampMillis,
    pub usn: Usn,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientRequirements {
    pub v2_scheduler: bool,
    pub v2_timezones: bool,
}
#[derive(Debug)]
pub struct PendingIds(());

impl CollectionStore {
    pub fn open(path: &Path, now: TimestampMillis) -> Result<Self> {
        unimplemented!()
    }
    pub fn close(self) -> Result<()> {
        unimplemented!()
    }
    pub fn stamps(&self) -> Result<CollectionStamps> {
        unimplemented!()
    }
    pub fn is_empty(&self) -> Result<bool> {
        unimplemented!()
    }
    pub fn client_requirements(&self) -> Result<ClientRequirements> {
        unimplemented!()
    }
    pub fn begin_sync(&mut self) -> Result<()> {
        unimplemented!()
    }
    pub fn roll_back(&mut self) {
        unimplemented!()
    }
    pub fn roll_over_day(&mut self, server_usn: Usn, now: TimestampSecs) -> Result<()> {
        unimplemented!()
    }
    pub fn apply_graves(&mut self, graves: &Graves, server_usn: Usn) -> Result<()> {
        unimplemented!()
    }
    pub fn pending_graves(&self, since: Usn) -> Result<Graves> {
        unimplemented!()
    }
    pub fn pending_changes(&mut self, since: Usn, with_config: bool) -> Result<UnchunkedChanges> {
        unimplemented!()
    }
    pub fn apply_changes(
        &mut self,
        changes: UnchunkedChanges,
        server_usn: Usn,
        now: TimestampSecs,
    ) -> Result<()> {
        unimplemented!()
    }
    pub fn pending_ids(&self, since: Usn) -> Result<PendingIds> {
        unimplemented!()
    }
    pub fn next_chunk(&self, pending: &mut PendingIds) -> Result<Chunk> {
        unimplemented!()
    }
    pub fn apply_chunk(&mut self, chunk: Chunk, client_usn: Usn, server_usn: Usn) -> Result<()> {
        unimplemented!()
    }
    pub fn sanity_check(&self, client: SanityCheckCounts) -> SanityCheckResponse {
        unimplemented!()
    }
    pub fn finish_sync(&mut self, now: TimestampMillis) -> Result<TimestampMillis> {
        unimplemented!()
    }
    pub fn touch_for_download(&mut self, now: TimestampMillis) -> Result<()> {
        unimplemented!()
    }
}
pub fn check_upload(file: &Path, now: TimestampMillis) -> Result<()> {
    unimplemented!()
}
pub fn replace_collection(
    collection: &Path,
    upload: &Path,
    kept_copy: Option<&Path>,
) -> Result<()> {
    unimplemented!()
}
pub fn copy_collection(collection: &Path, copy: &Path) -> Result<()> {
    unimplemented!()
}
pub fn downgrade_to_schema_11(file: &Path) -> Result<()> {
    unimplemented!()
}
