//! Bytes across the border between async code and blocking threads. Both ways
//! are bounded, so neither side runs ahead of the other.

use std::io::{self, Read, Write};

use bytes::{Buf, Bytes, BytesMut};
use tokio::sync::mpsc;

/// Pieces that may wait in one direction.
const PIECES: usize = 8;
/// Size of the pieces that a blocking writer makes.
const PIECE_BYTES: usize = 64 * 1024;

/// From async to blocking: what is given to the sender can be read here.
pub(crate) fn to_blocking() -> (BodySender, BodyReader) {
    let (sender, receiver) = mpsc::channel(PIECES);
    (BodySender(sender), BodyReader { receiver, current: Bytes::new(), is_complete: false })
}

enum Piece {
    Data(Bytes),
    End,
}

/// The async end.
pub(crate) struct BodySender(mpsc::Sender<Piece>);

/// The reader has gone: it knows enough, or has failed.
#[derive(Debug)]
pub(crate) struct ReaderGone;

impl BodySender {
    pub(crate) async fn send(&self, data: Bytes) -> Result<(), ReaderGone> {
        self.0.send(Piece::Data(data)).await.map_err(|_| ReaderGone)
    }

    /// Says that everything was sent. Without it the reader ends with an error,
    /// so that half a body is never taken for a whole one.
    pub(crate) async fn finish(self) -> Result<(), ReaderGone> {
        self.0.send(Piece::End).await.map_err(|_| ReaderGone)
    }
}

/// The blocking end.
pub(crate) struct BodyReader {
    receiver: mpsc::Receiver<Piece>,
    current: Bytes,
    is_complete: bool,
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() && !self.is_complete {
            match self.receiver.blocking_recv() {
                Some(Piece::Data(data)) => self.current = data,
                Some(Piece::End) => self.is_complete = true,
                None => return Err(io::ErrorKind::ConnectionAborted.into()),
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

/// From blocking to async: what is written here is a stream there.
pub(crate) fn to_async() -> (BodyWriter, mpsc::Receiver<io::Result<Bytes>>) {
    let (sender, receiver) = mpsc::channel(PIECES);
    (BodyWriter { sender, buffer: BytesMut::with_capacity(PIECE_BYTES), sent_bytes: 0 }, receiver)
}

/// The blocking end. Flush it at the end; what is dropped unflushed is lost.
pub(crate) struct BodyWriter {
    sender: mpsc::Sender<io::Result<Bytes>>,
    buffer: BytesMut,
    sent_bytes: u64,
}

impl BodyWriter {
    /// Bytes handed over so far.
    pub(crate) fn sent_bytes(&self) -> u64 {
        self.sent_bytes
    }

    /// Makes the stream end with an error, so that half a body is never taken
    /// for a whole one.
    pub(crate) fn fail(sender: &mpsc::Sender<io::Result<Bytes>>, error: io::Error) {
        // When the other side is gone, nobody needs to know.
        let _ = sender.blocking_send(Err(error));
    }

    /// A second handle, for [`BodyWriter::fail`].
    pub(crate) fn sender(&self) -> mpsc::Sender<io::Result<Bytes>> {
        self.sender.clone()
    }
}

impl Write for BodyWriter {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let length = data.len().min(PIECE_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&data[..length]);
        if self.buffer.len() == PIECE_BYTES {
            self.flush()?;
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(PIECE_BYTES));
        self.sent_bytes += piece.len() as u64;
        self.sender
            .blocking_send(Ok(piece.freeze()))
            .map_err(|_| io::ErrorKind::ConnectionAborted.into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_reader_gets_all_pieces_in_order() {
        let (sender, mut reader) = to_blocking();
        let read = tokio::task::spawn_blocking(move || {
            let mut whole = Vec::new();
            reader.read_to_end(&mut whole).map(|_| whole)
        });
        for piece in ["ab", "", "cde"] {
            sender.send(Bytes::from_static(piece.as_bytes())).await.unwrap();
        }
        sender.finish().await.unwrap();
        assert_eq!(read.await.unwrap().unwrap(), b"abcde");
    }

    #[tokio::test]
    async fn a_sender_that_vanishes_is_an_error_and_not_the_end() {
        let (sender, mut reader) = to_blocking();
        let read = tokio::task::spawn_blocking(move || reader.read_to_end(&mut Vec::new()));
        sender.send(Bytes::from_static(b"half")).await.unwrap();
        drop(sender);
        assert_eq!(read.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn a_writer_stops_when_nobody_reads_any_more() {
        let (mut writer, receiver) = to_async();
        drop(receiver);
        let written = tokio::task::spawn_blocking(move || writer.write_all(&[0; 2 * PIECE_BYTES]));
        assert_eq!(written.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn a_writers_bytes_arrive_whole() {
        let (mut writer, mut receiver) = to_async();
        let data: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let expected = data.clone();
        let task = tokio::task::spawn_blocking(move || {
            writer.write_all(&data).unwrap();
            writer.flush().unwrap();
            writer.sent_bytes()
        });
        let mut whole = Vec::new();
        while let Some(piece) = receiver.recv().await {
            whole.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(whole, expected);
        assert_eq!(task.await.unwrap(), 200_000);
    }
}
