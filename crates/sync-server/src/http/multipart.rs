//! The form that clients before 2.1.57 send. Its fields come in any order, so
//! the data may arrive before the key that says whose it is.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use multer::{Field, Multipart};
use sync_protocol::frame::MultipartField;
use sync_protocol::{HostKey, ProtocolError, SessionKey};

use super::body::{BodyError, RequestBody};
use super::payload::{Packed, Packing};
use super::spool::{RawData, Spool};
use super::state::ServerState;
use super::status::RequestError;
use crate::account::{DeviceInfo, SignedIn};

/// What a form may need around its data: boundaries, field headers, small fields.
pub(super) const OVERHEAD_BYTES: u64 = 64 * 1024;
/// Longest content of a field other than `data`.
const SMALL_FIELD_BYTES: usize = 4 * 1024;

/// A form that has arrived.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) host_key: HostKey,
    pub(super) session_key: SessionKey,
    pub(super) media_client_version: Option<String>,
    pub(super) data: Packed,
}

/// Checks a key as soon as it is there, so that a wrong one does not cost a
/// whole upload.
#[derive(Debug)]
pub(super) struct KeyCheck<'a> {
    pub(super) state: &'a ServerState,
    pub(super) device: &'a DeviceInfo,
    /// The key's owner, once it was read.
    pub(super) signed_in: Option<SignedIn>,
}

impl KeyCheck<'_> {
    async fn check(&mut self, key: &HostKey) -> Result<(), RequestError> {
        self.signed_in = Some(self.state.authenticate(key, self.device).await?);
        Ok(())
    }
}

/// Reads a form to its end. A login has no key to check.
pub(super) async fn read_form(
    body: RequestBody,
    content_type: &str,
    spool: Spool<'_>,
    mut key_check: Option<&mut KeyCheck<'_>>,
) -> Result<Form, RequestError> {
    let boundary = multer::parse_boundary(content_type)?;
    let allowance = Allowance::default();
    let pieces = Measured {
        pieces: Box::pin(body.into_stream()),
        allowance: allowance.clone(),
        has_given: false,
    };
    let mut multipart = Multipart::new(pieces, boundary);

    let mut host_key = None;
    let mut session_key = SessionKey::default();
    let mut media_client_version = None;
    let mut is_compressed = false;
    let mut data = (RawData::Memory(Bytes::new()), 0);
    loop {
        // The parser holds everything up to the next field's content in
        // memory, so that part gets its own small limit.
        allowance.only(OVERHEAD_BYTES);
        let Some(mut field) = multipart.next_field().await? else { break };
        match MultipartField::from_name(field.name().unwrap_or_default()) {
            MultipartField::CompressedFlag => is_compressed = small(&mut field).await? != "0",
            MultipartField::HostKey => {
                let key = HostKey::new(small(&mut field).await?);
                if let Some(key_check) = &mut key_check {
                    key_check.check(&key).await?;
                }
                host_key = Some(key);
            }
            MultipartField::SessionKey => session_key = SessionKey::new(small(&mut field).await?),
            MultipartField::MediaClientVersion => {
                media_client_version = Some(small(&mut field).await?);
            }
            MultipartField::Data => {
                allowance.unlimited();
                let is_known = key_check.as_ref().is_some_and(|check| check.signed_in.is_some());
                data = receive(&mut field, spool, is_known).await?;
            }
            MultipartField::Unknown => {
                allowance.unlimited();
                skip(&mut field, spool.limit_bytes).await?;
            }
        }
    }
    let (data, wire_bytes) = data;
    let packing = if is_compressed { Packing::Gzip } else { Packing::Plain };
    Ok(Form {
        host_key: host_key.unwrap_or_default(),
        session_key,
        media_client_version,
        data: Packed { data, packing, wire_bytes },
    })
}

async fn small(field: &mut Field<'_>) -> Result<String, RequestError> {
    let mut content = Vec::new();
    while let Some(piece) = field.chunk().await? {
        content.extend_from_slice(&piece);
        if content.len() > SMALL_FIELD_BYTES {
            return Err(RequestError::FormField);
        }
    }
    String::from_utf8(content).map_err(|_| RequestError::FormField)
}

async fn skip(field: &mut Field<'_>, limit_bytes: u64) -> Result<(), RequestError> {
    let mut skipped = 0;
    while let Some(piece) = field.chunk().await? {
        skipped += piece.len() as u64;
        if skipped > limit_bytes {
            return Err(ProtocolError::TooLarge { limit_bytes }.into());
        }
    }
    Ok(())
}

async fn receive(
    field: &mut Field<'_>,
    spool: Spool<'_>,
    is_known: bool,
) -> Result<(RawData, u64), RequestError> {
    let mut spooling = spool.begin(is_known);
    while let Some(piece) = field.chunk().await? {
        spooling.push(&piece).await?;
    }
    spooling.finish().await
}

/// How many more bytes the parser may be given.
#[derive(Debug, Clone, Default)]
struct Allowance(Arc<AtomicU64>);

impl Allowance {
    fn only(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn unlimited(&self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }

    /// The last piece may hold a field's end and much after it, so it may go
    /// over.
    fn take(&self, bytes: u64) -> Result<(), BodyError> {
        let left = self.0.load(Ordering::Relaxed);
        if left == 0 {
            return Err(BodyError::TooLarge { limit_bytes: OVERHEAD_BYTES });
        }
        self.0.store(left.saturating_sub(bytes), Ordering::Relaxed);
        Ok(())
    }
}

/// Gives the parser one piece each time it asks for some. The parser takes all
/// it can get into memory before it looks at any of it, which from a fast
/// client would be the whole body.
struct Measured<S> {
    pieces: Pin<Box<S>>,
    allowance: Allowance,
    has_given: bool,
}

impl<S: Stream<Item = Result<Bytes, BodyError>>> Stream for Measured<S> {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.has_given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = ready!(self.pieces.as_mut().poll_next(context));
        self.has_given = true;
        Poll::Ready(next.map(|piece| {
            let piece = piece?;
            self.allowance.take(piece.len() as u64)?;
            Ok(piece)
        }))
    }
}

#[cfg(test)]
mod tests;
