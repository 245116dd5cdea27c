//! zstd for what is small, which nearly everything is that travels.
//!
//! To make ready for packing or unpacking takes zstd several times as long as the work
//! itself on a few hundred bytes, so each thread keeps what it has made ready.

use std::cell::RefCell;
use std::io;

use zstd::bulk::{Compressor, Decompressor};

/// Unpacked content up to this size is small, in bytes. What a thread keeps grows with
/// the largest content that it ever packed: some 200 KiB for this.
pub(super) const SMALL_BYTES: usize = 32 * 1024;
/// Low, so that packing costs little.
const LEVEL: i32 = 1;

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs an answer of any size.
///
/// # Errors
/// When there is no memory for it.
pub(super) fn pack(plain: &[u8]) -> io::Result<Vec<u8>> {
    if plain.len() > SMALL_BYTES {
        // In one go: the size is known, so that the tables fit it.
        return zstd::bulk::compress(plain, LEVEL);
    }
    PACKER.with_borrow_mut(|packer| match packer {
        Some(packer) => packer.compress(plain),
        none => none.insert(Compressor::new(LEVEL)?).compress(plain),
    })
}

/// Unpacks one frame of at most `limit_bytes` unpacked, which has to be small.
///
/// # Errors
/// When it is something else.
pub(super) fn unpack(packed: &[u8], limit_bytes: usize) -> io::Result<Vec<u8>> {
    let limit_bytes = limit_bytes.min(SMALL_BYTES);
    UNPACKER.with_borrow_mut(|unpacker| match unpacker {
        Some(unpacker) => unpacker.decompress(packed, limit_bytes),
        none => none.insert(Decompressor::new()?).decompress(packed, limit_bytes),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn contents_of_any_size_come_back_in_any_order() {
        for size in [0, 1, 500, SMALL_BYTES, SMALL_BYTES + 1, 3, 300_000, 70] {
            let plain: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let packed = pack(&plain).unwrap();
            assert_eq!(zstd::decode_all(packed.as_slice()).unwrap(), plain);
            let unpacked = unpack(&packed, usize::MAX);
            assert_eq!(unpacked.ok(), (size <= SMALL_BYTES).then_some(plain));
        }
    }

    #[test]
    fn a_failure_leaves_nothing_behind_for_the_next_content() {
        let packed = pack(b"hello").unwrap();
        for flaw in [&packed[..packed.len() - 1], b"nonsense"] {
            assert!(unpack(flaw, 100).is_err());
            assert!(unpack(&packed, 4).is_err());
            assert_eq!(unpack(&packed, 5).unwrap(), b"hello");
        }
    }
}
