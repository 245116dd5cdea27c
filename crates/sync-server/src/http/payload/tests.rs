#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Read, Seek};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use proptest::prelude::*;
use sync_protocol::MAX_JSON_VALUES;
use sync_protocol::collection::EmptyRequest;

use super::*;

fn packed(content: &[u8], packing: Packing) -> Packed {
    let bytes = match packing {
        Packing::Plain => content.to_vec(),
        Packing::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        }
        Packing::Zstd => zstd::encode_all(content, 1).unwrap(),
    };
    Packed { wire_bytes: bytes.len() as u64, data: RawData::Memory(bytes.into()), packing }
}

fn any_packing() -> impl Strategy<Value = Packing> {
    prop_oneof![Just(Packing::Plain), Just(Packing::Gzip), Just(Packing::Zstd)]
}

proptest! {
    #[test]
    fn decoding_gives_back_what_was_packed(
        content in prop::collection::vec(any::<u8>(), 0..2000),
        packing in any_packing(),
    ) {
        let decoded = packed(&content, packing).decode(2000).unwrap().value;
        prop_assert_eq!(decoded, content);
    }

    #[test]
    fn content_over_the_limit_is_refused_however_it_is_packed(
        length in 0_usize..300,
        limit in 0_u64..300,
        packing in any_packing(),
    ) {
        let decoded = packed(&vec![b'x'; length], packing).decode(limit).map(|decoded| decoded.value);
        if length as u64 <= limit {
            prop_assert_eq!(decoded.unwrap().len(), length);
        } else {
            let is_too_large =
                matches!(decoded, Err(OperationError::Request(ProtocolError::TooLarge { .. })));
            prop_assert!(is_too_large);
        }
    }

    #[test]
    fn any_bytes_are_decoded_or_refused_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        packing in any_packing(),
    ) {
        let wire_bytes = bytes.len() as u64;
        let _ = Packed { data: RawData::Memory(bytes.into()), packing, wire_bytes }.decode(1000);
    }

    #[test]
    fn a_body_in_any_pieces_is_saved_whole(
        content in prop::collection::vec(any::<u8>(), 0..100_000),
        piece in 1_usize..40_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let saved = runtime.block_on(save(&content, piece, 100_000)).unwrap();
        prop_assert_eq!(saved, content);
    }
}

fn travelling(bytes: Vec<u8>, piece: usize) -> Payload {
    let pieces: Vec<_> = bytes
        .chunks(piece)
        .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
        .collect();
    let body = Body::from_stream(stream::iter(pieces));
    Payload::Travelling(RequestBody::new(body, u64::MAX, Duration::from_secs(60)))
}

async fn save(content: &[u8], piece: usize, limit: u64) -> Result<Vec<u8>, RequestError> {
    let bytes = zstd::encode_all(content, 1).unwrap();
    let wire_bytes = bytes.len() as u64;
    let mut file = tempfile::tempfile().unwrap();
    let mut counted = 0;
    travelling(bytes, piece)
        .save(file.try_clone().unwrap(), limit, |bytes| counted += bytes)
        .await?;
    assert_eq!(counted, wire_bytes, "every byte is counted");
    let mut saved = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut saved).unwrap();
    Ok(saved)
}

#[tokio::test]
async fn a_small_body_that_decodes_to_a_huge_one_is_refused() {
    let refused = save(&vec![0; 10_000_000], 1000, 1_000_000).await.unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_never_taken_for_a_whole_one() {
    let whole = zstd::encode_all([1; 50_000].as_slice(), 1).unwrap();
    let pieces = [
        Ok(Bytes::copy_from_slice(&whole)),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    let body = Body::from_stream(stream::iter(pieces));
    let body = RequestBody::new(body, u64::MAX, Duration::from_secs(60));
    let file = tempfile::tempfile().unwrap();
    let refused = Payload::Travelling(body).save(file, u64::MAX, |_| ()).await.unwrap_err();
    assert!(matches!(refused, RequestError::Body(_)), "{refused}");
}

#[tokio::test]
async fn half_a_zstd_stream_is_refused() {
    let mut half = zstd::encode_all([1; 50_000].as_slice(), 1).unwrap();
    half.truncate(half.len() / 2);
    let file = tempfile::tempfile().unwrap();
    let refused = travelling(half, 1000).save(file, u64::MAX, |_| ()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            RequestError::Operation(OperationError::Request(ProtocolError::Compression(_)))
        ),
        "{refused}"
    );
}

#[test]
fn a_form_without_data_means_no_arguments() {
    for packing in [Packing::Plain, Packing::Gzip] {
        let empty = Packed { data: RawData::Memory(Bytes::new()), packing, wire_bytes: 0 };
        assert_eq!(empty.parse::<EmptyRequest>(100).unwrap().value, EmptyRequest);
    }
}

#[test]
fn an_empty_zstd_body_is_no_request() {
    let empty =
        Packed { data: RawData::Memory(Bytes::new()), packing: Packing::Zstd, wire_bytes: 0 };
    assert!(empty.parse::<EmptyRequest>(100).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_text_of_many_small_values_is_refused() {
    let parse = |values: usize| {
        let mut json = vec![b'['];
        json.resize(json.len() + 2 * values, b'0');
        for comma in json.iter_mut().skip(2).step_by(2) {
            *comma = b',';
        }
        *json.last_mut().unwrap() = b']';
        let packed = packed(&json, Packing::Zstd);
        blocking(move || Ok(packed.parse::<Vec<u8>>(u64::MAX - 1)?.value.len()))
    };
    assert_eq!(parse(MAX_JSON_VALUES - 1).await.unwrap(), MAX_JSON_VALUES - 1);
    let refused = parse(MAX_JSON_VALUES + 1).await.unwrap_err();
    let is_too_large = matches!(refused, OperationError::Request(ProtocolError::TooLarge { .. }));
    assert!(is_too_large, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_text_waits_for_a_place() {
    let large = || {
        let json = format!("\"{}\"", "x".repeat(LARGE_JSON_BYTES));
        packed(json.as_bytes(), Packing::Plain)
    };
    let parse = |packed: Packed| blocking(move || packed.parse::<String>(u64::MAX - 1));
    let first = parse(large()).await.unwrap();
    let second = parse(large()).await.unwrap();
    let third = parse(large());
    tokio::pin!(third);
    tokio::select! {
        biased;
        _ = &mut third => panic!("it has no place"),
        small = parse(packed(b"\"small\"", Packing::Plain)) => assert_eq!(small.unwrap().value, "small"),
    }
    drop(first);
    assert_eq!(third.await.unwrap().value.len(), LARGE_JSON_BYTES);
    drop(second);
}

/// A frame of this much content that says it needs a window of `1 << window_log` bytes.
fn with_window(window_log: u32, content: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(window_log).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_frame_with_a_huge_window_is_refused_and_that_of_any_level_is_not() {
    let content = [7; 50_000];
    let unpacked = async |bytes: Vec<u8>| {
        let (wire_bytes, data) = (bytes.len() as u64, RawData::Memory(bytes.clone().into()));
        let arrived = Packed { wire_bytes, data, packing: Packing::Zstd };
        let decoded = arrived.decode(100_000).map(|decoded| decoded.value.len());
        let file = tempfile::tempfile().unwrap();
        let saved = travelling(bytes, 1000).save(file, 100_000, |_| ()).await;
        (decoded, saved.map(|mut file| file.seek(std::io::SeekFrom::End(0)).unwrap()))
    };
    let (decoded, saved) = unpacked(with_window(26, &content)).await;
    assert!(matches!(decoded, Err(OperationError::Request(ProtocolError::Compression(_)))));
    assert!(matches!(
        saved,
        Err(RequestError::Operation(OperationError::Request(ProtocolError::Compression(_))))
    ));
    for level in [0, 1, 19] {
        let mut encoder = zstd::Encoder::new(Vec::new(), level).unwrap();
        encoder.write_all(&content).unwrap();
        let (decoded, saved) = unpacked(encoder.finish().unwrap()).await;
        assert_eq!((decoded.unwrap(), saved.unwrap()), (50_000, 50_000), "level {level}");
    }
}

/// The file can be written and not read, as on a disk with bad sectors.
#[test]
fn a_file_that_cannot_be_read_is_no_fault_of_the_clients() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
        let unreadable = || {
            let file = std::fs::File::create(&path).unwrap();
            Packed { data: RawData::File(file), packing, wire_bytes: 100_000 }
        };
        let decoded = unreadable().decode(1000).map(|decoded| decoded.value);
        assert!(matches!(decoded, Err(OperationError::Spool(_))), "{packing:?}: {decoded:?}");
        let destination =
            Destination { file: Vec::new(), limit_bytes: 1000, written_bytes: 0, failure: None };
        let decoded = unreadable().decode_into(destination);
        assert!(matches!(decoded, Err(OperationError::Spool(_))), "{packing:?}: {decoded:?}");
    }
}
