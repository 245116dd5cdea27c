//! From an answer to the bytes the client understands: zstd with the original
//! size for protocol 11, plain for older ones.

use std::io::{self, Read, Write};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use sync_protocol::SyncVersion;
use sync_protocol::frame::ORIGINAL_SIZE_HEADER;
use sync_store::let_others_run;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::large_work::LARGE_BYTES;
use super::small_zstd;
use crate::account::{OperationError, SyncTracker};
use crate::background;
use crate::events::SyncFailure;

/// Level for whole files: about as fast as the disk.
const FILE_LEVEL: i32 = 1;
/// Size of the pieces in which a file is read and sent.
const PIECE_BYTES: usize = 256 * 1024;
/// How much is packed before others may have the processor: some 0.15 ms of work.
const PACKED_IN_A_ROW_BYTES: usize = 64 * 1024;

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

    /// An answer of bytes, such as an archive. Blocking work.
    pub(super) fn bytes(plain: Vec<u8>, version: SyncVersion) -> Result<Self, OperationError> {
        Self::new(plain, version, "application/octet-stream")
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
        let bytes = small_zstd::pack(&plain).map_err(OperationError::Answer)?.into();
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
pub(super) struct Sending {
    /// Counts until dropped.
    pub(super) _permit: OwnedSemaphorePermit,
    /// The sync that ends with this file; none when the file is but a part of it.
    /// A tracker that is dropped tells that the client has gone.
    pub(super) tracker: Option<SyncTracker>,
}

/// Sends exactly `size` bytes of a file as they are read; anything else makes
/// the response end with an error, so that the client does not take it for whole.
///
/// A large file has a thread of its own, behind everybody else's in the queue for the
/// processor. For a small one, a thread is busy only while the next piece is read and
/// compressed, and not while a slow client receives.
pub(super) fn file(
    file: impl Read + Send + 'static,
    size: u64,
    version: SyncVersion,
    sending: Sending,
) -> Result<Response, OperationError> {
    let is_zstd = version.is_zstd();
    let packer = match is_zstd {
        true => Packer::Zstd(encoder(size).map_err(OperationError::Answer)?),
        false => Packer::Plain(Vec::new()),
    };
    let outgoing = Outgoing {
        file: file.take(size),
        size,
        buffer: vec![0; usize::try_from(size).map_or(PIECE_BYTES, |size| size.min(PIECE_BYTES))],
        packer,
        sending,
        is_ended: false,
    };
    let body = if size < LARGE_BYTES {
        Body::from_stream(stream::try_unfold(outgoing, |outgoing| async move {
            let next = tokio::task::spawn_blocking(move || outgoing.next());
            // It is cancelled only when the runtime ends.
            next.await.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
        }))
    } else {
        Body::from_stream(outgoing.on_its_own_thread().map_err(OperationError::Spool)?)
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if is_zstd {
        headers.insert(ORIGINAL_SIZE_HEADER, HeaderValue::from(size));
    } else {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    Ok(response)
}

/// For content of a known size: a small one gets small tables.
fn encoder(size: u64) -> io::Result<zstd::Encoder<'static, Vec<u8>>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), FILE_LEVEL)?;
    encoder.set_pledged_src_size(Some(size))?;
    Ok(encoder)
}

/// A file on its way out.
struct Outgoing<F> {
    file: io::Take<F>,
    size: u64,
    /// Between the file and the packer; used again for each piece.
    buffer: Vec<u8>,
    packer: Packer,
    sending: Sending,
    is_ended: bool,
}

impl<F: Read + Send + 'static> Outgoing<F> {
    /// All pieces, made on a thread that ends with the last one or when nobody
    /// wants them any more.
    fn on_its_own_thread(
        self,
    ) -> io::Result<impl stream::Stream<Item = io::Result<Bytes>> + Send + 'static> {
        // One is made while the one before travels. The end is told, so that a thread
        // that was lost does not look like one.
        let (sender, pieces) = mpsc::channel::<io::Result<Option<Bytes>>>(1);
        background::spawn("sending", move || {
            let mut outgoing = self;
            loop {
                let (message, rest) = match outgoing.next() {
                    Ok(Some((piece, rest))) => (Ok(Some(piece)), Some(rest)),
                    Ok(None) => (Ok(None), None),
                    Err(error) => (Err(error), None),
                };
                match (sender.blocking_send(message), rest) {
                    (Ok(()), Some(rest)) => outgoing = rest,
                    _ => return,
                }
            }
        })?;
        Ok(stream::try_unfold(pieces, |mut pieces| async move {
            match pieces.recv().await {
                Some(Ok(piece)) => Ok(piece.map(|piece| (piece, pieces))),
                Some(Err(error)) => Err(error),
                None => Err(io::ErrorKind::Other.into()),
            }
        }))
    }

    /// The next piece and what comes after it, or `None` at the end. Blocking work.
    fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        if self.is_ended {
            return Ok(None);
        }
        let piece = self.piece();
        if let Err(error) = &piece {
            tracing::warn!(%error, "an answer could not be read to its end");
        }
        if let Some(mut tracker) = self.sending.tracker.take() {
            match &piece {
                Ok(piece) => {
                    let done = self.size.saturating_sub(self.file.limit());
                    tracker.set_file_position(done, self.size);
                    tracker.add_bytes(0, piece.len() as u64);
                    // A client that knows the length does not ask for the end.
                    if self.is_ended {
                        tracker.succeed();
                    } else {
                        self.sending.tracker = Some(tracker);
                    }
                }
                Err(_) => tracker.fail(SyncFailure::ServerFault),
            }
        }
        let piece = piece?;
        Ok((!piece.is_empty()).then_some((piece, self)))
    }

    fn piece(&mut self) -> io::Result<Bytes> {
        while self.file.limit() > 0 && self.packer.packed().len() < PIECE_BYTES {
            let length = self.file.read(&mut self.buffer)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            for part in self.buffer[..length].chunks(PACKED_IN_A_ROW_BYTES) {
                self.packer.write_all(part)?;
                let_others_run();
            }
        }
        if self.file.limit() == 0 {
            self.packer.finish()?;
            self.is_ended = true;
        }
        Ok(std::mem::take(self.packer.packed()).into())
    }
}

/// What a file goes through on its way out.
enum Packer {
    Plain(Vec<u8>),
    Zstd(zstd::Encoder<'static, Vec<u8>>),
}

impl Packer {
    fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(packed) => packed.write_all(data),
            Self::Zstd(encoder) => encoder.write_all(data),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Zstd(encoder) => encoder.do_finish(),
        }
    }

    /// What is ready to be sent.
    fn packed(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Plain(packed) => packed,
            Self::Zstd(encoder) => encoder.get_mut(),
        }
    }
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
