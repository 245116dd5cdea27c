#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use axum::body::Body;
use futures_util::stream;
use proptest::prelude::*;

use super::*;

const CONTENT_TYPE: &str = "multipart/form-data; boundary=XX";

fn form_bytes(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, content) in fields {
        let head = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(content);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(b"--XX--\r\n");
    form
}

async fn read(form: Vec<u8>, piece: usize, limit_bytes: u64) -> Result<Form, RequestError> {
    let folder = tempfile::tempdir().unwrap();
    let pieces: Vec<_> = form
        .chunks(piece)
        .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
        .collect();
    let body = Body::from_stream(stream::iter(pieces));
    let body = RequestBody::new(body, u64::MAX, Duration::from_secs(60));
    let spool = Spool { folder: folder.path(), limit_bytes, visitor: None };
    read_form(body, CONTENT_TYPE, spool, None).await
}

proptest! {
    #[test]
    fn fields_are_read_in_any_order_and_any_pieces(
        data in prop::collection::vec(any::<u8>(), 0..5000),
        order in Just(vec![0, 1, 2, 3, 4]).prop_shuffle(),
        piece in 1_usize..3000,
    ) {
        let fields: [(&str, &[u8]); 5] =
            [("c", b"0"), ("k", b"the key"), ("s", b"sess"), ("data", &data), ("x", b"ignored")];
        let shuffled: Vec<_> = order.into_iter().map(|index: usize| fields[index]).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let form = runtime.block_on(read(form_bytes(&shuffled), piece, 10_000)).unwrap();
        prop_assert_eq!(form.host_key.expose(), "the key");
        prop_assert_eq!(form.session_key.expose(), "sess");
        prop_assert_eq!(form.data.packing, Packing::Plain);
        prop_assert_eq!(form.data.decode(10_000).unwrap().value, data);
    }
}

#[tokio::test]
async fn large_data_goes_to_a_file_and_stays_whole() {
    let data: Vec<u8> = (0..2_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let form = read(form_bytes(&[("data", &data), ("sk", b"key")]), 9000, 3_000_000).await.unwrap();
    assert!(matches!(form.data.data, RawData::File(_)));
    assert_eq!(form.host_key.expose(), "key");
    assert!(form.data.decode(3_000_000).unwrap().value == data);
}

#[tokio::test]
async fn data_over_the_limit_is_too_large() {
    let refused = read(form_bytes(&[("data", &[0; 1001])]), 100, 1000).await.unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
}

#[tokio::test]
async fn without_the_flag_data_is_plain_and_with_any_but_zero_it_is_gzip() {
    let packing = async |fields: &[(&str, &[u8])]| {
        read(form_bytes(fields), 100, 1000).await.unwrap().data.packing
    };
    assert_eq!(packing(&[("data", b"{}")]).await, Packing::Plain);
    assert_eq!(packing(&[("c", b"0")]).await, Packing::Plain);
    assert_eq!(packing(&[("c", b"1")]).await, Packing::Gzip);
}

#[tokio::test]
async fn a_form_that_breaks_off_is_refused() {
    let mut form = form_bytes(&[("k", b"key"), ("data", &[0; 5000])]);
    form.truncate(3000);
    assert!(matches!(read(form, 100, 10_000).await, Err(RequestError::Form(_))));
}

#[tokio::test]
async fn endless_field_headers_are_refused_before_they_fill_the_memory() {
    let mut form = b"--XX\r\nContent-Disposition: form-data; name=\"".to_vec();
    form.resize(2_000_000, b'x');
    let refused = read(form, 8192, 10_000_000).await.unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
}

#[tokio::test]
async fn a_long_small_field_is_refused() {
    let key = vec![b'k'; SMALL_FIELD_BYTES + 1];
    let refused = read(form_bytes(&[("k", &key)]), 100, 1_000_000).await.unwrap_err();
    assert!(matches!(refused, RequestError::FormField), "{refused}");
}
