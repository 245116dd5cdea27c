//! From an HTTP request to a [`SyncRequest`]: which framing, whose key, what
//! content.

use std::net::IpAddr;

use axum::extract::{Query, Request};
use axum::http::request::Parts;
use axum::http::{Method, Uri, header};
use bytes::Bytes;
use serde::Deserialize;
use sync_protocol::frame::{SYNC_HEADER, SyncHeader};
use sync_protocol::media::MediaBeginRequest;
use sync_protocol::{HostKey, ProtocolError, SessionKey, SyncVersion};

use super::body::RequestBody;
use super::multipart::{KeyCheck, OVERHEAD_BYTES, read_form};
use super::payload::{Packed, Packing, Payload};
use super::spool::{RawData, Spool};
use super::state::{LOGIN_BYTES, ServerState};
use super::status::RequestError;
use crate::account::{DeviceInfo, SignedIn};

/// A request of a device that is signed in.
#[derive(Debug)]
pub(super) struct SyncRequest {
    pub(super) version: SyncVersion,
    pub(super) host_key: HostKey,
    pub(super) session_key: SessionKey,
    pub(super) signed_in: SignedIn,
    pub(super) payload: Payload,
}

/// A request for a key.
#[derive(Debug)]
pub(super) struct LoginRequest {
    pub(super) version: SyncVersion,
    pub(super) device: DeviceInfo,
    pub(super) payload: Payload,
}

/// Reads a request of a signed-in device. The key is checked before the content
/// is read, wherever the framing allows. `known` is whose it is, as soon as that is known,
/// also when the rest fails.
pub(super) async fn sync_request(
    state: &ServerState,
    address: IpAddr,
    request: Request,
    known: &mut Option<SignedIn>,
) -> Result<SyncRequest, RequestError> {
    let (parts, body) = request.into_parts();
    let limit = state.limits.payload_bytes;
    let body_limit = limit.saturating_add(OVERHEAD_BYTES);
    let body = RequestBody::new(body, body_limit, state.limits.silence_timeout);
    if let Some((header, version)) = sync_header(&parts)? {
        let device = DeviceInfo::new(&header.client_version, address);
        let signed_in = state.authenticate(&header.host_key, &device).await?;
        return Ok(SyncRequest {
            version,
            host_key: header.host_key,
            session_key: header.session_key,
            signed_in,
            payload: Payload::Travelling(body.with_limit(limit)),
        });
    }
    if parts.method == Method::GET {
        return begin_request(state, address, &parts.uri).await;
    }

    let device = DeviceInfo::new("", address);
    let mut key_check = KeyCheck { state, device: &device, signed_in: None };
    let visitor = state.visitors.enter();
    let spool = Spool { visitor: Some(&visitor), ..state.spool() };
    let form = read_form(body, content_type(&parts), spool, Some(&mut key_check));
    let form = visitor.unless_displaced(form).await;
    *known = key_check.signed_in.clone();
    let form = form?;
    let signed_in = match key_check.signed_in {
        Some(signed_in) => signed_in,
        None => state.authenticate(&form.host_key, &device).await?,
    };
    let payload = match form.media_client_version {
        None => Payload::Arrived(form.data),
        Some(client_version) => begin_payload(client_version)?,
    };
    Ok(SyncRequest {
        version: SyncVersion::MULTIPART,
        host_key: form.host_key,
        session_key: form.session_key,
        signed_in,
        payload,
    })
}

/// Reads a request for a key; nobody is signed in yet.
pub(super) async fn login_request(
    state: &ServerState,
    address: IpAddr,
    request: Request,
) -> Result<LoginRequest, RequestError> {
    let (parts, body) = request.into_parts();
    let body_limit = LOGIN_BYTES + OVERHEAD_BYTES;
    let body = RequestBody::new(body, body_limit, state.limits.silence_timeout);
    if let Some((header, version)) = sync_header(&parts)? {
        return Ok(LoginRequest {
            version,
            device: DeviceInfo::new(&header.client_version, address),
            payload: Payload::Travelling(body.with_limit(LOGIN_BYTES)),
        });
    }
    let form = read_form(body, content_type(&parts), state.spool_for_login(), None).await?;
    Ok(LoginRequest {
        version: SyncVersion::MULTIPART,
        device: DeviceInfo::new("", address),
        payload: Payload::Arrived(form.data),
    })
}

/// `GET /msync/begin?k=…&v=…`, as older clients begin a media sync.
async fn begin_request(
    state: &ServerState,
    address: IpAddr,
    uri: &Uri,
) -> Result<SyncRequest, RequestError> {
    #[derive(Deserialize)]
    struct BeginQuery {
        #[serde(rename = "k")]
        host_key: HostKey,
        #[serde(rename = "v")]
        client_version: String,
    }
    let Query(query): Query<BeginQuery> =
        Query::try_from_uri(uri).map_err(|_| RequestError::BeginQuery)?;
    let device = DeviceInfo::new(&query.client_version, address);
    let signed_in = state.authenticate(&query.host_key, &device).await?;
    Ok(SyncRequest {
        version: SyncVersion::MULTIPART,
        host_key: query.host_key,
        session_key: SessionKey::default(),
        signed_in,
        payload: begin_payload(query.client_version)?,
    })
}

/// A client version outside the JSON takes the place of the whole JSON.
fn begin_payload(client_version: String) -> Result<Payload, RequestError> {
    let json =
        serde_json::to_vec(&MediaBeginRequest { client_version }).map_err(ProtocolError::Json)?;
    Ok(Payload::Arrived(Packed {
        wire_bytes: json.len() as u64,
        data: RawData::Memory(Bytes::from(json)),
        packing: Packing::Plain,
    }))
}

fn sync_header(parts: &Parts) -> Result<Option<(SyncHeader, SyncVersion)>, RequestError> {
    let Some(value) = parts.headers.get(SYNC_HEADER) else { return Ok(None) };
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| RequestError::HeaderText)?;
    Ok(Some(SyncHeader::parse(text)?))
}

fn content_type(parts: &Parts) -> &str {
    parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("")
}
