//! The collection sync's methods and the login, each to its operation.

use std::sync::Arc;

use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_protocol::collection::{
    EmptyRequest, MetaRequest, UPLOAD_CORRUPT, UPLOAD_OK, UPLOAD_TOO_LARGE,
};
use sync_protocol::{
    HostKeyRequest, HostKeyResponse, ProtocolError, SessionKey, SyncVersion, TimestampMillis,
};
use sync_store::accounts::{DeviceId, SyncKind};
use tracing::info;

use super::blocking::blocking;
use super::dispatch::describe;
use super::extract::{LoginRequest, SyncRequest};
use super::payload::{Packed, Parsed, Payload};
use super::respond::{self, Encoded, Sending};
use super::routes::CollectionMethod;
use super::state::{LOGIN_BYTES, ServerState};
use super::status::RequestError;
use crate::account::{Account, CollectionSlot, DeviceInfo, OperationError, SignedIn, SyncTracker};
use crate::events::{ServerEvent, SyncFailure};
use crate::operations::Caller;
use crate::operations::collection as operations;

/// Answers `hostKey`.
pub(super) async fn log_in(
    state: &ServerState,
    request: LoginRequest,
) -> Result<Response, RequestError> {
    let LoginRequest { version, device, payload } = request;
    // A login is so small that decoding it does not block.
    let packed = payload.arrive(state.spool_for_login()).await?;
    let HostKeyRequest { name, password } = packed.parse(LOGIN_BYTES)?.value;
    let key = state.accounts.log_in(&name, &password, &device).await?;
    Ok(Encoded::json(&HostKeyResponse { key }, version)?.into_response())
}

/// Answers any method of the collection sync. By a fault of this computer's, the sync ends.
pub(super) async fn answer(
    state: &Arc<ServerState>,
    method: CollectionMethod,
    request: SyncRequest,
) -> Result<Response, RequestError> {
    let signed_in = request.signed_in.clone();
    let session_key = request.session_key.clone();
    let outcome = run(state, method, request).await;
    let has_told = matches!(method, CollectionMethod::Upload | CollectionMethod::Download);
    if !has_told && outcome.as_ref().is_err_and(RequestError::is_fault) {
        fail(method, signed_in, session_key).await;
    }
    outcome
}

/// Ends the sync with this key, or the one that would have begun with the request, by a
/// fault of this computer's.
pub(super) async fn fail(method: CollectionMethod, signed_in: SignedIn, session_key: SessionKey) {
    let SignedIn { account, device } = signed_in;
    let kind = match method {
        CollectionMethod::Meta => SyncKind::Normal,
        CollectionMethod::Upload => SyncKind::Upload,
        CollectionMethod::Download => SyncKind::Download,
        _ => {
            let failing = account.run(move |slot| {
                if slot.has_session(&session_key) {
                    slot.drop_sync(SyncFailure::ServerFault);
                }
                Ok(())
            });
            // An account that was closed meanwhile has no sync either.
            let _ = failing.await;
            return;
        }
    };
    account.track(device, kind).fail(SyncFailure::ServerFault);
}

async fn run(
    state: &Arc<ServerState>,
    method: CollectionMethod,
    request: SyncRequest,
) -> Result<Response, RequestError> {
    let (few, many) = (state.limits.few_bytes(), state.limits.decoded_bytes);
    match method {
        // Logging in needs no account and does not come here.
        CollectionMethod::HostKey => Err(RequestError::UnknownPath),
        CollectionMethod::Meta => meta(state, request).await,
        CollectionMethod::Start => call(state, request, many, operations::start).await,
        CollectionMethod::ApplyGraves => call(state, request, many, operations::apply_graves).await,
        CollectionMethod::ApplyChanges => {
            call(state, request, many, operations::apply_changes).await
        }
        CollectionMethod::Chunk => call(state, request, few, operations::chunk).await,
        CollectionMethod::ApplyChunk => call(state, request, many, operations::apply_chunk).await,
        CollectionMethod::SanityCheck => call(state, request, few, operations::sanity_check).await,
        CollectionMethod::Finish => finish(state, request).await,
        CollectionMethod::Abort => call(state, request, few, operations::abort).await,
        CollectionMethod::Upload => upload(state, request).await,
        CollectionMethod::Download => download(state, request).await,
    }
}

/// Decodes the request, runs an operation while nobody else uses the
/// collection, and encodes its answer.
async fn call<Q, A>(
    state: &ServerState,
    request: SyncRequest,
    limit_bytes: u64,
    operation: impl FnOnce(
        &mut CollectionSlot,
        &Caller,
        Q,
        TimestampMillis,
    ) -> Result<A, OperationError>
    + Send
    + 'static,
) -> Result<Response, RequestError>
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let SyncRequest { version, session_key, signed_in, payload, .. } = request;
    let packed = payload.arrive(state.spool()).await?;
    let encoded = signed_in
        .account
        .run(move |slot| {
            let up_bytes = packed.wire_bytes;
            let Parsed { value: question, _place } = packed.parse(limit_bytes)?;
            let caller = Caller { session_key, device: signed_in.device, up_bytes };
            let now = slot.now();
            let answer = operation(slot, &caller, question, now)?;
            let encoded = Encoded::json(&answer, version)?;
            slot.count_answer(&caller.session_key, encoded.wire_bytes());
            Ok(encoded)
        })
        .await?;
    Ok(encoded.into_response())
}

/// `finish`: the client need not wait until the file is looked after.
async fn finish(state: &ServerState, request: SyncRequest) -> Result<Response, RequestError> {
    let account = Arc::clone(&request.signed_in.account);
    let answer = call(state, request, state.limits.few_bytes(), operations::finish).await?;
    let is_tidy = account.glance(|slot| Some(!slot.has_long_log()));
    if is_tidy != Some(true) {
        tokio::spawn(async move {
            // Work on a slot tells of its own failures, and nobody waits for this.
            let _ = account.run(operations::tidy_up).await;
        });
    }
    Ok(answer)
}

/// `meta` asks for the collection and the media alike.
async fn meta(state: &ServerState, request: SyncRequest) -> Result<Response, RequestError> {
    let SyncRequest { version, host_key, session_key, signed_in, payload } = request;
    let packed = payload.arrive(state.spool()).await?;
    let account = Arc::clone(&signed_in.account);
    let limit_bytes = state.limits.few_bytes();
    let question: MetaRequest = if packed.is_small() {
        packed.parse(limit_bytes)?.value
    } else {
        blocking(move || Ok(packed.parse(limit_bytes)?.value)).await?
    };
    let media_usn = account.media_usn().await?;
    let mut device = signed_in.device;
    if !version.is_zstd() {
        // Old clients tell their version here and nowhere else; noting it with
        // the key gives the device its name in lists.
        let info = DeviceInfo::new(&question.client_version, device.address);
        device = state.authenticate(&host_key, &info).await?.device;
    }
    state.events.send(ServerEvent::Recognized { account: account.name().to_owned(), device });
    let facts =
        operations::MetaFacts { media_usn, max_collection_bytes: state.limits.decoded_bytes };
    let known =
        account.glance(|slot| operations::meta_from_memory(slot, &session_key, &question, facts));
    let encoded = match known {
        // So small that encoding it does not block.
        Some(answer) => Encoded::json(&answer?, version)?,
        None => {
            let work = move |slot: &mut CollectionSlot| {
                let answer = operations::meta(slot, &session_key, &question, facts)?;
                Encoded::json(&answer, version)
            };
            account.run(work).await?
        }
    };
    Ok(encoded.into_response())
}

/// `upload`: the body is the collection file. No lock is held while it travels
/// and is checked. Whatever the outcome, the client shows the text to the person.
async fn upload(state: &ServerState, request: SyncRequest) -> Result<Response, RequestError> {
    let SyncRequest { version, signed_in, payload, .. } = request;
    let account = signed_in.account;
    let _permit = account.transfer_permit().await?;
    let device = signed_in.device.id;
    let mut tracker = account.track(signed_in.device, SyncKind::Upload);
    let checked = receive_upload(state, &account, payload, &mut tracker).await;
    let text = match checked {
        Ok(checked) => {
            tracker.up = checked.counts;
            take_place(state, &account, device, checked, tracker).await?;
            UPLOAD_OK
        }
        Err(error) if error.is_too_large() => {
            tracker.fail(SyncFailure::TooLarge);
            UPLOAD_TOO_LARGE
        }
        Err(RequestError::Operation(
            error @ (OperationError::Refused(_)
            | OperationError::Request(ProtocolError::Compression(_))),
        )) => {
            let reason = describe(&error);
            info!(account = account.name(), reason, "an uploaded collection was refused");
            tracker.fail(SyncFailure::UploadRefused);
            UPLOAD_CORRUPT
        }
        Err(error) => {
            if let RequestError::Operation(error) = &error {
                tracker.fail(error.sync_failure());
            }
            return Err(error);
        }
    };
    Ok(Encoded::text(text, version)?.into_response())
}

/// The answer to a form with an upload over the limit: a text that the client
/// shows, where a status would only be a network error to the person.
pub(super) fn form_upload_too_large() -> Result<Response, RequestError> {
    Ok(Encoded::text(UPLOAD_TOO_LARGE, SyncVersion::MULTIPART)?.into_response())
}

async fn receive_upload(
    state: &ServerState,
    account: &Account,
    payload: Payload,
    tracker: &mut SyncTracker,
) -> Result<operations::Checked, RequestError> {
    let folder = account.folder().to_owned();
    let folder_use = account.use_folder()?;
    let temporary =
        blocking(move || operations::TemporaryCollection::create(&folder, folder_use)).await?;
    let file = temporary.open_for_writing()?;
    // A file of exactly the limit is too large already.
    let limit_bytes = state.limits.decoded_bytes.saturating_sub(1);
    let saving = payload.save(file, limit_bytes, |bytes| tracker.add_bytes(bytes, 0));
    account.unless_retired(saving).await?;
    let now = state.clock.now();
    let bytes = temporary.bytes();
    let checked = state.large_work.run(bytes, move || operations::check(temporary, now)).await?;
    if checked.bytes() > limit_bytes {
        return Err(ProtocolError::TooLarge { limit_bytes }.into());
    }
    Ok(checked)
}

/// Puts a checked upload in the collection's place, and tells how the sync ended even
/// when its client goes away meanwhile.
async fn take_place(
    state: &ServerState,
    account: &Account,
    device: DeviceId,
    checked: operations::Checked,
    mut tracker: SyncTracker,
) -> Result<(), OperationError> {
    let accounts = state.accounts.clone();
    tracker.unless_told(SyncFailure::Closed);
    account
        .run(move |slot| {
            tracker.unless_told(SyncFailure::ServerFault);
            // Whoever signs a device out waits for the slot afterwards, so
            // nothing of that device takes effect later.
            let replaced = if accounts.is_signed_in(slot.account(), device) {
                let now = slot.now();
                operations::replace(slot, checked, now)
            } else {
                Err(OperationError::AccountClosed)
            };
            match &replaced {
                Ok(()) => tracker.succeed(),
                Err(error) => tracker.fail(error.sync_failure()),
            }
            replaced
        })
        .await
}

/// `download`: the answer is the collection file. The lock is held while a copy
/// is made, and not while it is converted and travels.
async fn download(state: &ServerState, request: SyncRequest) -> Result<Response, RequestError> {
    let SyncRequest { version, signed_in, payload, .. } = request;
    let packed = payload.arrive(state.spool()).await?;
    let account = signed_in.account;
    let permit = account.transfer_permit().await?;
    let mut tracker = account.track(signed_in.device, SyncKind::Download);
    tracker.add_bytes(packed.wire_bytes, 0);
    match prepare_download(state, &account, packed, version).await {
        Ok(prepared) => {
            tracker.down = prepared.counts;
            let sending = Sending { _permit: permit, tracker: Some(tracker) };
            Ok(respond::file(prepared.file, prepared.size, version, sending)?)
        }
        Err(error) => {
            tracker.fail(error.sync_failure());
            Err(error.into())
        }
    }
}

async fn prepare_download(
    state: &ServerState,
    account: &Account,
    packed: Packed,
    version: SyncVersion,
) -> Result<operations::Prepared, OperationError> {
    let limit_bytes = state.limits.few_bytes();
    let folder_use = account.use_folder()?;
    let copied = account
        .run_in_background(move |slot| {
            let _: Parsed<EmptyRequest> = packed.parse(limit_bytes)?;
            let now = slot.now();
            let temporary = operations::TemporaryCollection::create(slot.folder(), folder_use)?;
            operations::copy(slot, temporary, now)
        })
        .await?;
    // Newer clients read the file as it is.
    let bytes = if version.is_zstd() { 0 } else { copied.bytes() };
    state.large_work.run(bytes, move || operations::convert(copied, version)).await
}
