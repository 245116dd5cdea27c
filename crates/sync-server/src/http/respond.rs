//! From an answer to the bytes the client understands: zstd with the original
//! size for protocol 11, plain for older ones.

use std::fs::File;
use std::io::{self, Read, Write};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use sync_protocol::SyncVersion;
use sync_protocol::frame::ORIGINAL_SIZE_HEADER;
use tokio::sync::OwnedSemaphorePermit;

use super::bridge::{BodyWriter, to_async};
use crate::account::{OperationError, SyncTracker};
use crate::events::SyncFailure;

/// Level for answers in memory: small, so that compressing costs little.
const ANSWER_LEVEL: i32 = 3;
/// Level for whole files: about as fast as the disk.
const FILE_LEVEL: i32 = 1;
/// Size of the pieces in which a file is read.
const READ_BYTES: usize = 256 * 1024;

/// An answer, ready to be sent.
#[derive(Debug)]
pub(super) struct Encoded {
    bytes: Bytes,
    /// Size before compression; none when there is no compression.
    original_size: Option<usize>,
    content_type: &'static str,
}

impl Encoded {
    /// An answer as JSON. Blocking work.
    pub(super) fn json<T: Serialize>(
        answer: &T,
        version: SyncVersion,
    ) -> Result<Self, OperationError> {
        let json =
            serde_json::to_vec(answer).map_err(|error| OperationError::Answer(error.into()))?;
        Self::new(json, version, "application/json")
    }

    /// An answer as plain text. Blocking work.
    pub(super) fn text(text: &str, version: SyncVersion) -> Result<Self, OperationError> {
        Self::new(text.as_bytes().to_vec(), version, "text/plain; charset=utf-8")
    }

    fn new(
        plain: Vec<u8>,
        version: SyncVersion,
        content_type: &'static str,
    ) -> Result<Self, OperationError> {
        if !version.is_zstd() {
            return Ok(Self { bytes: plain.into(), original_size: None, content_type });
        }
        let original_size = Some(plain.len());
        let bytes = zstd::encode_all(plain.as_slice(), ANSWER_LEVEL)
            .map_err(OperationError::Answer)?
            .into();
        Ok(Self { bytes, original_size, content_type: "application/octet-stream" })
    }

    /// Size as it will travel, in bytes.
    pub(super) fn wire_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.bytes));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(size) = self.original_size {
            headers.insert(ORIGINAL_SIZE_HEADER, HeaderValue::from(size as u64));
        }
        response
    }
}

/// What sending a file keeps alive, and tells, until its last byte is handed
/// over or the client has gone.
#[derive(Debug)]
pub(super) struct Sending<G> {
    /// Removes the file, for instance.
    pub(super) guard: G,
    pub(super) permit: OwnedSemaphorePermit,
    /// The sync that ends with this file; none when the file is but a part of it.
    pub(super) tracker: Option<SyncTracker>,
}

/// Sends a file as it is read. A blocking thread reads and compresses it, a few
/// pieces ahead of the connection; it stops when the client goes away.
pub(super) fn file<G: Send + 'static>(
    file: File,
    size: u64,
    version: SyncVersion,
    sending: Sending<G>,
) -> Response {
    let (writer, receiver) = to_async();
    let is_zstd = version.is_zstd();
    tokio::task::spawn_blocking(move || {
        let Sending { guard, permit, mut tracker } = sending;
        let outcome = produce(file, size, is_zstd, writer, tracker.as_mut());
        // Whoever hears of the end finds nothing left behind.
        drop((guard, permit));
        match outcome {
            Ok(()) => {
                if let Some(tracker) = tracker {
                    tracker.succeed();
                }
            }
            Err(error) => {
                if let Some(tracker) = tracker {
                    let client_has_gone = error.kind() == io::ErrorKind::ConnectionAborted;
                    tracker.fail(if client_has_gone {
                        SyncFailure::Aborted
                    } else {
                        SyncFailure::ServerFault
                    });
                }
            }
        }
    });

    let pieces = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if is_zstd {
        headers.insert(ORIGINAL_SIZE_HEADER, HeaderValue::from(size));
    } else {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    response
}

/// Writes exactly `size` bytes of the file; anything else makes the response
/// end with an error, so that the client does not take it for whole.
fn produce(
    file: File,
    size: u64,
    is_zstd: bool,
    writer: BodyWriter,
    tracker: Option<&mut SyncTracker>,
) -> io::Result<()> {
    let sender = writer.sender();
    let outcome = write_body(file, size, is_zstd, writer, tracker);
    if let Err(error) = &outcome {
        BodyWriter::fail(&sender, error.kind().into());
    }
    outcome
}

fn write_body(
    file: File,
    size: u64,
    is_zstd: bool,
    mut writer: BodyWriter,
    mut tracker: Option<&mut SyncTracker>,
) -> io::Result<()> {
    let mut told_bytes = 0;
    let mut tell = |sent_bytes: u64| {
        if let Some(tracker) = &mut tracker {
            tracker.add_bytes(0, sent_bytes - told_bytes);
            told_bytes = sent_bytes;
        }
    };
    if is_zstd {
        let mut encoder = zstd::Encoder::new(writer, FILE_LEVEL)?;
        copy(file, size, &mut encoder, |encoder| tell(encoder.get_ref().sent_bytes()))?;
        writer = encoder.finish()?;
    } else {
        copy(file, size, &mut writer, |writer| tell(writer.sent_bytes()))?;
    }
    writer.flush()?;
    tell(writer.sent_bytes());
    Ok(())
}

fn copy<W: Write>(
    file: File,
    size: u64,
    writer: &mut W,
    mut after_each: impl FnMut(&W),
) -> io::Result<()> {
    let mut reader = file.take(size);
    let mut buffer = vec![0; READ_BYTES];
    let mut copied = 0_u64;
    loop {
        let length = reader.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        writer.write_all(&buffer[..length])?;
        copied += length as u64;
        after_each(writer);
    }
    if copied == size { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// An error: its status as text, which old clients show.
pub(super) fn error(status: StatusCode) -> Response {
    let mut response = Response::new(Body::from(status.as_u16().to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
