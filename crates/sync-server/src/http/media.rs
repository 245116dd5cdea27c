//! The media sync's methods, each to its operation.

use std::fs::File;
use std::sync::Arc;

use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_protocol::TimestampMillis;
use sync_protocol::media::MediaResult;

use super::extract::SyncRequest;
use super::respond::{self, Encoded, Sending};
use super::routes::MediaMethod;
use super::state::ServerState;
use super::status::RequestError;
use crate::account::{MediaSlot, OperationError, SignedIn};
use crate::operations::Caller;
use crate::operations::media::{self as operations, Archive};

/// Answers any method of the media sync. By a fault of this computer's, the sync ends.
pub(super) async fn answer(
    state: &Arc<ServerState>,
    method: MediaMethod,
    request: SyncRequest,
) -> Result<Response, RequestError> {
    let signed_in = request.signed_in.clone();
    let outcome = run(state, method, request).await;
    if outcome.as_ref().is_err_and(RequestError::is_fault) {
        fail(signed_in).await;
    }
    outcome
}

/// Ends the media sync of a device by a fault of this computer's.
pub(super) async fn fail(signed_in: SignedIn) {
    let SignedIn { account, device } = signed_in;
    let failing = account.run_media(move |media| {
        media.fail_sync(&device);
        Ok(())
    });
    // An account that was closed meanwhile has no sync either.
    let _ = failing.await;
}

async fn run(
    state: &Arc<ServerState>,
    method: MediaMethod,
    request: SyncRequest,
) -> Result<Response, RequestError> {
    match method {
        MediaMethod::Begin => {
            let host_key = request.host_key.clone();
            call(state, request, |media, _, question, _| {
                operations::begin(media, &question, host_key)
            })
            .await
        }
        MediaMethod::MediaChanges => call(state, request, operations::changes).await,
        MediaMethod::UploadChanges => upload_changes(state, request).await,
        MediaMethod::DownloadFiles => download_files(state, request).await,
        MediaMethod::MediaSanity => call(state, request, operations::sanity).await,
    }
}

/// Decodes the request, runs an operation while nobody else uses the media, and
/// encodes its wrapped answer.
async fn call<Q, A>(
    state: &ServerState,
    request: SyncRequest,
    operation: impl FnOnce(&mut MediaSlot, &Caller, Q, TimestampMillis) -> Result<A, OperationError>
    + Send
    + 'static,
) -> Result<Response, RequestError>
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let SyncRequest { version, session_key, signed_in, payload, .. } = request;
    let limit_bytes = state.limits.few_bytes();
    let packed = payload.arrive(state.spool()).await?;
    let encoded = signed_in
        .account
        .run_media(move |media| {
            let up_bytes = packed.wire_bytes;
            let question = packed.parse(limit_bytes)?.value;
            let caller = Caller { session_key, device: signed_in.device, up_bytes };
            let now = media.now();
            let answer = operation(media, &caller, question, now)?;
            Encoded::json(&MediaResult::ok(answer), version)
        })
        .await?;
    Ok(encoded.into_response())
}

/// `uploadChanges`: the body is a zip, kept in a file unless it is small.
async fn upload_changes(
    state: &ServerState,
    request: SyncRequest,
) -> Result<Response, RequestError> {
    let SyncRequest { version, session_key, signed_in, payload, .. } = request;
    let account = signed_in.account;
    let _permit = account.transfer_permit().await?;
    let archive = operations::UploadedArchive::new(account.folder(), account.use_folder()?);
    let mut up_bytes = 0;
    let saving = payload.save(archive, state.limits.decoded_bytes, |bytes| up_bytes += bytes);
    let archive = account.unless_retired(saving).await?;
    let accounts = state.accounts.clone();
    let encoded = account
        .run_media(move |media| {
            // As with a collection: nothing of a device takes effect after it
            // was signed out, however long its archive took to arrive.
            if !accounts.is_signed_in(media.account(), signed_in.device.id) {
                return Err(OperationError::AccountClosed);
            }
            let caller = Caller { session_key, device: signed_in.device, up_bytes };
            let now = media.now();
            let answer = operations::upload(media, &caller, archive, now)?;
            Encoded::json(&MediaResult::ok(answer), version)
        })
        .await?;
    Ok(encoded.into_response())
}

/// What a device gets that asked for files.
enum Answer {
    Whole(Encoded),
    File { file: File, size: u64 },
}

/// `downloadFiles`: the answer is a zip, not wrapped in JSON.
async fn download_files(
    state: &ServerState,
    request: SyncRequest,
) -> Result<Response, RequestError> {
    let SyncRequest { version, session_key, signed_in, payload, .. } = request;
    let limit_bytes = state.limits.few_bytes();
    let packed = payload.arrive(state.spool()).await?;
    let account = signed_in.account;
    let permit = account.transfer_permit().await?;
    let answer = account
        .run_media(move |media| {
            let up_bytes = packed.wire_bytes;
            let question = packed.parse(limit_bytes)?.value;
            let caller = Caller { session_key, device: signed_in.device, up_bytes };
            Ok(match operations::download(media, &caller, &question)? {
                Archive::Small(content) => Answer::Whole(Encoded::bytes(content, version)?),
                Archive::Large { file, size } => Answer::File { file, size },
            })
        })
        .await?;
    let sending = Sending { _permit: permit, tracker: None };
    Ok(match answer {
        Answer::Whole(encoded) => encoded.into_response(),
        Answer::File { file, size } => respond::file(file, size, version, sending)?,
    })
}
