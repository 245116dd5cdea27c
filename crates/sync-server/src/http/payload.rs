//! The content of a request, on its way through decompression.

use std::fs::File;
use std::io::{self, Cursor, Read, Write};

use bytes::Bytes;
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use sync_protocol::ProtocolError;

use super::blocking::blocking;
use super::body::RequestBody;
use super::bridge::{BodyReader, to_blocking};
use super::status::RequestError;
use crate::account::OperationError;

/// How the content is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// Content that has arrived, still packed.
#[derive(Debug)]
pub(super) enum RawData {
    Memory(Bytes),
    /// A temporary file, positioned at its beginning.
    File(File),
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
    pub(super) async fn arrive(self) -> Result<Packed, RequestError> {
        match self {
            Self::Arrived(packed) => Ok(packed),
            Self::Travelling(body) => {
                let data = body.collect().await?;
                let wire_bytes = data.len() as u64;
                Ok(Packed { data: RawData::Memory(data), packing: Packing::Zstd, wire_bytes })
            }
        }
    }

    /// Decodes it into `file` as it comes in, and tells `on_bytes` how many came.
    /// The file holds at most `limit_bytes` afterwards; more is
    /// [`ProtocolError::TooLarge`].
    pub(super) async fn save(
        self,
        file: File,
        limit_bytes: u64,
        mut on_bytes: impl FnMut(u64),
    ) -> Result<(), RequestError> {
        match self {
            Self::Arrived(packed) => {
                on_bytes(packed.wire_bytes);
                Ok(blocking(move || packed.decode_into(file, limit_bytes)).await?)
            }
            Self::Travelling(mut body) => {
                let (sender, reader) = to_blocking();
                let decoding = blocking(move || decode_stream(reader, file, limit_bytes));
                let sending = async {
                    while let Some(piece) = body.next().await? {
                        on_bytes(piece.len() as u64);
                        if sender.send(piece).await.is_err() {
                            // The decoder has its own reason to stop.
                            return Ok(());
                        }
                    }
                    let _ = sender.finish().await;
                    Ok(())
                };
                let (sent, decoded): (Result<(), RequestError>, _) =
                    tokio::join!(sending, decoding);
                // A decoder that got half a body has no better reason than this.
                sent?;
                Ok(decoded?)
            }
        }
    }
}

impl Packed {
    /// Decodes it into memory. Blocking work.
    pub(super) fn decode(self, limit_bytes: u64) -> Result<Vec<u8>, ProtocolError> {
        let mut decoded = Vec::new();
        self.reader()
            .and_then(|reader| reader.take(limit_bytes.saturating_add(1)).read_to_end(&mut decoded))
            .map_err(ProtocolError::Compression)?;
        if decoded.len() as u64 > limit_bytes {
            return Err(ProtocolError::TooLarge { limit_bytes });
        }
        Ok(decoded)
    }

    /// Decodes and parses it. Blocking work.
    pub(super) fn parse<T: DeserializeOwned>(self, limit_bytes: u64) -> Result<T, ProtocolError> {
        let packing = self.packing;
        let json = self.decode(limit_bytes)?;
        // A form without data is how some old clients send no arguments.
        let is_left_out = json.is_empty() && packing != Packing::Zstd;
        let json = if is_left_out { b"{}".as_slice() } else { &json };
        serde_json::from_slice(json).map_err(ProtocolError::Json)
    }

    fn decode_into(self, file: File, limit_bytes: u64) -> Result<(), OperationError> {
        let reader = self.reader().map_err(ProtocolError::Compression)?;
        copy_limited(reader, file, limit_bytes)
    }

    fn reader(self) -> io::Result<Box<dyn Read>> {
        let is_empty = self.wire_bytes == 0;
        let raw: Box<dyn Read> = match self.data {
            RawData::Memory(bytes) => Box::new(Cursor::new(bytes)),
            RawData::File(file) => Box::new(file),
        };
        Ok(match self.packing {
            Packing::Plain => raw,
            Packing::Gzip if is_empty => raw,
            Packing::Gzip => Box::new(GzDecoder::new(raw)),
            Packing::Zstd => Box::new(zstd::Decoder::new(raw)?),
        })
    }
}

fn decode_stream(reader: BodyReader, file: File, limit_bytes: u64) -> Result<(), OperationError> {
    let decoder = zstd::Decoder::new(reader).map_err(ProtocolError::Compression)?;
    copy_limited(decoder, file, limit_bytes)
}

/// Copies until the end, or until one byte more than the limit came.
fn copy_limited(
    mut reader: impl Read,
    mut file: File,
    limit_bytes: u64,
) -> Result<(), OperationError> {
    let mut buffer = vec![0; 128 * 1024];
    let mut total = 0_u64;
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ProtocolError::Compression(error).into()),
        };
        total += length as u64;
        if total > limit_bytes {
            return Err(ProtocolError::TooLarge { limit_bytes }.into());
        }
        file.write_all(&buffer[..length]).map_err(OperationError::Spool)?;
    }
}

#[cfg(test)]
mod tests;
