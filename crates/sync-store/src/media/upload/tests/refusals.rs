//! What is refused, and changes nothing.

use super::*;

/// Uploads entries that must be refused, and checks that nothing changed.
fn refused_with(meta: &str, entries: &[(&str, &[u8])]) -> String {
    let mut account = Account::new();
    account.upload(&[("kept", Some("kept"))]).unwrap();
    let mut all: Vec<(String, Vec<u8>)> =
        entries.iter().map(|(name, content)| (name.to_string(), content.to_vec())).collect();
    all.push(("_meta".to_owned(), meta.as_bytes().to_vec()));
    let reason = refusal(account.media.apply_upload(zip_of(&all), NOW));
    assert_eq!(account.names(), ["kept"]);
    assert_eq!(account.rows(), [("kept".to_owned(), 1, true)]);
    assert_eq!(account.totals(), (1, 4));
    reason
}

#[test]
fn one_bad_name_refuses_the_whole() {
    let reason = refused_with(r#"[["good","0"],["../a","0"]]"#, &[("0", b"x")]);
    assert!(reason.contains("separator"), "{reason}");
    refused_with(r#"[["good","0"],["a\\b",null]]"#, &[("0", b"x")]);
    refused_with(r#"[["good","0"],["nul",null]]"#, &[("0", b"x")]);
    refused_with("[[\"good\",\"0\"],[\"e\u{301}\",\"0\"]]", &[("0", b"x")]);
}

#[test]
fn empty_file_refuses_the_whole() {
    let reason = refused_with(r#"[["good","0"],["a","1"]]"#, &[("0", b"x"), ("1", b"")]);
    assert!(reason.contains("empty"), "{reason}");
}

#[test]
fn missing_entry_refuses_the_whole() {
    refused_with(r#"[["good","0"],["kept",null],["a","7"]]"#, &[("0", b"x")]);
}

#[test]
fn list_of_another_shape_is_refused() {
    for meta in ["", "{}", "[[1,2]]", r#"[["a"]]"#, "[[\"a\",\"0\"]"] {
        refused_with(meta, &[("0", b"x")]);
    }
}

#[test]
fn more_than_25_files_are_refused() {
    let list: Vec<_> = (0..26).map(|n| (format!("f{n}"), "0")).collect();
    let meta = serde_json::to_string(&list).unwrap();
    let reason = refused_with(&meta, &[("0", b"x")]);
    assert!(reason.contains("26"), "{reason}");
}

#[test]
fn list_over_50_kib_is_refused_without_unpacking_it() {
    let meta = " ".repeat(30_000_000);
    refused_with(&meta, &[]);
}

#[test]
fn file_over_100_mib_is_refused_whatever_its_header_says() {
    let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("0", options).unwrap();
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), MAX_MEDIA_FILE_BYTES + 1), &mut zip)
        .unwrap();
    zip.start_file("_meta", options).unwrap();
    std::io::Write::write_all(&mut zip, br#"[["a","0"]]"#).unwrap();
    let mut account = Account::new();
    let reason = refusal(account.media.apply_upload(zip.finish().unwrap(), NOW));
    assert!(reason.contains("100 MiB"), "{reason}");
    assert_eq!(account.names(), Vec::<String>::new());
}

#[test]
fn damaged_content_is_refused() {
    let mut account = Account::new();
    let text = "some content that is long enough to be found again";
    let entries = [
        ("0".to_owned(), text.as_bytes().to_vec()),
        ("_meta".to_owned(), br#"[["a","0"]]"#.to_vec()),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in &entries {
        zip.start_file(name, stored).unwrap();
        std::io::Write::write_all(&mut zip, content).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    let at = bytes.windows(7).position(|w| w == b"content").unwrap();
    bytes[at] = b'k';
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    refusal(account.media.apply_upload(file, NOW));
    assert_eq!(account.names(), Vec::<String>::new());
}

/// A zip that fails to be read as a disk does.
struct Failing {
    zip: std::io::Cursor<Vec<u8>>,
    reads_before: usize,
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.reads_before.checked_sub(1) {
            Some(left) => self.reads_before = left,
            None => return Err(std::io::Error::from_raw_os_error(5)),
        }
        self.zip.read(buffer)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.zip.seek(to)
    }
}

#[test]
fn archive_that_the_disk_does_not_give_back_is_not_the_clients_fault() {
    let large = "x".repeat(300_000);
    let mut bytes = Vec::new();
    let files = [("a", Some("one")), ("b", Some(large.as_str())), ("c", None)];
    archive_of(&files).read_to_end(&mut bytes).unwrap();
    let mut account = Account::new();
    for reads_before in 0.. {
        let zip = std::io::Cursor::new(bytes.clone());
        match account.media.apply_upload(Failing { zip, reads_before }, NOW) {
            Err(StoreError::Io { .. }) => assert_eq!(account.names(), Vec::<String>::new()),
            Ok(_) => return assert!(reads_before > 5),
            other => panic!("after {reads_before} reads: {other:?}"),
        }
    }
}

/// The archive of a single file whose directory says that it lies at `start`.
fn zip_that_leads_to(start: u64) -> std::fs::File {
    let mut bytes = Vec::new();
    archive_of(&[("a", Some("one"))]).read_to_end(&mut bytes).unwrap();
    let at = |mark: &[u8]| bytes.windows(4).position(|window| window == mark).unwrap();
    let (line, end) = (at(b"PK\x01\x02"), at(b"PK\x05\x06"));
    // The line has no room for such a number but in an extra field.
    let mut field = vec![1, 0, 8, 0];
    field.extend_from_slice(&start.to_le_bytes());
    let directory_bytes = (end - line + field.len()) as u32;
    bytes[end + 12..end + 16].copy_from_slice(&directory_bytes.to_le_bytes());
    bytes[line + 30] = field.len() as u8;
    bytes[line + 42..line + 46].fill(0xff);
    bytes.splice(line + 47..line + 47, field);
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    file
}

#[test]
fn place_that_no_file_reaches_is_refused() {
    let mut account = Account::new();
    account.media.apply_upload(zip_that_leads_to(0), NOW).unwrap();
    for start in [u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 40] {
        refusal(account.media.apply_upload(zip_that_leads_to(start), NOW));
    }
}

#[test]
fn what_is_no_zip_is_refused() {
    let mut account = Account::new();
    refusal(account.media.apply_upload(tempfile::tempfile().unwrap(), NOW));
}
