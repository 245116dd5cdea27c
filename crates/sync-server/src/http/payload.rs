//! The content of a request, on its way through decompression.

use std::io::{self, Cursor, Read, Seek, Write};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use sync_protocol::{ProtocolError, has_few_json_values};
use sync_store::let_others_run;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::blocking::blocking;
use super::body::RequestBody;
use super::large_work::LARGE_BYTES;
use super::small_zstd;
use super::spool::{RawData, Spool};
use super::status::RequestError;
use crate::account::OperationError;
use crate::background::in_background;

/// What is collected before it is decoded, in bytes.
const BATCH_BYTES: usize = 256 * 1024;

/// Content up to this size as it travels is small: nearly all that is no object.
const SMALL_BYTES: u64 = 1024;
/// JSON beyond this size is large, in bytes. What clients send is small; notes
/// with pictures in them can make it larger.
const LARGE_JSON_BYTES: usize = 8 * 1024 * 1024;
/// How much large JSON is in memory at a time, whoever sent it.
static LARGE_JSON: Semaphore = Semaphore::const_new(2);

/// The largest window of zstd content, as a power of two: 16 MiB. Each decoder that is
/// told of a larger one would take that much memory, up to 128 MiB, for a few bytes. What
/// clients send has one of 2 MiB, and no common level has more than 8 MiB.
const WINDOW_LOG_MAX: u32 = 24;

/// How the content is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// A decoded request. Large ones hold a place among the few that there may be.
#[derive(Debug)]
pub(super) struct Parsed<T> {
    pub(super) value: T,
    pub(super) _place: Option<SemaphorePermit<'static>>,
}

/// Content that has arrived.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) data: RawData,
    pub(super) packing: Packing,
    /// Its size as it travelled.
    pub(super) wire_bytes: u64,
}

/// The content of a request.
#[derive(Debug)]
pub(super) enum Payload {
    /// Still to be read, a zstd stream.
    Travelling(RequestBody),
    /// All there.
    Arrived(Packed),
}

impl Payload {
    /// Waits for all of it.
    pub(super) async fn arrive(self, spool: Spool<'_>) -> Result<Packed, RequestError> {
        match self {
            Self::Arrived(packed) => Ok(packed),
            Self::Travelling(mut body) => {
                let mut spooling = spool.begin(true);
                while let Some(piece) = body.next().await? {
                    spooling.push(&piece).await?;
                }
                let (data, wire_bytes) = spooling.finish().await?;
                Ok(Packed { data, packing: Packing::Zstd, wire_bytes })
            }
        }
    }

    /// Decodes it into `file` as it comes in, tells `on_bytes` how many came, and gives
    /// the file back. It holds at most `limit_bytes` afterwards; more is
    /// [`ProtocolError::TooLarge`].
    ///
    /// A thread is busy only while there is something to decode, and not while
    /// a slow client sends.
    pub(super) async fn save<W: Write + Send + 'static>(
        self,
        file: W,
        limit_bytes: u64,
        mut on_bytes: impl FnMut(u64),
    ) -> Result<W, RequestError> {
        let destination = Destination { file, limit_bytes, written_bytes: 0, failure: None };
        let mut body = match self {
            Self::Arrived(packed) => {
                on_bytes(packed.wire_bytes);
                return Ok(blocking(move || packed.decode_into(destination)).await?);
            }
            Self::Travelling(body) => body,
        };
        let mut decoder = zstd::stream::write::Decoder::new(destination).map_err(undecodable)?;
        decoder.window_log_max(WINDOW_LOG_MAX).map_err(undecodable)?;
        let mut batch = Vec::with_capacity(BATCH_BYTES);
        let mut arrived_bytes = 0;
        while let Some(piece) = body.next().await? {
            on_bytes(piece.len() as u64);
            arrived_bytes += piece.len() as u64;
            batch.extend_from_slice(&piece);
            if batch.len() >= BATCH_BYTES {
                let decode = move || {
                    let written = decoder.write_all(&batch);
                    written.map_err(|error| decoder.get_mut().failure(error))?;
                    batch.clear();
                    Ok((decoder, batch))
                };
                (decoder, batch) = match arrived_bytes < LARGE_BYTES {
                    true => blocking(decode).await?,
                    false => in_background(decode).await?,
                };
            }
        }
        let finished = blocking(move || {
            // Only the last frame's end tells that nothing is missing.
            let written = decoder.write_all(&batch).and_then(|()| decoder.do_finish());
            written.map_err(|error| decoder.get_mut().failure(error))?;
            Ok(decoder.into_inner().file)
        });
        Ok(finished.await?)
    }
}

/// What an error of decoding means. The decoders' own ones, which are about the content,
/// have no number of the system; one that has comes from the file that the content was
/// put aside in.
fn undecodable(error: io::Error) -> OperationError {
    match error.raw_os_error() {
        Some(_) => OperationError::Spool(error),
        None => ProtocolError::Compression(error).into(),
    }
}

/// The file that content is decoded into.
struct Destination<W> {
    file: W,
    limit_bytes: u64,
    written_bytes: u64,
    /// Why writing failed. What else fails is the content's fault.
    failure: Option<OperationError>,
}

impl<W> Destination<W> {
    /// What an error of copying or decoding into this file means.
    fn failure(&mut self, error: io::Error) -> OperationError {
        self.failure.take().unwrap_or_else(|| undecodable(error))
    }
}

impl<W: Write> Write for Destination<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.written_bytes = self.written_bytes.saturating_add(data.len() as u64);
        if self.written_bytes > self.limit_bytes {
            let limit_bytes = self.limit_bytes;
            self.failure = Some(ProtocolError::TooLarge { limit_bytes }.into());
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        match self.file.write_all(data) {
            Ok(()) => {
                let_others_run();
                Ok(data.len())
            }
            Err(error) => {
                let kind = error.kind();
                self.failure = Some(OperationError::Spool(error));
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Packed {
    /// Whether decoding it takes no longer than handing it to another thread.
    pub(super) fn is_small(&self) -> bool {
        self.wire_bytes <= SMALL_BYTES && matches!(self.data, RawData::Memory(_))
    }

    /// Decodes it into memory, which waits for a place if it is large. Blocking
    /// work, unless it is small.
    pub(super) fn decode(mut self, limit_bytes: u64) -> Result<Parsed<Vec<u8>>, OperationError> {
        if let Some(decoded) = self.decode_small(limit_bytes) {
            return Ok(Parsed { value: decoded, _place: None });
        }
        let mut decoded = Vec::new();
        let first_bytes = limit_bytes.saturating_add(1).min(LARGE_JSON_BYTES as u64);
        self.reader()
            .and_then(|reader| reader.take(first_bytes).read_to_end(&mut decoded))
            .map_err(undecodable)?;
        let mut place = None;
        if decoded.len() == LARGE_JSON_BYTES {
            // Looked through before it is kept: little that travels can become much.
            let length = self.reader().and_then(|reader| {
                io::copy(&mut reader.take(limit_bytes.saturating_add(1)), &mut io::sink())
            });
            if length.map_err(undecodable)? > limit_bytes {
                return Err(ProtocolError::TooLarge { limit_bytes }.into());
            }
            // Whoever holds a place is on a thread of its own and waits for
            // nobody, so this ends.
            place = Handle::current().block_on(LARGE_JSON.acquire()).ok();
            decoded.clear();
            self.reader()
                .and_then(|mut reader| reader.read_to_end(&mut decoded))
                .map_err(undecodable)?;
        }
        if decoded.len() as u64 > limit_bytes {
            return Err(ProtocolError::TooLarge { limit_bytes }.into());
        }
        Ok(Parsed { value: decoded, _place: place })
    }

    /// Decodes what is small in one go, which spares the buffers of a stream.
    /// `None` when it is not, and when anything is wrong with it.
    fn decode_small(&self, limit_bytes: u64) -> Option<Vec<u8>> {
        let RawData::Memory(bytes) = &self.data else { return None };
        if self.packing != Packing::Zstd || bytes.is_empty() || !self.is_small() {
            return None;
        }
        small_zstd::unpack(bytes, usize::try_from(limit_bytes).unwrap_or(usize::MAX)).ok()
    }

    /// Decodes and parses it. Blocking work, unless it is small.
    pub(super) fn parse<T: DeserializeOwned>(
        self,
        limit_bytes: u64,
    ) -> Result<Parsed<T>, OperationError> {
        let packing = self.packing;
        let Parsed { value: json, _place } = self.decode(limit_bytes)?;
        if !has_few_json_values(&json) {
            return Err(ProtocolError::TooLarge { limit_bytes }.into());
        }
        // A form without data is how some old clients send no arguments.
        let is_left_out = json.is_empty() && packing != Packing::Zstd;
        let json = if is_left_out { b"{}".as_slice() } else { &json };
        let value = serde_json::from_slice(json).map_err(ProtocolError::Json)?;
        Ok(Parsed { value, _place })
    }

    fn decode_into<W: Write>(
        mut self,
        mut destination: Destination<W>,
    ) -> Result<W, OperationError> {
        let mut reader = self.reader().map_err(undecodable)?;
        io::copy(&mut reader, &mut destination).map_err(|error| destination.failure(error))?;
        drop(reader);
        Ok(destination.file)
    }

    /// Decodes from the beginning.
    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        let raw: Box<dyn Read + '_> = match &mut self.data {
            RawData::Memory(bytes) => Box::new(Cursor::new(bytes)),
            RawData::File(file) => {
                file.rewind()?;
                Box::new(file)
            }
        };
        Ok(match self.packing {
            Packing::Plain => raw,
            Packing::Gzip if self.wire_bytes == 0 => raw,
            Packing::Gzip => Box::new(GzDecoder::new(raw)),
            Packing::Zstd => {
                let mut decoder = zstd::Decoder::new(raw)?;
                decoder.window_log_max(WINDOW_LOG_MAX)?;
                Box::new(decoder)
            }
        })
    }
}

#[cfg(test)]
mod tests;
