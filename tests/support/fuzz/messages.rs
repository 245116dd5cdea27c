//! Every JSON message that a client sends: reading it never panics, and what
//! was read can be written and read again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_protocol::HostKeyRequest;
use sync_protocol::collection::{
    ApplyChangesRequest, ApplyChunkRequest, ApplyGravesRequest, EmptyRequest, MetaRequest,
    SanityCheckRequest, StartRequest,
};
use sync_protocol::media::{
    DownloadFilesRequest, MediaBeginRequest, MediaChangesRequest, MediaSanityRequest,
    parse_upload_meta,
};

/// The first byte chooses the message, the rest is its JSON.
pub(super) fn run(data: &[u8]) {
    let Some((&kind, json)) = data.split_first() else { return };
    match kind % 13 {
        0 => read::<HostKeyRequest>(json),
        1 => read::<MetaRequest>(json),
        2 => read::<StartRequest>(json),
        3 => read::<ApplyGravesRequest>(json),
        4 => {
            if let Some(request) = read_some::<ApplyChangesRequest>(json) {
                write_and_read(&request.changes);
            }
        }
        5 => {
            if let Some(request) = read_some::<ApplyChunkRequest>(json) {
                write_and_read(&request.chunk);
            }
        }
        6 => read::<SanityCheckRequest>(json),
        7 => read::<EmptyRequest>(json),
        8 => read::<MediaBeginRequest>(json),
        9 => read::<MediaChangesRequest>(json),
        10 => read::<DownloadFilesRequest>(json),
        11 => read::<MediaSanityRequest>(json),
        _ => drop(parse_upload_meta(json)),
    }
}

fn read<T: DeserializeOwned>(json: &[u8]) {
    drop(read_some::<T>(json));
}

fn read_some<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_slice(json).ok()
}

/// What the server sends on is read by clients, which are less forgiving.
fn write_and_read<T: Serialize + DeserializeOwned>(value: &T) {
    let once = serde_json::to_vec(value).expect("what was read can be written");
    let again: T = serde_json::from_slice(&once).expect("what was written can be read");
    let twice = serde_json::to_vec(&again).expect("what was read can be written");
    assert!(once == twice, "{}\n{}", lossy(&once), lossy(&twice));
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
